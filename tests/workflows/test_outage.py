"""A provider that is down while many journeys write to it, and is back again, on the real Temporal server."""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlmodel import select
from temporalio.testing import WorkflowEnvironment

from activities.lines import Lines
from activities.pacing import Pacing
from activities.places import Places
from channels.protocol import Failure
from client.inputs import Profile
from domain.delivery import MessageState
from domain.line import OPENS_AFTER, Pauses, Why
from models.database import Database
from models.enrollments import Enrollment
from models.messages import Message
from tests.fakes import refusal
from tests.stage import Stage, staged

JOURNEY = """
journey: hello
title: Hello
entry: {event: signed_up}
topic: test
steps: [{id: say, send: welcome, via: [sms, email]}]
"""
PEOPLE = 12
BRIEF = Pauses(timedelta(milliseconds=200), timedelta(milliseconds=400))


def rows(stage: Stage) -> list[Message]:
    """All messages."""
    with stage.database.session() as session:
        return list(session.exec(select(Message)).all())


def completed(stage: Stage) -> int:
    """How many journeys have come to their end."""
    with stage.database.session() as session:
        return sum(row.ended_reason == "completed" for row in session.exec(select(Enrollment)).all())


async def test_every_journey_outlasts_a_provider_that_is_down(
    temporal: WorkflowEnvironment, database: Database
) -> None:
    """Each message arrives once, on its own channel, after a few calls in all; nobody has to see to it."""
    now = partial(datetime.now, UTC)
    gate = Pacing(Lines(database, now), Places(8), now, pauses=BRIEF)
    calls: list[datetime] = []

    def down() -> None:
        calls.append(now())
        raise refusal(Failure.TRANSIENT, "provider_unreachable")

    async with staged(temporal, database, gate) as stage:
        stage.publish(JOURNEY)
        stage.channels["sms"].on_send = down
        for number in range(PEOPLE):
            person = {"user_id": stage.user(f"user-{number}"), "phone": f"+1415555{1000 + number}"}
            await stage.homing.signup(Profile.of({**person, "email": f"user-{number}@example.com"}))
        await stage.until(lambda: sum(row.reason == Why.PROVIDER_DOWN for row in rows(stage)) >= PEOPLE - OPENS_AFTER)
        stage.channels["sms"].on_send = lambda: None
        tried = len(calls)
        await stage.until(lambda: completed(stage) == PEOPLE, 30)
        assert OPENS_AFTER <= tried < 3 * PEOPLE
        assert {(row.channel, row.state) for row in rows(stage)} == {("sms", MessageState.ACCEPTED)}
        assert len({one.message_id for one in stage.channels["sms"].taken}) == PEOPLE
        assert len(stage.channels["sms"].taken) == PEOPLE
