"""An anonymous person becomes a known one: their past is one, their journeys are one, and so is what comes later."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from client.accepted import Accepted
from client.inputs import Happened, Item, Merged, Profile
from domain.errors import Conflict
from models import decisions, enrollments, events, people
from models.people import Person
from tests.client.journeys import BY_PLAN, PURCHASES, WAITING
from tests.client.relays import rows, running
from tests.stage import CAST, Stage

VISITS = PURCHASES.replace("purchases", "visits").replace("purchased", "visited")


async def take(stage: Stage, *items: Item) -> Accepted:
    """One batch, told at once."""
    accepted = await stage.homing.take(items, strangers=True)
    await stage.homing.relay.deliver([stage.user(name) for name in ("alice", "anon", "other")])
    return accepted


def did(stage: Stage, name: str, event: str, message_id: str, **properties: Any) -> Happened:
    """Somebody does something."""
    return Happened(user_id=stage.user(name), name=event, message_id=message_id, properties=properties)


def merged(stage: Stage, previous: str = "anon", user: str = "alice") -> Merged:
    """The one is the other."""
    return Merged(previous_id=stage.user(previous), user_id=stage.user(user))


def person(stage: Stage, name: str) -> Person | None:
    """What is stored of somebody."""
    with stage.database.session() as session:
        return people.find_person(session, stage.user(name))


def happened(stage: Stage, name: str) -> list[str]:
    """The message ids of somebody's events, oldest first."""
    with stage.database.session() as session:
        return [event.message_id for event in events.events_of(session, stage.user(name))]


def ways(stage: Stage, name: str) -> list[tuple[str, int, str | None]]:
    """Journey, number and end of somebody's enrollments."""
    with stage.database.session() as session:
        found = [(row.journey, row.entry, row.ended_reason) for row in enrollments.of_person(session, stage.user(name))]
        return sorted(found, key=lambda way: way[:2])


async def test_events_move_and_are_told_to_the_known_ones_journeys(stage: Stage) -> None:
    """What they did before they said who they are ends the wait for it."""
    stage.publish(WAITING)
    await take(stage, did(stage, "anon", "page_viewed", "m-1"), did(stage, "anon", "first_use", "m-2"))
    await stage.signup("alice")
    assert await take(stage, merged(stage)) == Accepted(1, 0)
    await stage.until_sent("alice", "first_use_praise/email")
    assert set(happened(stage, "alice")) == {"m-1", "m-2", f"signup:{stage.user('alice')}"}
    assert person(stage, "anon") is None


async def test_attributes_move_and_the_known_ones_win(stage: Stage) -> None:
    """So do zone and addresses, where they are lacking; journeys that look at them are told."""
    stage.publish(BY_PLAN)
    said = {"plan": "team", "ref": "newsletter"}
    anonymous = Profile(
        user_id=stage.user("anon"), signup=False, attributes=said, zone="Asia/Jakarta", phone="+14155550123"
    )
    of = await stage.signup("alice", attributes={"ref": "search"}, phone=None)
    await take(stage, anonymous, merged(stage))
    alice = person(stage, "alice")
    assert alice is not None
    assert (alice.attributes, alice.zone) == ({"plan": "team", "ref": "search"}, "Asia/Jakarta")
    with stage.database.session() as session:
        found = {one.channel: one.address for one in people.endpoints(session, alice.id)}
    assert found == {"email": "alice@example.com", **dict.fromkeys(("sms", "whatsapp", "voice"), "+14155550123")}
    await stage.pass_time(of, days=2)
    await stage.until_sent("alice", "support_offer/email")


async def test_their_journeys_end_and_are_kept_on_record(stage: Stage) -> None:
    """The known one goes the way of the journey once; what the other was on has ended as merged."""
    stage.publish(VISITS)
    stage.publish(WAITING)
    await take(stage, did(stage, "anon", "visited", "m-1"))
    of = stage.handle(f"journey/visits/{stage.user('anon')}")
    await stage.until_at(of, "next-purchase")
    await stage.signup("alice")
    await take(stage, merged(stage))
    assert await of.result() == "merged"
    assert ways(stage, "alice") == [("visits", 0, "merged"), ("visits", 1, None), ("waiting", 1, None)]
    assert (await stage.handle(f"journey/visits/{stage.user('alice')}").describe()).status is not None


async def test_a_journey_that_both_are_in_goes_on_for_the_known_one(stage: Stage) -> None:
    """Not from the beginning."""
    stage.publish(VISITS)
    await take(stage, did(stage, "anon", "visited", "m-1"), did(stage, "alice", "visited", "m-2"))
    await take(stage, merged(stage))
    assert ways(stage, "alice") == [("visits", 0, "merged"), ("visits", 1, None)]


