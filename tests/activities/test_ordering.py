"""Where a person is written to first who has not said it: where they answer, as far as that is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from api import people as shown
from client.receipts import Receipts
from client.why import reasons
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.contact.topics import TopicRules
from domain.inbound import Deed
from domain.receipts import Receipt, ReceiptState
from models.inbound import InboundMessage
from models.messages import Message
from tests.activities.desk import NOW, Desk

S = ReceiptState


@pytest.fixture
def erin(desk: Desk) -> Desk:
    """Erin has a mailbox and a phone, and has told nothing."""
    desk.enroll("erin", channels=())
    return desk


def gets(desk: Desk, channel: str, *states: ReceiptState, days_ago: int = 1) -> None:
    """A message of before, with its receipts."""
    before = NOW - timedelta(days=days_ago)
    desk.deliver(desk.order(user="erin", step=uuid4().hex[:8], via=(channel,), now=before))
    message = max(desk.messages("erin"), key=lambda row: row.reserved_real_at)
    receipts = [Receipt(uuid4().hex, channel, state, message.id) for state in states]
    Receipts(desk.database, Clock()).take(receipts, desk.real_now())


def writes(desk: Desk, channel: str, deed: Deed = Deed.HEARD) -> None:
    """Erin writes to us."""
    one = uuid4().hex
    about: dict[str, Any] = {"id": one, "channel": channel, "provider_id": one, "fingerprint": "f", "deed": deed}
    with desk.database.session() as session:
        session.add(InboundMessage(**about, user_id="erin", received_at=NOW - timedelta(days=1)))


def order_of(desk: Desk, **more: Any) -> list[str]:
    """The channels in the order in which they are looked at."""
    desk.deliver(desk.order(user="erin", step="now", **more))
    [*_, newest] = [row for row in desk.decisions("erin") if row.step == "now"]
    order: list[str] = newest.inputs["preferred"]
    return order


def test_clicks_in_text_messages_move_them_before_mail(erin: Desk) -> None:
    """And the decision holds the figures, in a sentence as well."""
    for _ in range(4):
        gets(erin, "sms", S.DELIVERED, S.CLICKED)
    gets(erin, "email", S.DELIVERED)
    assert order_of(erin) == ["sms", "email", "whatsapp"]
    stored = next(row for row in erin.decisions("erin") if row.step == "now")
    assert stored.inputs["learned"]["sms"] == {"score": 2.33, "clicks": 4}
    told = next(one for one in reasons(erin.database, "erin").lines if one.step == "now")
    assert "in which they answer: sms 2.33 (4 clicks), email 1.0 (1 delivered), whatsapp 1.0" in told.sentence
    assert shown.person(erin.database, "erin", NOW).learned_channels == ["sms", "email", "whatsapp"]


NOTHING_LEARNED: list[tuple[str, list[ReceiptState], Deed | None]] = [
    ("one lucky click", [S.DELIVERED, S.CLICKED], None),
    ("mails that machines open", [S.DELIVERED, S.PREFETCHED], None),
    ("STOP, then START", [S.DELIVERED], Deed.STARTED),
    ("STOP", [S.DELIVERED], Deed.STOPPED),
    ("an out-of-office reply", [S.DELIVERED], Deed.KEPT),
]


@pytest.mark.parametrize(("what", "states", "deed"), NOTHING_LEARNED, ids=[row[0] for row in NOTHING_LEARNED])
def test_what_is_no_answer_moves_nothing(erin: Desk, what: str, states: list[ReceiptState], deed: Deed | None) -> None:
    """Nobody has shown that they like to be written to there."""
    gets(erin, "sms", *states)
    if deed:
        writes(erin, "sms", deed)
    assert order_of(erin) == ["email", "whatsapp", "sms"]


def test_a_reply_moves_a_channel_to_the_front_until_it_is_three_months_old(erin: Desk) -> None:
    """Without any message of ours."""
    writes(erin, "sms")
    assert order_of(erin)[0] == "sms"
    assert order_of(erin, now=NOW + timedelta(days=90), pass_number=2)[0] == "email"


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """What the database was asked."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(desk.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(desk.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("user", "more", "asks"),
    [
        ("erin", {}, 1),
        ("erin", {"via": ("sms", "email")}, 0),  # the step says it
        ("alice", {}, 0),  # she has told
        ("erin", {"topic": "letters"}, 0),  # the topic says it
        ("erin", {"template": "text_only"}, 0),  # there is one text
    ],
)
def test_answers_are_counted_only_where_they_matter(erin: Desk, user: str, more: dict[str, Any], asks: int) -> None:
    """By one statement."""
    erin.policy = Policy().with_topics({"letters": TopicRules(via=("whatsapp",))})
    with statements(erin) as asked:
        erin.deliver(erin.order(**{"user": user, **more}))
    assert len([one for one in asked if "inbound_messages" in one]) == asks


def test_the_topics_order_comes_before_what_is_learned_and_after_what_is_told(erin: Desk) -> None:
    """As its channels, no others are looked at."""
    erin.policy = Policy().with_topics({"test": TopicRules(via=("whatsapp", "email"))})
    writes(erin, "sms")
    assert order_of(erin) == ["whatsapp", "email"]
    assert [row.inputs["order"] for row in erin.decisions("erin")] == ["topic"]
    erin.deliver(erin.order())
    assert [row.channel for row in erin.messages()] == ["sms"]


def test_messages_of_long_ago_cost_nothing(erin: Desk) -> None:
    """They are not even read."""
    gets(erin, "sms", S.DELIVERED, S.CLICKED, days_ago=100)
    gets(erin, "sms", S.DELIVERED, S.CLICKED, days_ago=95)
    with erin.database.session() as session:
        assert session.get_one(Message, erin.messages("erin")[0].id).clicked_at
    assert order_of(erin) == ["email", "whatsapp", "sms"]
