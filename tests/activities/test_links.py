"""The links of a message: in its words and headers, the same each time, and what using them does to the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.ledger import Ledger
from activities.orders import DeliveryOrder
from channels.protocol import Failure
from client.inputs import Item
from client.library import Library
from client.preferences import Act, Preferences, Wish
from client.taking import Rules, Stored, take_within
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.contact.terms import Terms
from domain.preferences.links import Links, Purpose
from domain.templates import Templates
from models import people
from tests.activities.conftest import Fakes
from tests.activities.desk import Desk
from tests.fakes import refusal

LINKS = Links("https://homing.example/", [b"new key", b"old key"])
TEMPLATES = Templates.parse(
    {
        "hello/en.yaml": (
            "sms: 'Hello {{ links.preferences }}'\n"
            "email:\n  subject: Hello\n  html: <a href='{{ links.unsubscribe }}'>x</a>{{ links.preferences }}\n"
        )
    },
    "en",
)


@dataclass
class Linked(Desk):
    """A desk whose messages have links."""

    def activities(self) -> DeliveryActivities:
        """With links."""
        composer = Composer(TEMPLATES, self.channels, {"name": "Acme"}, self.policy, LINKS)
        return DeliveryActivities(Ledger(self.database, composer), self.channels, self.real_now, self.patience)

    @property
    def preferences(self) -> Preferences:
        """What the pages do."""
        return Preferences(self.database, Clock(), LINKS, Policy().opt_ins, self.take)

    def take(self, session: Session, items: Sequence[Item]) -> Stored:
        """Events of the same transaction, as the client takes them."""
        return take_within(session, Library(), items, Rules(strangers=False, now=datetime.now(UTC)))


@pytest.fixture
def linked(desk: Desk) -> Linked:
    """Alice has a mailbox and a phone."""
    return Linked(desk.database, desk.channels, enrollments=desk.enrollments)


def by_mail(desk: Desk, **more: Any) -> DeliveryOrder:
    return desk.order(via=("email",), now=datetime.now(UTC), **more)


def token_of(url: str | None) -> str:
    assert url
    return url.rpartition("/")[2]


def test_a_marketing_mail_has_its_way_out_in_words_and_header(linked: Linked, fakes: Fakes) -> None:
    """The header is the same link as in the words, and opens for that message alone."""
    linked.deliver(by_mail(linked))
    [sent] = fakes["email"].taken
    assert sent.unsubscribe
    assert sent.unsubscribe.startswith("https://homing.example/u/")
    assert sent.html
    assert f"href='{sent.unsubscribe}'" in sent.html
    assert "https://homing.example/p/" in sent.html
    assert LINKS.message(Purpose.UNSUBSCRIBE, token_of(sent.unsubscribe), datetime.now(UTC)) == sent.message_id


def test_a_transactional_mail_has_none(linked: Linked, fakes: Fakes) -> None:
    """There is nothing to unsubscribe from; what else comes may be chosen all the same."""
    linked.deliver(by_mail(linked, terms=Terms(transactional=True)))
    [sent] = fakes["email"].taken
    assert sent.unsubscribe is None
    assert sent.html
    assert "/u/" not in sent.html
    assert "/p/" in sent.html


def test_a_text_has_a_link_only_in_its_words(linked: Linked, fakes: Fakes) -> None:
    """It has no headers; and the link is short enough."""
    linked.deliver(linked.order(via=("sms",), now=datetime.now(UTC)))
    [sent] = fakes["sms"].taken
    assert sent.unsubscribe is None
    assert len(sent.text) == len("Hello https://homing.example/p/") + 40


def test_trying_again_sends_the_very_same(linked: Linked, fakes: Fakes) -> None:
    """A retry of another day, or of a worker with another first key, has the link of the first time."""
    fakes["email"].raises = [refusal(Failure.TRANSIENT, "busy")]
    order = by_mail(linked)
    linked.refused(order)
    [before] = linked.messages()
    linked.waited = timedelta(days=1)
    linked.deliver(order)
    [sent] = fakes["email"].taken
    assert (sent.html, sent.unsubscribe) == (before.content["html"], before.content["unsubscribe"])
    again = LINKS.url(Purpose.UNSUBSCRIBE, before.id, before.reserved_real_at)
    assert sent.unsubscribe == again


def test_links_outlive_the_key_that_signed_them_in_the_ring(linked: Linked, fakes: Fakes) -> None:
    """Keys can be changed without taking anybody's way out away."""
    linked.deliver(by_mail(linked))
    token = token_of(fakes["email"].taken[0].unsubscribe)
    assert Links("", [b"newest", b"new key"]).message(Purpose.UNSUBSCRIBE, token, datetime.now(UTC))


def test_after_one_click_the_next_message_is_refused_on_every_channel(linked: Linked, fakes: Fakes) -> None:
    """With a decision that says when it was taken back and what about; other topics go on."""
    linked.deliver(by_mail(linked))
    linked.preferences.unsubscribe(token_of(fakes["email"].taken[0].unsubscribe), "one-click", datetime.now(UTC))
    linked.deliver(linked.order(step="next", now=datetime.now(UTC)))
    refused = [row for row in linked.decisions() if row.step == "next"]
    assert {(row.channel, row.verdict, row.rule) for row in refused} == {
        ("sms", "refused", "consent_withdrawn"),
        ("email", "refused", "consent_withdrawn"),
    }
    assert {(row.inputs["about"], row.inputs["on"]) for row in refused} == {("test", "all channels")}
    linked.deliver(by_mail(linked, step="other", topic="news"))
    assert len(fakes["email"].taken) == 2
    assert len(fakes["sms"].taken) == 0


@pytest.mark.parametrize(
    ("act", "back", "rule"), [("pause", "resume", "paused_by_person"), ("leave", "return", "consent_withdrawn")]
)
def test_who_pauses_or_leaves_gets_only_what_has_to_come(
    linked: Linked, fakes: Fakes, act: str, back: str, rule: str
) -> None:
    """At once, for every topic; and everything again as soon as they come back."""
    linked.deliver(by_mail(linked))
    [mail] = linked.messages()
    token = LINKS.token(Purpose.PREFERENCES, mail.id, mail.reserved_real_at)
    linked.preferences.change(token, Wish(Act(act)), datetime.now(UTC))
    linked.deliver(by_mail(linked, step="next", topic="news"))
    assert [row.rule for row in linked.decisions() if row.step == "next"] == [rule]
    linked.deliver(by_mail(linked, step="code", terms=Terms(transactional=True)))
    linked.preferences.change(token, Wish(Act(back)), datetime.now(UTC))
    linked.deliver(by_mail(linked, step="after"))
    assert len(fakes["email"].taken) == 3


def test_an_address_that_has_ended_shows_as_fixed(linked: Linked) -> None:
    """A switch cannot bring a number back that the provider refuses."""
    linked.deliver(by_mail(linked))
    [mail] = linked.messages()
    with linked.database.session() as session:
        people.end_address(session, "alice", "+14155550123", "sms", "opted_out", datetime.now(UTC))
    token = LINKS.token(Purpose.PREFERENCES, mail.id, mail.reserved_real_at)
    shown = linked.preferences.look(Purpose.PREFERENCES, token, datetime.now(UTC)).switches
    assert {(one.channel, one.on, one.fixed) for one in shown} >= {("sms", False, True), ("email", True, False)}
    linked.preferences.change(token, Wish(Act.SAVE, set(), {"test:sms"}), datetime.now(UTC))
    assert linked.preferences.look(Purpose.PREFERENCES, token, datetime.now(UTC)).switches == shown
