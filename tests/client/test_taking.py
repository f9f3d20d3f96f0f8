"""Batches: all of it or nothing, each thing once, in order for each person, at the price of a few statements."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from client import taking
from client.accepted import Accepted
from client.inputs import Happened, Item, Merged, Profile
from client.library import Library
from client.taking import Rules, Stored
from domain.errors import BadInput, Conflict, NotFound
from domain.journey.file import parse
from models import enrollments, events, people
from models.database import Database
from models.journeys import publish
from models.outbox import Telling
from testkit.real import servers
from tests.client.journeys import BY_PLAN, PURCHASES, TWICE, WAITING, named

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEYED = """
journey: trips
title: One for each trip
entry: {event: trip_booked, key: trip}
topic: test
steps:
  - id: paid
    wait_for: {event: trip_paid}
"""


@pytest.fixture
def shelf(database: Database) -> Database:
    """A database with journeys."""
    with database.session() as session:
        for journey in (WAITING, BY_PLAN, PURCHASES, KEYED):
            publish(session, parse(journey, "test.yaml"), NOW)
    return database


def take(database: Database, *items: Item, strangers: bool = False, **more: Any) -> Stored:
    """One batch."""
    return taking.take(database, Library(), items, Rules(strangers, more.pop("now", NOW), **more))


def did(user: str, name: str, message_id: str | None = None, **properties: Any) -> Happened:
    """Somebody does something."""
    own_id = {"message_id": message_id} if message_id else {}
    return Happened(user_id=user, name=name, properties=properties, **own_id)


def told(stored: Stored) -> list[tuple[str, str, Any]]:
    """Who is told what, in the order of telling."""
    return [_short(stored.tellings[row]) for row in sorted(stored.tellings)]


def _short(one: Telling) -> tuple[str, str, Any]:
    said = one.payload.get("name") or one.payload.get("attributes")
    return one.workflow_id, one.kind, said


def names(database: Database, user: str) -> list[str]:
    """What is stored of somebody's events, oldest first."""
    with database.session() as session:
        return [one.name for one in events.events_of(session, user)]


def person(database: Database, user: str) -> people.Person | None:
    """What is stored of somebody."""
    with database.session() as session:
        return people.find_person(session, user)


def running(database: Database, user: str) -> list[str]:
    """The workflows of somebody's running enrollments."""
    with database.session() as session:
        return sorted(row.workflow_id for row in enrollments.running(session, user))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Those that were run meanwhile."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_hundred_items_take_as_many_statements_as_one(shelf: Database) -> None:
    """New people, their profiles, entries and events that running journeys hear of: none costs one of its own."""
    counts = []
    for batch in ("a", "b"):
        size = 1 if batch == "a" else 100
        items: list[Item] = []
        for number in range(size):
            user = f"{batch}-{number}"
            items += [Profile(user_id=user, email="x@example.com", attributes={"plan": "free"}), did(user, "first_use")]
        with statements(shelf) as seen:
            take(shelf, *items)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16


def test_plain_events_of_known_people_take_five(shelf: Database) -> None:
    """Whose they are, holding them, storing, and who listens."""
    library = Library()
    users = [f"user-{number}" for number in range(50)]
    taking.take(shelf, library, [Profile(user_id=user) for user in users], Rules(strangers=False, now=NOW))
    with statements(shelf) as seen:
        taking.take(shelf, library, [did(user, "page_viewed") for user in users], Rules(strangers=False, now=NOW))
    assert len(seen) == 5


def test_items_count_in_their_order(shelf: Database) -> None:
    """A journey is entered with the attributes of that moment, and hears what comes after it in the same batch."""
    stored = take(
        shelf,
        Profile(user_id="alice", attributes={"plan": "free"}),
        did("alice", "first_use"),
        Profile(user_id="alice", attributes={"plan": "team"}),
    )
    assert told(stored) == [
        ("journey/by-plan/alice", "start", {"plan": "free"}),
        ("journey/waiting/alice", "start", {}),
        ("journey/waiting/alice", "event", "first_use"),
        ("journey/by-plan/alice", "attributes", {"plan": "team"}),
    ]
    assert stored.accepted == Accepted(new=3, repeated=0)


def test_the_same_twice_in_a_batch_is_once(shelf: Database) -> None:
    """The first word stays."""
    take(shelf, Profile(user_id="alice"))
    stored = take(
        shelf, did("alice", "first_use", "m-1"), did("alice", "other", "m-1"), did("alice", "first_use", "m-2")
    )
    assert (stored.accepted, names(shelf, "alice")) == (Accepted(2, 1), ["signed_up", "first_use", "first_use"])
    assert len(stored.tellings) == 2


def test_the_same_batch_again_tells_nobody(shelf: Database) -> None:
    """What is to be told is in the outbox since the first time."""
    batch = (Profile(user_id="alice", attributes={"plan": "team"}), did("alice", "first_use", "m-1"))
    assert len(take(shelf, *batch).tellings) == 3
    again = take(shelf, *batch)
    assert (again.accepted, again.tellings) == (Accepted(0, 2), {})


