"""What survives: fallbacks, resends and ends, restarts in between, and a Temporal that is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session, select
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from activities.composer import Composer
from channels.protocol import ChannelError, Failure
from client.inputs import Happened, Profile
from client.verifying.desk import Verifications
from client.verifying.inputs import CodeAsked
from client.verifying.opening import Opened
from domain.clock import Clock
from domain.delivery import MessageState
from domain.errors import Unreachable
from domain.verification.life import SILENCE, VALID_FOR, State
from models import events, verifications
from models.database import Database
from models.messages import Message
from testkit.real.work import working
from tests.stage import shipped_templates
from tests.verification.place import MAILBOX, PHONE, PRODUCT, Place, code_activities, place_on
from tests.verification.test_codes import sign_up, until_sent, until_settled
from workflows import options
from workflows.runner import sandboxed
from workflows.verification import VerificationWorkflow

BLOCKED = ChannelError(Failure.PERMANENT, "blocked", "no")
DOWN = ChannelError(Failure.TRANSIENT, "provider_unavailable", "not now")
DOUBT = ChannelError(Failure.AMBIGUOUS, "no_answer", "no answer")


def states(rows: list[Message]) -> list[tuple[str, str]]:
    """Channel and state of each."""
    return [(row.channel, row.state) for row in rows]


async def pass_time(place: Place, verification: str, passed: timedelta) -> None:
    """Move a workflow's clock."""
    await place.environment.fast_forward(place.handle(verification), passed)


async def rested(place: Place, verification: str) -> None:
    """Wait until its workflow waits for time to pass."""
    async with asyncio.timeout(10):
        while True:
            described = await place.handle(verification).describe()
            if not described.raw_description.pending_activities and described.history_length > 5:
                return
            await asyncio.sleep(0.05)


async def test_the_next_channel_is_tried_at_once_when_one_fails_for_good(place: Place) -> None:
    """Nobody waits for a message that will never come."""
    place.channels["sms"].raises = [BLOCKED]
    made = await place.begin(channels=["sms", "whatsapp"])
    code = await until_sent(place, "whatsapp")
    assert states(await until_settled(place, 2)) == [("sms", MessageState.FAILED), ("whatsapp", MessageState.ACCEPTED)]
    assert (await place.check(made["id"], code)).status_code == 200


async def test_the_next_channel_is_tried_when_one_stays_silent(place: Place) -> None:
    """Without a receipt in time; the same code, as it is the same phone, and each send is on the books."""
    made = await place.begin(channels=["sms", "whatsapp"])
    code = await until_sent(place, "sms")
    await until_settled(place, 1)
    await rested(place, made["id"])
    await pass_time(place, made["id"], SILENCE + timedelta(seconds=1))
    assert await until_sent(place, "whatsapp") == code
    await until_settled(place, 2)
    assert [(one.number, one.channel, one.cause) for one in place.books.sends(made["id"])] == [
        (1, "sms", "asked"),
        (2, "whatsapp", "fell_back"),
    ]


async def test_what_has_arrived_is_not_sent_elsewhere(place: Place) -> None:
    """The receipt says so."""
    made = await place.begin(channels=["sms", "whatsapp"])
    await until_sent(place, "sms")
    [row] = await until_settled(place, 1)
    with place.books.database.session() as session:
        session.get_one(Message, row.id).delivered_at = datetime.now(UTC)
    await rested(place, made["id"])
    await pass_time(place, made["id"], SILENCE + timedelta(seconds=1))
    await pass_time(place, made["id"], VALID_FOR)
    assert await place.handle(made["id"]).result() == State.EXPIRED
    assert place.channels["whatsapp"].taken == []


async def test_a_provider_that_is_down_is_left_for_the_next_one(place: Place) -> None:
    """After a minute or so: a code is of use for ten."""
    place.channels["sms"].raises = [DOWN] * 100
    made = await place.begin(channels=["sms", "whatsapp"])
    async with asyncio.timeout(20):
        while not place.channels["whatsapp"].taken:
            await pass_time(place, made["id"], timedelta(seconds=15))
            await asyncio.sleep(0.1)
    assert states(await until_settled(place, 2)) == [("sms", MessageState.FAILED), ("whatsapp", MessageState.ACCEPTED)]


async def test_a_code_that_would_wait_for_longer_than_its_time_goes_to_the_next_channel_at_once(place: Place) -> None:
    """A reminder waits until a sender is approved, or for as long as a provider asks; somebody waits for a code."""
    place.channels["whatsapp"].raises = [ChannelError(Failure.CONFIGURATION, "template_required", "63016")]
    place.channels["sms"].raises = [ChannelError(Failure.TRANSIENT, "rate_limited", "429", options.LONGEST_CODE)]
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["whatsapp", "sms", "email"])
    code = await until_sent(place, "email")
    assert states(await until_settled(place, 3)) == [
        ("whatsapp", MessageState.FAILED),
        ("sms", MessageState.FAILED),
        ("email", MessageState.ACCEPTED),
    ]
    assert (await place.check(made["id"], code)).status_code == 200


async def test_an_interrupted_send_is_asked_about_and_not_sent_twice(place: Place) -> None:
    """The provider had it when the connection broke; a retry is the same message, and the same words."""
    place.channels["sms"].raises, place.channels["sms"].takes_anyway = [DOUBT], True
    await place.begin()
    [row] = await until_settled(place, 1)
    assert (row.state, row.attempts, len(place.channels["sms"].taken)) == (MessageState.ACCEPTED, 2, 1)


