"""What is read of people costs as many queries for a thousand as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from client import taking, views
from client.inputs import Happened, Profile
from client.library import Library
from client.taking import Rules
from client.why import reasons
from domain.errors import NotFound
from domain.journey.file import parse
from models import enrollments
from models.database import Database
from models.journeys import publish
from models.messages import Message
from tests.client.journeys import PURCHASES, WAITING

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def peopled(database: Database) -> Database:
    """Five people in a journey each, some with messages."""
    with database.session() as session:
        for journey in (WAITING, PURCHASES):
            publish(session, parse(journey, "test.yaml"), NOW)
    for number in range(5):
        sign_up(database, f"user-{number}", messages=number)
    return database


def sign_up(database: Database, user: str, messages: int) -> None:
    """Somebody with so many messages, a day apart."""
    given = Profile.of({"user_id": user, "email": "someone@example.com"})
    taking.take(database, Library(), [given], Rules(strangers=False, now=NOW))
    with database.session() as session:
        enrollment = enrollments.of_person(session, user)[0].id
        session.add_all(message(user, enrollment, number) for number in range(messages))


def message(user: str, enrollment: str, number: int) -> Message:
    """A message that was accepted."""
    at = NOW + timedelta(days=number)
    return Message(
        id=f"{user}-{number}",
        enrollment_id=enrollment,
        user_id=user,
        step=f"step-{number}",
        channel="email",
        template="welcome",
        locale="en",
        topic="test",
        address="someone@example.com",
        state="accepted",
        provider_id=f"{user}-{number}",
        reserved_at=at,
        reserved_real_at=at,
        settled_at=at,
    )


@contextmanager
def queries(database: Database) -> Iterator[list[str]]:
    """The statements that were run meanwhile."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_people_come_in_pages_with_what_they_are_in_and_got(peopled: Database) -> None:
    """By id; the next page begins after the last one."""
    first, second = views.page(peopled, 3), views.page(peopled, 3, after="user-2")
    assert [line.person.id for line in (*first, *second)] == [f"user-{number}" for number in range(5)]
    assert [(line.running, line.messages) for line in first] == [(1, 0), (1, 1), (1, 2)]
    assert first[2].last_message_at == NOW + timedelta(days=1)


def test_a_page_takes_three_queries_however_long_it_is(peopled: Database) -> None:
    """Not one for each person."""
    counts = []
    for limit in (1, 5):
        with queries(peopled) as seen:
            views.page(peopled, limit)
        counts.append(len(seen))
    assert counts == [3, 3]


def test_a_person_takes_as_many_queries_with_many_messages_as_with_none(peopled: Database) -> None:
    """Nor one for each message."""
    counts = []
    for user in ("user-0", "user-4"):
        with queries(peopled) as seen:
            views.person(peopled, user, 5)
        counts.append(len(seen))
    assert counts == [5, 5]


def test_a_person_is_shown_with_journeys_and_messages_oldest_first(peopled: Database) -> None:
    """What a support agent asks for."""
    happened = Happened(user_id="user-4", name="purchased")
    taking.take(peopled, Library(), [happened], Rules(strangers=False, now=NOW + timedelta(hours=1)))
    view = views.person(peopled, "user-4", 5)
    assert [row.journey for row in view.enrollments] == ["waiting", "purchases"]
    assert [row.step for row in view.messages] == [f"step-{number}" for number in range(4)]


def test_of_many_messages_the_newest_are_read_without_what_they_say(peopled: Database) -> None:
    """Somebody who stays for years costs no more to look at; a message is found however old it is."""
    with queries(peopled) as seen:
        found = reasons(peopled, "user-4", most=2)
    assert ([one.step for one in found.lines], found.more) == (["step-2", "step-3"], True)
    assert not any("messages.content" in one for one in seen)
    first = reasons(peopled, "user-4", most=2, message_id="user-4-0")
    assert ([one.step for one in first.lines], first.more) == (["step-0"], False)


def test_nobody_is_not_found(peopled: Database) -> None:
    """By name."""
    with pytest.raises(NotFound, match="nobody is known by the id carol"):
        views.person(peopled, "carol", 5)