def test_a_late_copy_of_a_profile_undoes_nothing(shelf: Database) -> None:
    """By the sender's own id of what was said."""
    first = Profile(user_id="alice", attributes={"plan": "free"}, email="old@example.com", message_id="m-1")
    take(shelf, first, Profile(user_id="alice", attributes={"plan": "team"}, message_id="m-2"))
    assert take(shelf, first).accepted == Accepted(0, 1)
    alice = person(shelf, "alice")
    assert (alice and alice.attributes) == {"plan": "team"}


def test_attributes_that_are_said_again_as_they_are_tell_nobody(shelf: Database) -> None:
    """Browsers identify on every page."""
    said = {"plan": "free", "score": 100.0, "tags": [{"b": 1, "a": True}]}
    take(shelf, Profile(user_id="alice", attributes=said))
    again = take(shelf, Profile(user_id="alice", attributes={**said, "score": 100, "tags": [{"a": True, "b": 1}]}))
    assert (again.accepted, again.tellings) == (Accepted(0, 1), {})
    assert take(shelf, Profile(user_id="alice", attributes={"tags": [{"a": 1, "b": 1}]})).accepted.new == 1


def test_whoever_was_a_user_for_long_is_imported_and_starts_nothing(shelf: Database) -> None:
    """Unless it was within a day, as a queue may be late."""
    old, young = NOW - timedelta(days=2), NOW - timedelta(hours=23)
    take(shelf, Profile(user_id="alice", created_at=old), Profile(user_id="bob", created_at=young))
    assert (names(shelf, "alice"), names(shelf, "bob")) == ([], ["signed_up"])
    assert take(shelf, Profile(user_id="carol", signup=False)).accepted.new == 1
    assert names(shelf, "carol") == []


def test_strangers_are_known_by_their_id_alone(shelf: Database) -> None:
    """With nothing else, and without a sign-up."""
    assert take(shelf, did("alice", "purchased"), strangers=True).accepted == Accepted(1, 0)
    alice = person(shelf, "alice")
    assert alice is not None
    assert (alice.locale, alice.zone, alice.attributes, alice.identified) == ("en", "", {}, False)
    assert running(shelf, "alice") == ["journey/purchases/alice"]


def test_a_stranger_who_signs_up_is_one_person(shelf: Database) -> None:
    """Journeys that run already hear of the new attributes."""
    take(shelf, Profile(user_id="alice", signup=False, attributes={"plan": "free"}), did("alice", "purchased"))
    stored = take(shelf, Profile(user_id="alice", attributes={"plan": "team"}, locale="tr"))
    assert {kind for _, kind, _ in told(stored)} == {"start"}
    alice = person(shelf, "alice")
    assert alice is not None
    assert (alice.identified, alice.locale) == (True, "tr")


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (did("nobody", "first_use"), NotFound),
        (Profile(user_id="carol", channels=("sms",)), BadInput),  # without an address
        (did("alice", "trip_booked", trip="alice@example.com"), BadInput),  # personal data as a key
        (Merged(previous_id="alice", user_id="bob"), Conflict),  # both known
        (Merged(previous_id="anon", user_id="nobody"), NotFound),
    ],
)
def test_one_bad_item_and_nothing_is_changed(shelf: Database, bad: Item, error: type[Exception]) -> None:
    """Whoever sends it is told, and may send the rest."""
    take(shelf, Profile(user_id="alice"), Profile(user_id="bob"))
    with pytest.raises(error):
        take(shelf, did("alice", "first_use"), Profile(user_id="dora"), bad)
    assert (names(shelf, "alice"), person(shelf, "dora")) == (["signed_up"], None)


def test_with_strangers_the_rest_is_taken(shelf: Database) -> None:
    """A stream of events is not held up by one that makes no sense."""
    take(shelf, Profile(user_id="alice"), Profile(user_id="bob"))
    stored = take(
        shelf,
        did("alice", "trip_booked", trip="alice@example.com"),
        Profile(user_id="bob", channels=("sms",), attributes={"plan": "team"}),
        Merged(previous_id="alice", user_id="bob"),
        did("alice", "trip_booked", trip="t-1"),
        strangers=True,
    )
    assert [(one.index, "both are known" in one.reason) for one in stored.accepted.ignored] == [(2, True)]
    assert (stored.accepted.new, running(shelf, "alice")[1]) == (3, "journey/trips/alice/t-1")


def test_an_event_is_for_its_key_or_for_all(shelf: Database) -> None:
    """In the same batch as the entries too."""
    take(shelf, Profile(user_id="alice", signup=False))
    stored = take(
        shelf,
        did("alice", "trip_booked", trip="t-1"),
        did("alice", "trip_booked", trip="t-2"),
        did("alice", "trip_booked", trip="t-1"),
        did("alice", "trip_paid", trip="t-2"),
        did("alice", "trip_paid"),
    )
    paid = [workflow for workflow, kind, _ in told(stored) if kind == "event"]
    assert paid == [f"journey/trips/alice/{key}" for key in ("t-2", "t-1", "t-2")]


