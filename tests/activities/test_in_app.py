"""Messages in the app: stored once, whatever is interrupted, and only for those who asked for them there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.inboxes import StoredInboxes
from channels.in_app import InApp
from channels.protocol import ChannelError, Failure, Outgoing
from client import taking
from client.inputs import Merged
from client.library import Library
from client.taking import Rules
from domain.contact.policy import Policy
from domain.delivery import Outcome
from domain.templates import Templates
from models import inbox
from models.database import Database
from models.inbox import Item
from tests.activities.desk import NOW, Desk

TEMPLATES = Templates.parse(
    {"hello/en.yaml": "sms: Hello\nin_app:\n  title: Hi {{ user.id }}\n  text: Hello\n  link: https://acme.example\n"},
    "en",
)
NIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Alice wants to be told in the app."""
    channel = InApp(StoredInboxes(database, lambda: NOW))
    made = Desk(database, {channel.name: channel}, TEMPLATES)
    made.enroll(channels=("in_app",))
    return made


def shown(desk: Desk, user: str = "alice") -> list[Item]:
    """What is in somebody's inbox."""
    with desk.database.session() as session:
        return inbox.page(session, user, 10)


def outgoing(desk: Desk) -> Outgoing:
    """The only message, as its channel had it."""
    [message] = desk.messages()
    return Outgoing(message.id, message.address, locale=message.locale, **message.content)


def test_a_message_is_in_the_inbox_of_its_person(desk: Desk) -> None:
    """Its number is known to nobody but us."""
    assert desk.deliver(desk.order()).outcome is Outcome.SENT
    [item] = shown(desk)
    assert (item.title, item.text, item.link) == ("Hi alice", "Hello", "https://acme.example")


def test_stored_twice_it_is_there_once(desk: Desk) -> None:
    """A worker that died over it sends it again, and nobody sees that."""
    desk.deliver(desk.order())
    channel = InApp(StoredInboxes(desk.database, lambda: NOW + timedelta(hours=1)))
    accepted = channel.send(outgoing(desk))
    assert channel.find(outgoing(desk), NOW, ()) == accepted
    assert [item.put_real_at for item in shown(desk)] == [NOW]


@pytest.mark.parametrize(
    ("via", "person", "channels"),
    [
        (("in_app",), {"channels": ()}, ["in_app"]),  # the journey names it
        (None, {}, ["in_app"]),  # the person does
        (None, {"channels": ("sms",)}, ["sms"]),  # nobody does
    ],
)
def test_nobody_is_written_to_there_unasked(desk: Desk, via: Any, person: dict[str, Any], channels: list[str]) -> None:
    """Everybody has an inbox; so that would be everybody."""
    desk.enroll("bob", **{"channels": ("in_app",), **person})
    desk.deliver(desk.order(user="bob", via=via))
    assert list(dict.fromkeys(channel for channel, _ in desk.rules("bob"))) == channels


def test_it_waits_for_no_morning(desk: Desk) -> None:
    """It wakes nobody."""
    desk.policy = Policy.default()
    assert desk.deliver(desk.order(now=NIGHT)).outcome is Outcome.SENT


def test_what_was_sent_to_somebody_who_is_another_by_now_is_in_the_right_inbox(desk: Desk) -> None:
    """Anonymous people become known ones while messages are on their way."""
    desk.deliver(desk.order())
    sent = outgoing(desk)
    with desk.database.session() as session:
        session.delete(session.get(Item, sent.message_id))
    desk.enroll("bob")
    with desk.database.session() as session:
        session.connection().exec_driver_sql("update people set identified = false where id = 'alice'")
    taking.take(desk.database, Library(), [Merged(previous_id="alice", user_id="bob")], Rules(False, NOW))
    desk.channels["in_app"].send(sent)
    assert (len(shown(desk)), [item.title for item in shown(desk, "bob")]) == (0, ["Hi alice"])


def test_the_inbox_of_somebody_who_was_merged_moves_along(desk: Desk) -> None:
    """With all else of theirs."""
    desk.deliver(desk.order())
    desk.enroll("bob")
    with desk.database.session() as session:
        session.connection().exec_driver_sql("update people set identified = false where id = 'alice'")
    taking.take(desk.database, Library(), [Merged(previous_id="alice", user_id="bob")], Rules(False, NOW))
    assert [item.title for item in shown(desk, "bob")] == ["Hi alice"]


def test_for_who_was_erased_it_is_refused_for_good(desk: Desk) -> None:
    """Nobody is left to read it."""
    nobody = Outgoing("0" * 32, "alice", "Hello", title="Hello")
    with pytest.raises(ChannelError) as raised:
        desk.channels["in_app"].send(nobody)
    assert raised.value.failure is Failure.PERMANENT
