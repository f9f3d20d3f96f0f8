"""A deployment in the middle of somebody's ten minutes: recorded histories of verifications replay on today's code.

To record new ones after a deliberate change: `pytest tests/verification/test_replay.py --record-histories`.
"""

import asyncio
import socket
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from domain.verification.life import SILENCE, VALID_FOR
from tests.verification.place import Place
from tests.verification.test_codes import until_sent, until_settled
from tests.verification.test_durable import BLOCKED, pass_time, rested
from workflows.runner import sandboxed
from workflows.verification import VerificationWorkflow

HISTORIES = Path(__file__).parent / "histories"
RECORDED = {file.stem: file.read_text(encoding="utf-8") for file in sorted(HISTORIES.glob("*.json"))}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_verification_replays_on_todays_code(name: str) -> None:
    """Its code is still on its way, whatever was deployed meanwhile."""
    history = WorkflowHistory.from_json(f"verification/{name}", RECORDED[name])
    replayer = Replayer(
        workflows=[VerificationWorkflow], data_converter=pydantic_data_converter, workflow_runner=sandboxed()
    )
    assert (await replayer.replay_workflow(history)).replay_failure is None


def test_there_are_recorded_verifications() -> None:
    """An empty folder would make the test above pass for ever."""
    assert set(RECORDED) == {"plain", "restless"}


@pytest.mark.skipif("not config.getoption('--record-histories')", reason="only with --record-histories")
async def test_verifications_can_be_recorded(place: Place) -> None:
    """A plain one; and one that fails on a channel, is silent on the next, and is asked for again."""
    plain = await place.begin(to="alice@example.com")
    await until_sent(place, "email")
    await rested(place, plain["id"])
    await pass_time(place, plain["id"], VALID_FOR)
    place.channels["whatsapp"].raises = [BLOCKED]
    restless = await place.begin(channels=["whatsapp", "sms"])
    await until_sent(place, "sms")
    await until_settled(place, 3)
    await rested(place, restless["id"])
    await pass_time(place, restless["id"], SILENCE)
    place.age(minutes=5)
    await place.post(f"/{restless['id']}/resend")
    await until_sent(place, "sms", 2)
    await until_settled(place, 4)
    await rested(place, restless["id"])
    await pass_time(place, restless["id"], VALID_FOR)
    for name, made in (("plain", plain), ("restless", restless)):
        await place.handle(made["id"]).result()
        text = (await place.handle(made["id"]).fetch_history()).to_json()
        await asyncio.to_thread(_keep, name, text.replace(place.environment.client.identity, "worker"))


def _keep(name: str, text: str) -> None:
    """Without the machine's name, a file a history."""
    assert socket.gethostname() not in text
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{name}.json").write_text(text, encoding="utf-8")