def test_only_journeys_that_name_the_event_are_told(shelf: Database) -> None:
    """With the properties that they look at, and no others."""
    take(shelf, Profile(user_id="alice"), did("alice", "purchased"))
    stored = take(shelf, did("alice", "first_use", email="alice@example.com"))
    ((_, telling),) = stored.tellings.items()
    assert telling.workflow_id == "journey/waiting/alice"
    assert telling.payload["properties"] == {}


def test_twenty_batches_at_once_for_the_same_people_are_one(shelf: Database) -> None:
    """Whatever order they name them in: nobody waits in a circle, and each thing is there once."""
    users = [f"user-{number}" for number in range(12)]

    def batch(number: int) -> Accepted:
        chosen = random.Random(number).sample(users, len(users))
        items: list[Item] = [Profile(user_id=user, attributes={"plan": "team"}) for user in chosen]
        items += [did(user, "first_use", f"m-{part}") for user in chosen for part in range(3)]
        return take(shelf, *items).accepted

    async def all_at_once() -> list[Accepted]:
        return await asyncio.gather(*(asyncio.to_thread(batch, number) for number in range(20)))

    accepted = asyncio.run(all_at_once())
    assert sum(one.new for one in accepted) == len(users) * 4
    assert sum(one.repeated for one in accepted) == len(users) * 4 * 19
    for user in users:
        assert names(shelf, user) == ["signed_up", *["first_use"] * 3]
        assert running(shelf, user) == [f"journey/by-plan/{user}", f"journey/waiting/{user}"]
    assert counted(shelf, "outbox") == len(users) * 5  # two starts, three events


def test_strangers_merges_and_events_at_once_never_wait_in_a_circle(shelf: Database) -> None:
    """Any order of ids, people made by several at once, merged by others meanwhile."""
    users = [f"user-{number}" for number in range(6)]

    def batch(number: int) -> None:
        dice = random.Random(number)
        items: list[Item] = []
        for _ in range(15):
            user = dice.choice(users)
            choices: list[Item] = [
                did(user, "first_use"),
                did(f"anon-{user}", "purchased"),
                Profile(user_id=f"anon-{user}", signup=False, attributes={"n": number}),
                Profile(user_id=user, attributes={"plan": dice.choice(["free", "team"])}),
                Merged(previous_id=f"anon-{user}", user_id=user),
            ]
            items.append(dice.choice(choices))
        take(shelf, *items, strangers=True)

    async def all_at_once() -> None:
        await asyncio.gather(*(asyncio.to_thread(batch, number) for number in range(40)))

    asyncio.run(all_at_once())
    take(shelf, *(Merged(previous_id=f"anon-{user}", user_id=user) for user in users), strangers=True)
    assert counted(shelf, "people") == len(users)
    assert counted(shelf, "aliases") == len(users)


def counted(database: Database, table: str) -> int:
    """The rows of a table."""
    with database.session() as session:
        return int(session.connection().scalar(text(f"select count(*) from {table}")) or 0)


USERS, MESSAGES = st.sampled_from(["alice", "bob", "anon-1", "anon-2"]), st.sampled_from(["m-1", "m-2", "m-3", "m-4"])
ITEMS: st.SearchStrategy[Item] = st.one_of(
    st.builds(did, USERS, st.sampled_from(["first_use", "purchased", "page_viewed", "account_deleted"]), MESSAGES),
    st.builds(
        lambda user, plan, known: Profile(user_id=user, attributes={"plan": plan}, signup=known and "anon" not in user),
        USERS,
        st.sampled_from(["free", "team"]),
        st.booleans(),
    ),
    st.builds(lambda previous, user: Merged(previous_id=previous, user_id=user), USERS, USERS),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEMS, max_size=14), cuts=st.sets(st.integers(1, 13)))
def test_a_batch_is_as_good_as_its_parts(database: Database, items: Sequence[Item], cuts: set[int]) -> None:
    """However a stream is cut into batches, the same is stored, entered and told, each in the same order."""
    assert played(database, items, set()) == played(database, items, cuts)


def played(database: Database, items: Sequence[Item], cuts: set[int]) -> Any:
    """What is stored after all of it."""
    servers.emptied(database)
    with database.session() as session:
        for journey in (
            WAITING,
            BY_PLAN,
            named(TWICE, "again").replace("topic:", "reentry: always\ntopic:"),
            PURCHASES,
        ):
            publish(session, parse(journey, "test.yaml"), NOW)
    places = [0, *sorted(cuts), len(items)]
    for begin, end in pairwise(places):
        if items[begin:end]:
            take(database, *items[begin:end], strangers=True)
    with database.session() as session:
        connection = session.connection()
        return [
            connection.execute(text(statement)).all()
            for statement in (
                "select id, attributes, identified from people order by id",
                "select user_id, message_id, name from events order by user_id, message_id",
                "select workflow_id, user_id, ended_reason from enrollments order by workflow_id",
                "select previous_id, user_id from aliases order by previous_id",
                "select workflow_id, kind, payload - 'id', user_id from outbox order by workflow_id, id",
            )
        ]
