"""Browsers that want notifications: of whom, how many, and what else knows of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from domain.push import endpoint_id
from models import aliases, erasure, people, push
from models.database import Database
from models.people import Address, Person
from models.push import PushSubscription

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def both(database: Database) -> Database:
    """Alice and Bob are known."""
    with database.session() as session:
        for name in ("alice", "bob"):
            session.add(Person(id=name, locale="en", zone="", created_at=NOON, updated_at=NOON))
    return database


def register(database: Database, user: str, endpoint: str, minutes: int = 0) -> None:
    """A browser tells us of itself."""
    at = NOON + timedelta(minutes=minutes)
    keys: dict[str, Any] = {"p256dh": "public", "auth": "sealed", "server_key": "ours", "browser": "firefox"}
    with database.session() as session:
        known: dict[str, Any] = {"id": endpoint_id(endpoint), "user_id": user, "endpoint": endpoint}
        push.register(session, PushSubscription(**known, **keys, created_at=at, registered_at=at))


def browsers(database: Database, user: str) -> list[str]:
    """Whose they are."""
    with database.session() as session:
        return [one.endpoint for one in push.of_person(session, user)]


def test_a_browser_is_of_who_used_it_last(both: Database) -> None:
    """On a shared computer the next person must not read what is meant for the one before."""
    register(both, "alice", "https://push/1")
    register(both, "bob", "https://push/1", minutes=1)
    assert (browsers(both, "alice"), browsers(both, "bob")) == ([], ["https://push/1"])


def test_the_eleventh_browser_takes_the_place_of_the_one_not_heard_of_for_longest(both: Database) -> None:
    """Old ones are often forgotten, and nobody shall be able to fill the table."""
    for number in range(10):
        register(both, "alice", f"https://push/{number}", minutes=number)
    register(both, "alice", "https://push/0", minutes=20)
    register(both, "alice", "https://push/10", minutes=21)
    assert set(browsers(both, "alice")) == {f"https://push/{number}" for number in range(11)} - {"https://push/1"}


def test_only_who_it_is_of_takes_a_browser_away(both: Database) -> None:
    """An endpoint is no secret."""
    register(both, "alice", "https://push/1")
    with both.session() as session:
        assert not push.forget(session, "bob", "https://push/1")
        assert push.forget(session, "alice", "https://push/1")


def test_a_person_with_browsers_is_reached_there_and_it_costs_no_statement(both: Database) -> None:
    """Each message asks where its person is reached."""
    register(both, "alice", "https://push/1")
    register(both, "alice", "https://push/2")
    with both.session() as session:
        session.add(Address(user_id="alice", channel="email", address="alice@example.com"))
        session.flush()
        assert statements(session, "alice") == 2  # where they are reached, and what is suppressed of it
        found = [(one.channel, one.address, one.verified) for one in people.endpoints(session, "alice")]
    assert found == [("email", "alice@example.com", False), ("push", "alice", True)]


def statements(session: Session, user: str) -> int:
    """How many it takes."""
    seen: list[str] = []

    def note(*given: object) -> None:
        seen.append(str(given[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    people.endpoints(session, user)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_browsers_move_are_handed_out_and_go_with_their_person(both: Database) -> None:
    """Merged, exported without what opens messages, and erased."""
    register(both, "alice", "https://push/1")
    with both.session() as session:
        aliases.move_rest(session, "alice", "bob", NOON)
    with both.session() as session:
        [row] = erasure.everything(session, "bob")["push_subscriptions"]
        assert (row["endpoint"], "auth" in row) == ("https://push/1", False)
        erasure.remove(session, "a key of the tests", "bob", ["alice"], NOON)
    assert browsers(both, "bob") == []
