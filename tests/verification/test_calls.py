"""Codes by phone: said digit by digit, last of all, and only where the operator lets people be called."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.code_ledger import REDACTED
from domain.delivery import MessageState
from domain.verification.life import SILENCE
from domain.verification.route import silence
from models.database import Database
from tests.verification.place import PHONE, Place, place_on
from tests.verification.test_codes import sign_up, until_sent, until_settled
from tests.verification.test_durable import BLOCKED, pass_time, rested, states

CHANNELS = ("sms", "email", "whatsapp", "voice")


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Place]:
    """One whose operator has named voice among the channels."""
    async with place_on(temporal, database, f"calls-{uuid4().hex[:8]}", verification_channels=CHANNELS) as ready:
        yield ready


async def test_a_code_is_called_out_and_approved(place: Place) -> None:
    """In the person's language, twice, and nothing of it is kept."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["voice"])
    assert made["channel"] == "voice"
    code = await until_sent(place, "voice")
    [call] = place.channels["voice"].taken
    assert (call.to, call.locale) == (PHONE, "pt-BR")
    assert call.text.count("\n".join(code)) == 2
    assert code not in call.text
    [row] = await until_settled(place, 1)
    assert (row.channel, row.state, row.content) == ("voice", MessageState.ACCEPTED, REDACTED)
    assert (await place.check(made["id"], code)).json() == {"status": "approved"}


async def test_a_text_that_fails_is_followed_by_a_call(place: Place) -> None:
    """A landline takes no text. The number is the same, and so is the code."""
    place.channels["sms"].raises = [BLOCKED]
    made = await place.begin(channels=["sms", "voice"])
    code = await until_sent(place, "voice")
    assert states(await until_settled(place, 2)) == [("sms", MessageState.FAILED), ("voice", MessageState.ACCEPTED)]
    assert (await place.check(made["id"], code)).status_code == 200


async def test_a_text_that_stays_silent_is_followed_by_a_call(place: Place) -> None:
    """No receipt in time."""
    made = await place.begin(channels=["sms", "voice"])
    code = await until_sent(place, "sms")
    await until_settled(place, 1)
    await rested(place, made["id"])
    await pass_time(place, made["id"], SILENCE + timedelta(seconds=1))
    assert await until_sent(place, "voice") == code


async def test_a_call_has_the_time_to_be_heard_before_a_text_follows(place: Place) -> None:
    """It rings for half a minute, and says the code twice."""
    made = await place.begin(channels=["voice", "sms"])
    await until_sent(place, "voice")
    await until_settled(place, 1)
    await rested(place, made["id"])
    await pass_time(place, made["id"], SILENCE + timedelta(seconds=1))
    await asyncio.sleep(0.5)
    assert place.channels["sms"].taken == []
    await pass_time(place, made["id"], silence("voice") - SILENCE)
    assert await until_sent(place, "sms")


async def test_call_me_instead(place: Place) -> None:
    """The person has waited for a text in vain, and asks for a call: the same code."""
    made = await place.begin()
    code = await until_sent(place, "sms")
    place.age(minutes=1)
    answer = await place.post(f"/{made['id']}/resend", {"channel": "voice"})
    assert (answer.status_code, answer.json()["channel"]) == (200, "voice")
    assert await until_sent(place, "voice") == code


async def test_nobody_is_called_where_the_operator_has_not_named_voice(
    temporal: WorkflowEnvironment, database: Database
) -> None:
    """A call costs more than a text and rings at night; by default there are none."""
    async with place_on(temporal, database, f"quiet-{uuid4().hex[:8]}") as quiet:
        refused = await quiet.post("", {"to": PHONE, "channels": ["voice"]})
        assert (refused.status_code, "codes go by sms, email, whatsapp" in refused.text) == (422, True)
        made = await quiet.begin(channels=["sms", "voice"])
        quiet.age(minutes=1)
        assert (await quiet.post(f"/{made['id']}/resend", {"channel": "voice"})).status_code == 409
