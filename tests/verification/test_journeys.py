"""The `verify` step on the real servers: a code that a journey asks for, typed in, or never typed in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from bench.actions import actions
from client.inputs import Profile
from client.verifying.building import build_for_journeys
from client.verifying.confirming import Confirming, look
from client.verifying.opening import Opened
from domain.delivery import Outcome
from domain.errors import TooMany, Unreachable
from domain.journey.costing.billing import CODE
from domain.journey.costing.costs import costs
from domain.journey.file import parse
from domain.machine.state import Phase
from domain.verification.answers import Answer, Wish
from domain.verification.contacts import Contact
from models import aliases, decisions, erasure, messages, people, verifications
from models.database import Database
from models.journeys import publish
from models.ways import MERGED
from tests.verification.place import MAILBOX, PHONE, Place, place_on
from tests.verification.test_codes import until_sent
from tests.verification.test_durable import worker_of
from tests.workflows.test_replay import record
from workflows.journey import JourneyWorkflow

JOURNEY = """
journey: signup
title: Confirm the phone, then welcome
entry: {event: signed_up}
topic: account
steps:
  - id: confirm-phone
    verify: phone
    via: [sms, whatsapp]
    do: [{id: welcome, send: welcome, via: email}]
    on_timeout: [{id: remind, send: check_in, via: email}]
  - {id: rest, wait: 30d}
"""
STRICT = """
journey: strict
title: Writes to confirmed phones alone
entry: {event: signed_up}
topic: account
steps:
  - {id: early, send: welcome, via: sms}
  - {id: confirm, verify: phone, via: sms}
  - {id: late, send: check_in, via: sms}
  - {id: rest, wait: 30d}
"""
SHORT = """
journey: short
title: Confirm, then welcome
entry: {event: signed_up}
topic: account
steps:
  - {id: confirm, verify: phone, via: sms}
  - {id: welcome, send: welcome, via: email}
