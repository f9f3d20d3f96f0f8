"""Events: stored once, told to the journeys that name them, taken once; nothing that was said is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from client.homing import Homing, Taken
from client.inputs import Happened, Profile
from domain.errors import NotFound, Unreachable
from models import events
from models.events import Event
from tests.client.journeys import PURCHASES, TWICE, WAITING, named
from tests.stage import CAST, Stage


def happened(stage: Stage, name: str, **more: object) -> Happened:
    """Alice does something."""
    return Happened.of({"user_id": stage.user("alice"), "name": name, **more})


def workflow(stage: Stage, journey: str) -> str:
    """The id of Alice's workflow in a journey."""
    return f"journey/{journey}/{stage.user('alice')}"


def stored(stage: Stage, name: str) -> list[Event]:
    """Alice's events of this name."""
    with stage.database.session() as session:
        return [event for event in events.events_of(session, stage.user("alice")) if event.name == name]


async def test_an_event_of_nobody_is_not_found(stage: Stage) -> None:
    """It says what to do."""
    with pytest.raises(NotFound, match="sign them up first"):
        await stage.homing.event(happened(stage, "first_use"))


async def test_an_event_that_nothing_names_is_stored_and_told_nobody(stage: Stage) -> None:
    """It costs Temporal nothing."""
    stage.publish(WAITING)
    await stage.signup("alice")
    taken = await stage.homing.event(happened(stage, "page_viewed", properties={"page": "/prices"}))
    assert taken == Taken(new=True, started=[], told=[])
    assert [event.properties for event in stored(stage, "page_viewed")] == [{"page": "/prices"}]


async def test_the_same_event_again_and_at_once_is_stored_once_and_taken_once(stage: Stage) -> None:
    """Senders retry; the workflow knows the ids that it has taken."""
    stage.publish(TWICE)
    handle = await stage.signup("alice")
    same = happened(stage, "first_use", message_id="m-1")
    taken = await asyncio.gather(*(stage.homing.event(same) for _ in range(5)))
    assert (sum(one.new for one in taken), len(stored(stage, "first_use"))) == (1, 1)
    await stage.pass_time(handle, days=2)
    assert await handle.result() == "once"


async def test_two_events_are_taken_twice(stage: Stage) -> None:
    """Without an id of the sender's each call is an event of its own."""
    stage.publish(TWICE)
    handle = await stage.signup("alice")
    for _ in range(2):
        await stage.event("alice", "first_use")
    await stage.pass_time(handle, days=2)
    assert await handle.result() == "twice"


async def test_the_first_word_on_an_event_stays(stage: Stage) -> None:
    """The same id with other contents is the same event, also for the journeys."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await stage.homing.event(happened(stage, "page_viewed", message_id="m-1", properties={"page": "/"}))
    taken = await stage.homing.event(happened(stage, "first_use", message_id="m-1"))
    assert (taken, stored(stage, "first_use")) == (Taken(new=False, started=[], told=[]), [])


async def test_an_event_enters_every_journey_that_starts_on_it(stage: Stage) -> None:
    """Two journeys, one event."""
    stage.publish(WAITING)
    await stage.signup("alice")
    stage.publish(PURCHASES)
    stage.publish(named(PURCHASES, "rewards"))
    taken = await stage.homing.event(happened(stage, "purchased"))
    assert taken == Taken(new=True, started=[workflow(stage, "purchases"), workflow(stage, "rewards")], told=[])


async def test_an_event_that_a_running_journey_awaits_is_told_though_it_starts_that_journey_too(stage: Stage) -> None:
    """The first purchase enters, is no news to the journey that it entered, and the second is."""
    stage.publish(WAITING)
    await stage.signup("alice")
    stage.publish(PURCHASES)
    first = happened(stage, "purchased", message_id="m-1")
    # Later than the step is reached, however slow the machine; a time ahead of ours counts as now.
    second = happened(stage, "purchased", message_id="m-2", at=datetime.now(UTC) + timedelta(hours=1))
    assert (await stage.homing.event(first)).told == []
    assert (await stage.homing.event(first)).told == []  # again
    assert (await stage.homing.event(second)).told == [workflow(stage, "purchases")]
    await stage.until_sent("alice", "thank_you/email")


async def test_a_late_retry_is_no_news_to_a_journey_that_began_after_it(stage: Stage) -> None:
    """What happened before it does not happen again in it."""
    stage.publish(WAITING)
    await stage.signup("alice")
    early = happened(stage, "first_use", message_id="m-1")
    await stage.homing.event(early)
    stage.publish(named(WAITING, "later").replace("signed_up", "asked"))
    await stage.event("alice", "asked")
    assert workflow(stage, "later") not in (await stage.homing.event(early)).told


async def test_an_event_to_a_workflow_that_was_never_started_starts_it_with_the_event(stage: Stage) -> None:
    """Whoever enrolled the person died; the event is not lost on the way."""
    stage.publish(WAITING)
    await stage.homing.take([Profile.of({"user_id": stage.user("alice"), **CAST["alice"]})], strangers=False)
    taken = await stage.homing.event(happened(stage, "first_use"))
    assert taken.told == [workflow(stage, "waiting")]
    await stage.until_sent("alice", "first_use_praise/email")


async def test_an_event_while_temporal_is_down_is_kept_and_mended_by_repeating_it(
    stage: Stage, cut_off: Homing
) -> None:
    """Stored before Temporal is told; a sender that retries with its id loses nothing and doubles nothing."""
    stage.publish(TWICE)
    handle = await stage.signup("alice")
    same = happened(stage, "first_use", message_id="m-1")
    with pytest.raises(Unreachable, match="what was sent is stored; a relay"):
        await cut_off.event(same)
    assert len(stored(stage, "first_use")) == 1
    assert (await stage.homing.event(same)).told == [handle.id]
    await stage.pass_time(handle, days=2)
    assert await handle.result() == "once"


async def test_an_event_after_the_end_is_stored_and_told_nobody(stage: Stage) -> None:
    """People go on using the product."""
    stage.publish(WAITING)
    handle = await stage.signup("alice")
    await stage.event("alice", "account_deleted")
    await handle.result()
    assert await stage.homing.event(happened(stage, "first_use")) == Taken(new=True, started=[], told=[])


async def test_an_event_keeps_the_senders_time_and_ours(stage: Stage) -> None:
    """In UTC, whatever zone it was told in."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await stage.event("alice", "first_use", at=datetime.fromisoformat("2026-03-01T12:00:00+03:00"))
    [event] = stored(stage, "first_use")
    assert event.at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert datetime.now(UTC) - event.received_at < timedelta(minutes=1)
