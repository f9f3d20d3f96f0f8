"""A code by phone with everything real but the phone: the channel, the sandbox, its webhooks, our API, the worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlmodel import col, select
from temporalio.testing import WorkflowEnvironment

from activities.code_ledger import REDACTED
from activities.composer import Composer
from channels import registry
from channels.protocol import Channel
from client.homing import Homing
from client.journeys import Journeys
from domain.clock import Clock
from domain.delivery import MessageState
from domain.verification import codes
from models.database import Database
from models.messages import Message
from testkit.real.work import working
from tests.api.conftest import Api, parts_on, served
from tests.channels.settings import Chosen
from tests.runtime.conftest import free_address
from tests.sandbox_server import Sandbox, running_sandbox
from tests.stage import shipped_templates
from tests.verification.place import PHONE, PRODUCT, age_sends, code_activities, config

CHANNELS = ("sms", "email", "voice")


@dataclass
class Loop:
    """An API and a worker with the real channels, and the phone."""

    api: Api
    sandbox: Sandbox
    database: Database

    async def begin(self, **asked: Any) -> str:
        """A verification; its id."""
        answer = await self.api.call("POST", "/v1/verifications", {"to": PHONE, "locale": "tr", **asked})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def heard(self, count: int = 1) -> str:
        """Listen until so many calls were made, and write down the code of the last."""
        await _until(lambda: len(self.sandbox.messages(channel="voice")) >= count)
        lines = self.sandbox.messages(channel="voice")[-1]["text"].splitlines()
        digits = [line for line in lines if len(line) == 1]
        assert digits[: codes.DIGITS] == digits[codes.DIGITS :]
        return "".join(digits[: codes.DIGITS])

    def rows(self) -> list[Message]:
        """The books."""
        with self.database.session() as session:
            return list(session.exec(select(Message).order_by(col(Message.reserved_real_at))))


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110  others make it true
            await asyncio.sleep(0.05)


@asynccontextmanager
async def loop_on(temporal: WorkflowEnvironment, database: Database, sandbox: Sandbox) -> AsyncIterator[Loop]:
    """All of it, around a sandbox."""
    queue, address = f"phone-{uuid4().hex[:8]}", free_address()
    public = f"http://{address}"
    known = {"task_queue": queue, "public_url": public, "sandbox_url": sandbox.url, "verification_channels": CHANNELS}
    settings = config(**known, twilio_auth_token=SecretStr(sandbox.auth_token))
    channels: dict[str, Channel] = registry.build(Chosen(sandbox_url=sandbox.url, public_url=public))
    homing = Homing(database, Journeys(temporal.client, Clock(), queue), Clock())
    activities = code_activities(database, channels, settings, homing)
    composer = Composer(shipped_templates(), channels, PRODUCT)
    parts = parts_on(temporal.client, database, queue)
    parts.config = settings
    async with (
        working(temporal.client, queue, database, composer, channels, homing, activities),
        served(parts, address=address) as api,
    ):
        yield Loop(api, sandbox, database)


@pytest.fixture
async def loop(temporal: WorkflowEnvironment, database: Database, tmp_path: Path) -> AsyncIterator[Loop]:
    """With calls that are over in half a second."""
    with running_sandbox(tmp_path / "calls.sqlite", delivered_after=0.5) as sandbox:
        async with loop_on(temporal, database, sandbox) as ready:
            yield ready


async def test_a_code_is_heard_typed_in_and_approved(loop: Loop) -> None:
    """In Turkish; the call reports that it was heard, and the books keep nothing of what it said."""
    made = await loop.begin(channels=["voice"], purpose="signup")
    code = await loop.heard()
    [call] = loop.sandbox.messages()
    assert (call["channel"], call["to"], call["language"]) == ("voice", PHONE, "tr-TR")
    assert call["text"].startswith("Merhaba! Acme arıyor")
    await _until(lambda: loop.rows()[0].receipt == "delivered")
    [row] = loop.rows()
    assert (row.channel, row.state, row.provider_id) == ("voice", MessageState.ACCEPTED, call["provider_id"])
    assert (row.content, row.failed_at) == (REDACTED, None)
    answer = await loop.api.call("POST", f"/v1/verifications/{made}/check", {"code": code})
    assert answer.json() == {"status": "approved"}


async def test_a_call_that_nobody_answers_is_no_end_of_the_number(loop: Loop) -> None:
    """It is on record as not delivered, and the person may be called again."""
    loop.sandbox.mishap(effect="failed", channel="voice", times=1)
    made = await loop.begin(channels=["voice"])
    code = await loop.heard()
    await _until(lambda: loop.rows()[0].receipt == "undelivered")
    assert (loop.rows()[0].failed_reason, loop.rows()[0].state) == ("not_answered", MessageState.ACCEPTED)
    age_sends(loop.database, timedelta(minutes=1))
    again = await loop.api.call("POST", f"/v1/verifications/{made}/resend", {"channel": "voice"})
    assert again.status_code == 200
    assert await loop.heard(2) == code


async def test_a_text_that_a_landline_refuses_is_followed_by_a_call(loop: Loop) -> None:
    """At once, with the same code."""
    loop.sandbox.fault(channel="sms", status_code=400, error_code=21614)
    await loop.begin(channels=["sms", "voice"])
    assert await loop.heard()
    await _until(lambda: [row.state for row in loop.rows()] == [MessageState.FAILED, MessageState.ACCEPTED])


async def test_a_call_whose_answer_was_lost_is_found_and_not_made_twice(loop: Loop) -> None:
    """Twilio had it when the connection broke: nobody's phone rings a second time."""
    loop.sandbox.fault(channel="voice", drop="after", times=1)
    await loop.begin(channels=["voice"])
    await _until(lambda: any(row.state == MessageState.ACCEPTED for row in loop.rows()))
    await asyncio.sleep(1)
    [call] = loop.sandbox.messages()
    assert [row.provider_id for row in loop.rows()] == [call["provider_id"]]