"""
Handle = WorkflowHandle[Any, str]


async def enter(place: Place, journey: str = JOURNEY, **person: Any) -> tuple[str, Handle]:
    """Alice signs up, and is let into the journey."""
    with place.books.database.session() as session:
        publish(session, parse(journey, "test.yaml"), datetime.now(UTC))
    user = place.api.user("alice")
    profile = Profile.of({"user_id": user, "phone": PHONE, "email": MAILBOX, **person})
    taken = await place.parts.homing.signup(profile)
    return user, place.environment.client.get_workflow_handle_for(JourneyWorkflow.run, taken.started[0])


async def until_at(handle: Handle, step: str) -> None:
    """Wait until somebody waits at a step."""
    async with asyncio.timeout(15):
        while True:
            state = await handle.query(JourneyWorkflow.state)
            if state and (state.step, state.phase) == (step, Phase.WAITING):
                return
            await asyncio.sleep(0.05)


async def found(place: Place, user: str) -> dict[str, Any]:
    """The verification, as a backend finds it that only knows its user."""
    answer = await place.api.call("GET", f"/v1/verifications?user_id={user}&purpose=verify-phone")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def sent(place: Place, channel: str = "email") -> list[str]:
    """The steps of which a channel has messages."""
    ids = {one.message_id for one in place.channels[channel].taken}
    with place.books.database.session() as session:
        return [str(session.get_one(messages.Message, one).step) for one in ids]


async def test_a_right_code_lets_the_journey_go_on(place: Place) -> None:
    """Signed up, code in hand, typed in, welcomed; and no message but the code went out before."""
    user, handle = await enter(place)
    code = await until_sent(place, "sms")
    await until_at(handle, "confirm-phone")
    assert place.channels["email"].taken == []
    made = await found(place, user)
    assert (made["status"], made["purpose"], made["channel"]) == ("pending", "verify-phone", "sms")
    assert (await place.check(made["id"], f"{(int(code) + 1) % 1_000_000:06}")).status_code == 403
    await place.parts.homing.relay.deliver([user])
    assert (await place.check(made["id"], code)).status_code == 200
    await place.parts.homing.relay.deliver([user])
    await until_at(handle, "rest")
    assert sent(place) == ["welcome"]
    assert len(place.channels["sms"].taken) == 1


async def test_nobody_who_does_not_type_it_in_is_welcomed(place: Place) -> None:
    """After the ten minutes for which it was good the journey goes its other way."""
    _, handle = await enter(place)
    await until_sent(place, "sms")
    await until_at(handle, "confirm-phone")
    await place.environment.fast_forward(handle, timedelta(minutes=9))
    await until_at(handle, "confirm-phone")
    await place.environment.fast_forward(handle, timedelta(minutes=2))
    await until_at(handle, "rest")
    assert sent(place) == ["remind"]


async def test_who_has_confirmed_it_before_gets_no_code(place: Place) -> None:
    """Another journey of the same person asks the same: once was enough."""
    user = place.api.user("alice")
    await place.parts.homing.take([Profile.of({"user_id": user, "phone": PHONE, "signup": False})], strangers=False)
    with place.books.database.session() as session:
        people.verify_address(session, user, PHONE, datetime.now(UTC))
    _, handle = await enter(place)
    await until_at(handle, "rest")
    assert (sent(place), place.channels["sms"].taken) == (["welcome"], [])


@pytest.mark.parametrize(
    ("person", "rules"),
    [
        ({"phone": None}, {"no_address"}),
        ({"phone": "+4915123456789"}, {"country_not_allowed"}),  # nobody has named Germany
    ],
)
async def test_whom_no_code_can_reach_goes_on_at_once_and_it_is_on_record(
    place: Place, person: dict[str, Any], rules: set[str]
) -> None:
    """As if the time were over; the reasons are kept by channel."""
    user, handle = await enter(place, **person)
    await until_at(handle, "rest")
    state = await handle.query(JourneyWorkflow.state)
    assert state
    assert state.outcomes["confirm-phone"] is Outcome.SKIPPED
    with place.books.database.session() as session:
        kept = [one for one in decisions.of_person(session, user) if one.step == "confirm-phone"]
    assert {(one.verdict, one.rule) for one in kept} == {("refused", rule) for rule in rules}
    assert [one.channel for one in kept] == ["sms", "whatsapp"]
    assert sent(place) == ["remind"]


async def test_a_restart_in_between_sends_no_second_code(temporal: WorkflowEnvironment, database: Database) -> None:
    """One worker asks for the code, another one, started later, hears that it was right."""
    queue = f"codes-{uuid4().hex[:8]}"
    async with place_on(temporal, database, queue) as place:
        user, handle = await enter(place)
        code = await until_sent(place, "sms")
        await until_at(handle, "confirm-phone")
        made = await found(place, user)
    async with worker_of(place):
        [verification] = [one.id for one in rows(database, user)]
        assert verification == made["id"]
        place.books.judging.check(verification, code, datetime.now(UTC), datetime.now(UTC))
        await place.parts.homing.emit(user, "phone_verified", {}, "late", datetime.now(UTC))
        await until_at(handle, "rest")
    assert (sent(place), len(place.channels["sms"].taken)) == (["welcome"], 1)


def rows(database: Database, user: str) -> list[verifications.Verification]:
    """The verifications of a user."""
    with database.session() as session:
        one = verifications.newest(session, user, "verify-phone")
    return [one] if one else []


async def test_an_unverified_address_gets_nothing_but_its_code(
    temporal: WorkflowEnvironment, database: Database
) -> None:
    """Where a deployment asks for it: before the code was right the message is refused, and after it goes."""
    queue = f"codes-{uuid4().hex[:8]}"
    async with place_on(temporal, database, queue, verified_only=("sms",)) as place:
        user, handle = await enter(place, STRICT)
        code = await until_sent(place, "sms")
        await until_at(handle, "confirm")
        assert (await place.check((await found(place, user))["id"], code)).status_code == 200
        await place.parts.homing.relay.deliver([user])
        await until_at(handle, "rest")
        with database.session() as session:
            rules = {one.step: one.rule for one in decisions.of_person(session, user)}
        assert rules == {"early": "unverified", "confirm": "address_usable", "late": "address_usable"}
        assert len(place.channels["sms"].taken) == 2


@pytest.mark.skipif("not config.getoption('--record-histories')", reason="only with --record-histories")
async def test_the_history_of_somebody_who_confirms_can_be_recorded(place: Place) -> None:
    """It is replayed with those of other journeys, in `tests/workflows/test_replay.py`."""
    place.api.suffix = "recorded"
    user, handle = await enter(place, SHORT)
    code = await until_sent(place, "sms")
    await until_at(handle, "confirm")
    await place.check((await found(place, user))["id"], code)
    await place.parts.homing.relay.deliver([user])
    await handle.result()
    await record(place.environment.client, "confirmed", handle.id)


class Lost:
    """A Temporal whose answer is lost, whether or not it was told."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def make(self, opened: Opened) -> None:
        """As the protocol says."""
        await self.inner.make(opened)
        raise Unreachable("no answer")