async def test_what_comes_later_under_the_previous_id_counts_for_the_known_one(stage: Stage) -> None:
    """Browsers keep their anonymous id."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await take(stage, merged(stage))
    profile = Profile(user_id=stage.user("anon"), signup=False, attributes={"plan": "team"})
    assert await take(stage, profile, did(stage, "anon", "first_use", "m-1")) == Accepted(2, 0)
    await stage.until_sent("alice", "first_use_praise/email")
    assert (person(stage, "anon"), "m-1" in happened(stage, "alice")) == (None, True)


async def test_an_order_under_the_previous_id_reaches_the_known_ones_journeys(stage: Stage) -> None:
    """Whoever gives it may know no other."""
    stage.publish(WAITING)
    of = await stage.signup("alice")
    await take(stage, merged(stage))
    assert await stage.homing.order(stage.user("anon"), "pause") == [of.id]


async def test_merging_again_says_nothing_new(stage: Stage) -> None:
    """Browsers say it at every page."""
    stage.publish(WAITING)
    await stage.signup("alice")
    assert await take(stage, merged(stage), merged(stage)) == Accepted(1, 1)
    assert await take(stage, merged(stage)) == Accepted(0, 1)
    assert await take(stage, merged(stage, "alice", "alice")) == Accepted(0, 1)


async def test_two_known_people_are_not_merged(stage: Stage) -> None:
    """Two people on one computer are two."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await stage.homing.signup(Profile.of({"user_id": stage.user("other"), **CAST["bob"]}))
    accepted = await take(stage, merged(stage, "other"))
    assert [one.index for one in accepted.ignored] == [0]
    with pytest.raises(Conflict, match="both are known people"):
        await stage.homing.take([merged(stage, "other")], strangers=False)
    await take(stage, merged(stage))
    accepted = await take(stage, merged(stage, "anon", "other"))  # the computer was Alice's before
    assert ("both are known" in accepted.ignored[0].reason, happened(stage, "other")) == (
        True,
        happened(stage, "other"),
    )


async def test_a_chain_of_ids_is_one_person(stage: Stage) -> None:
    """A browser, then another, then a name; whatever order it is said in."""
    stage.publish(WAITING)
    await take(stage, did(stage, "anon", "page_viewed", "m-1"), merged(stage, "anon", "other"))
    await take(stage, did(stage, "other", "page_viewed", "m-2"))
    await stage.signup("alice")
    await take(stage, merged(stage, "other"), did(stage, "anon", "first_use", "m-3"))
    assert set(happened(stage, "alice")) >= {"m-1", "m-2", "m-3"}
    assert await take(stage, merged(stage)) == Accepted(0, 1)


async def test_the_same_event_under_both_ids_is_one(stage: Stage) -> None:
    """By its message id."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await take(stage, did(stage, "anon", "first_use", "m-1"), did(stage, "alice", "first_use", "m-1"), merged(stage))
    assert happened(stage, "alice").count("m-1") == 1
    await stage.until_sent("alice", "first_use_praise/email")


async def test_messages_and_decisions_stay_on_record(stage: Stage) -> None:
    """Under the known one."""
    stage.publish(WAITING)
    anonymous = Profile(user_id=stage.user("anon"), email="someone@example.com", signup=False)
    stage.publish(VISITS.replace("  - id: next-purchase", "  - {id: hello, send: welcome}\n  - id: next-purchase"))
    await take(stage, anonymous, did(stage, "anon", "visited", "m-1"))
    await stage.until_sent("anon", "welcome/email")
    await take(stage, did(stage, "alice", "page_viewed", "m-2"), merged(stage))
    assert stage.messages("alice")[0].step == "hello"
    with stage.database.session() as session:
        assert decisions.of_person(session, stage.user("alice"))


async def test_merges_from_everywhere_at_once_are_one(stage: Stage) -> None:
    """With events under both ids on their way."""
    stage.publish(VISITS)
    batches: list[list[Item]] = [
        [did(stage, "anon", "visited", f"a-{number}"), merged(stage), did(stage, "alice", "visited", f"b-{number}")]
        for number in range(20)
    ]
    async with running(stage.homing.relay):
        accepted = await asyncio.gather(*(stage.homing.take(batch, strangers=True) for batch in batches))
        await stage.until(lambda: not rows(stage.database))
    assert sum(one.new for one in accepted) == 41
    assert len(happened(stage, "alice")) == 40
    open_ways = [way for way in ways(stage, "alice") if way[2] is None]
    assert (len(open_ways) <= 1, person(stage, "anon")) == (True, None)
    with stage.database.session() as session:
        assert session.connection().scalar(text("select count(*) from aliases")) == 1