async def test_it_ends_after_ten_minutes(place: Place) -> None:
    """Its secret goes; the workflow's story can be replayed."""
    made = await place.begin()
    await until_sent(place, "sms")
    await until_settled(place, 1)
    await rested(place, made["id"])
    await pass_time(place, made["id"], VALID_FOR)
    assert await place.handle(made["id"]).result() == State.EXPIRED
    row = place.books.row(made["id"])
    assert (row.state, row.secret) == (State.EXPIRED, "")
    history = await place.handle(made["id"]).fetch_history()
    replayer = Replayer(
        workflows=[VerificationWorkflow],
        workflow_runner=sandboxed(),
        data_converter=place.environment.client.data_converter,
    )
    await replayer.replay_workflow(history)


@asynccontextmanager
async def worker_of(place: Place, **more: Any) -> AsyncIterator[None]:
    """Another worker on the same queue and channels."""
    settings = place.parts.config.model_copy(update=more)
    homing = place.parts.homing
    codes = code_activities(place.books.database, place.channels, settings, homing)
    composer = Composer(shipped_templates(), place.channels, PRODUCT)
    client, queue = place.environment.client, settings.task_queue
    async with working(client, queue, place.books.database, composer, place.channels, homing, codes):
        yield


async def test_what_is_asked_while_no_worker_runs_is_sent_once_one_does(
    temporal: WorkflowEnvironment, database: Database
) -> None:
    """A deployment restarts in between: nothing is lost, and nothing goes twice."""
    queue = f"codes-{uuid4().hex[:8]}"
    async with place_on(temporal, database, queue) as place:
        other = replace(place, parts=place.parts)
        other.parts.config = place.parts.config.model_copy(update={"task_queue": f"{queue}-late"})
        made = await other.begin()
        await asyncio.sleep(0.5)
        assert place.channels["sms"].taken == []
        async with worker_of(other):
            code = await until_sent(place, "sms")
            await until_settled(place, 1)
        other.age(minutes=1)
        assert (await other.post(f"/{made['id']}/resend")).status_code == 200
        await asyncio.sleep(0.3)
        async with worker_of(other):
            assert await until_sent(place, "sms", 2) == code
            await until_settled(place, 2)
        assert len(place.channels["sms"].taken) == 2


async def test_a_process_that_dies_before_it_tells_temporal_is_healed_by_a_resend(place: Place) -> None:
    """The row is there, the workflow is not: asking again starts it."""
    opened = place.books.opening.begin(CodeAsked(to=PHONE, purpose="login"), datetime.now(UTC))
    assert isinstance(opened, Opened)
    place.age(minutes=1)
    assert (await place.post(f"/{opened.view.id}/resend")).status_code == 200
    code = await until_sent(place, "sms")
    assert (await place.check(opened.view.id, code)).status_code == 200
    assert len(place.channels["sms"].taken) == 1


class Away:
    """A Temporal that does not answer."""

    async def make(self, opened: Opened) -> None:
        """As the protocol says."""
        raise Unreachable("Temporal does not answer")


async def test_while_temporal_is_away_nothing_is_promised_and_nothing_counts(place: Place) -> None:
    """503, and the next try is not told to cool down."""
    desk = place.parts.verifications
    away = Verifications(place.books.opening, place.books.judging, Away(), desk._report, Clock(), desk._count)
    with pytest.raises(Unreachable):
        await away.begin(CodeAsked(to=MAILBOX, purpose="login"))
    assert (await place.begin(to=MAILBOX))["resends_left"] == 4


async def test_an_event_that_could_not_be_taken_in_is_taken_in_later(place: Place) -> None:
    """The process died, or PostgreSQL went away, between the approval and its event."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["email"])
    code = await until_sent(place, "email")

    async def lost(_: Happened) -> None:
        raise Unreachable("PostgreSQL does not answer")

    place.parts.verifications._report = lost
    assert (await place.check(made["id"], code)).status_code == 200
    with place.books.database.session() as session:
        assert verified(session, user) == []
    await rested(place, made["id"])
    await pass_time(place, made["id"], VALID_FOR)
    assert await place.handle(made["id"]).result() == State.APPROVED
    with place.books.database.session() as session:
        assert verified(session, user) == ["email_verified"]
        assert verifications.find(session, made["id"]).reported_real_at  # type: ignore[union-attr]


def verified(session: Session, user: str) -> list[str]:
    """The events of approvals."""
    return [one.name for one in events.events_of(session, user) if one.name.endswith("_verified")]


async def test_it_takes_as_long_for_nobody_as_for_somebody(place: Place) -> None:
    """Who measures learns nothing: medians of fifty each, in turn, differ by less than what the network adds."""
    users = [f"u{index}-{uuid4().hex[:6]}" for index in range(50)]
    people = [Profile.of({"user_id": one, "email": f"{one}@example.com", "signup": False}) for one in users]
    await place.parts.homing.take(people, strangers=False)
    took: dict[bool, list[float]] = {True: [], False: []}
    for one in users:
        for known, user in ((True, one), (False, f"no-{one}")):
            began = time.perf_counter()
            opened = place.books.opening.begin(CodeAsked(user_id=user, purpose="login"), datetime.now(UTC))
            took[known].append(time.perf_counter() - began)
            assert isinstance(opened, Opened)
    some, none = median(took[True]), median(took[False])
    assert abs(some - none) < max(0.003, 0.25 * some), (some, none)


async def test_a_person_without_an_address_or_who_said_stop_looks_the_same(place: Place) -> None:
    """And nothing is sent."""
    user = await sign_up(place, phone=None, email=None)
    made = await place.begin(to=None, user_id=user)
    assert (made["status"], made["channel"]) == ("pending", "sms")
    await rested(place, made["id"])
    with place.books.database.session() as session:
        assert session.exec(select(Message)).all() == []