def confirming(place: Place, sends: Any = None) -> Confirming:
    """What the worker asks, with another way to tell Temporal if wanted."""
    made = build_for_journeys(place.parts.config, place.books.database, place.environment.client)
    made._sends = sends(made._sends) if sends else made._sends
    return made


async def someone(place: Place) -> str:
    """Somebody in no journey, with an enrollment for decisions to be about."""
    user, handle = await enter(place, phone=None)
    await until_at(handle, "rest")
    await place.parts.homing.take([Profile.of({"user_id": user, "phone": PHONE, "signup": False})], strangers=False)
    return user


async def of(place: Place, user: str, pass_number: int = 1) -> Wish:
    """A wish of the enrollment of somebody."""
    with place.books.database.session() as session:
        enrollment = decisions.of_person(session, user)[0].enrollment_id
    return Wish(user, Contact.PHONE, ("sms",), False, enrollment, "again", pass_number, datetime.now(UTC))


async def test_however_often_it_is_tried_one_code_goes_out(place: Place) -> None:
    """Also when the first attempt never learnt that Temporal was told; the next pass is another wish."""
    user = await someone(place)
    asked = await of(place, user)
    with pytest.raises(Unreachable):
        await confirming(place, Lost).ask(asked)
    for _ in range(3):
        assert await confirming(place).ask(asked) is Answer.ASKED
    await until_sent(place, "sms")
    await asyncio.sleep(0.5)
    assert len(place.channels["sms"].taken) == 1
    with pytest.raises(TooMany):  # the pause between two codes to one number
        await confirming(place).ask(await of(place, user, 2))
    place.age(minutes=2)
    assert await confirming(place).ask(await of(place, user, 2)) is Answer.ASKED
    await until_sent(place, "sms", 2)


async def test_what_a_limit_refuses_is_on_record(place: Place) -> None:
    """The journey waits for it, and whoever wonders finds the reason."""
    user = await someone(place)
    assert await confirming(place).ask(await of(place, user)) is Answer.ASKED
    with pytest.raises(TooMany):
        await confirming(place).ask(await of(place, user, 2))
    with place.books.database.session() as session:
        kept = [
            (one.pass_number, one.verdict, one.rule)
            for one in decisions.of_person(session, user)
            if one.step == "again"
        ]
    assert (2, "refused", "code_limit") in kept


async def test_nobody_asked_for_a_code_is_not_found(place: Place) -> None:
    """404, for a user who exists as for one who does not."""
    for user in (place.api.user("alice"), "nobody"):
        answer = await place.api.call("GET", f"/v1/verifications?user_id={user}&purpose=verify-phone")
        assert answer.status_code == 404


async def test_it_costs_what_was_worked_out(place: Place) -> None:
    """Of a journey that asks and is answered, action by action; the code's own workflow is counted apart."""
    way = costs(parse(SHORT, "test.yaml"), {}).dearest
    user, handle = await enter(place, SHORT)
    code = await until_sent(place, "sms")
    await until_at(handle, "confirm")
    made = await found(place, user)
    assert (await place.check(made["id"], code)).status_code == 200
    await place.parts.homing.relay.deliver([user])
    assert await handle.result() == "completed"
    written = (await handle.fetch_history()).events
    asking = CODE[Contact.PHONE].actions
    assert (actions(written).total() + asking, len(written)) == (way.actions, way.events)
    await place.environment.fast_forward(place.handle(made["id"]), timedelta(minutes=11))
    await place.handle(made["id"]).result()
    assert actions((await place.handle(made["id"]).fetch_history()).events).total() == asking


async def test_what_is_decided_about_who_was_merged_meanwhile_goes_with_them(place: Place) -> None:
    """It is kept under the id that they have now, and is in nobody's way when they are erased."""
    user, known, now = await someone(place), uuid4().hex, datetime.now(UTC)
    asked, database = await of(place, user), place.books.database
    await place.parts.homing.take([Profile.of({"user_id": known, "email": MAILBOX, "signup": False})], strangers=False)
    with database.session() as session:
        aliases.move_enrollments(session, user, known, MERGED, now)
        aliases.move_rest(session, user, known, now)
    look(database, confirming(place)._rules, asked)
    with database.session() as session:
        assert decisions.of_person(session, user) == []
        assert "again" in {one.step for one in decisions.of_person(session, known)}
        erasure.remove(session, "key", known, [user], now)
    look(database, confirming(place)._rules, asked)
