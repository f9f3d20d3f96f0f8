"""Links of a message led by way of us: which, whose, always the same, and known before the message goes."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.ledger import Ledger
from channels.protocol import Failure
from domain.contact.policy import Policy
from domain.contact.terms import Terms
from domain.delivery import ChannelName
from domain.links.scope import Scope
from domain.links.shortening import Shortener
from domain.preferences.links import Links
from domain.templates import Templates
from models import consents
from models.links import Link
from tests.activities.conftest import Fakes
from tests.activities.desk import NOW, Desk
from tests.fakes import FakeChannel, refusal

LINKS = Links("https://homing.example/", [b"key"])
SHORTENER = Shortener("https://s.example", b"key", pages=("https://homing.example",))
X = "https://acme.example"
WORDS = f"""
sms: 'Go to {X}/a. Terms: {{{{ "{X}/terms" | untracked }}}} {{{{ links.preferences }}}}'
whatsapp: 'Go to {X}/a'
push: {{title: Go, text: 'See {X}/b', link: '{X}/a'}}
voice: 'Go to {X}/a'
email:
  subject: 'Go to {X}/a'
  html: |
    <a href="{X}/?to={{{{ user.attributes.first_name | url_encode }}}}&amp;b">A</a> <a href="{X}/a">again</a>
    <a href="{X}/a">{X}/a</a> <a data-track="off" href="{X}/off">B</a> <a href="mailto:a@acme.example">C</a>
    <a href="{{{{ links.unsubscribe }}}}">D</a>
"""
TEMPLATES = Templates.parse({"hello/en.yaml": WORDS}, "en")
SHORT = re.compile(r"https://s\.example/l/([0-9A-Za-z]{12})")


@dataclass
class Tracked(Desk):
    """A desk whose messages have short links."""

    shortener: Shortener | None = SHORTENER
    opt_in: str = "* implied"
    links_made: list[Link] = field(default_factory=list)

    def activities(self) -> DeliveryActivities:
        """With links."""
        policy = Policy.read("none", "none", self.opt_in)
        composer = Composer(TEMPLATES, self.channels, {"name": "Acme"}, policy, LINKS, self.shortener)
        return DeliveryActivities(Ledger(self.database, composer), self.channels, self.real_now, self.patience)

    def links(self) -> list[tuple[int, str]]:
        """What is stored: number and address."""
        return [(one.position, one.url) for one in self.rows()]

    def rows(self) -> list[Link]:
        """The same, whole."""
        with self.database.session() as session:
            return list(session.exec(select(Link).order_by(Link.message_id, Link.position)))  # type: ignore[arg-type]

    def say(self, channel: str, **more: Any) -> None:
        """Send by this channel."""
        self.deliver(self.order(via=(channel,), now=datetime.now(UTC), **more))

    def object(self, *, topic: str = "tracking", given: bool = False) -> None:
        """Alice takes something back, or agrees to it."""
        said = {"topic": topic, "channel": "", "given": given, "at": NOW, "kind": "express", "source": "test"}
        with self.database.session() as session:
            consents.record(session, "alice", [said])


@pytest.fixture
def tracked(desk: Desk) -> Tracked:
    """Alice has a mailbox and a phone."""
    return Tracked(desk.database, desk.channels, enrollments=desk.enrollments)


def test_the_links_of_a_mail_lead_by_way_of_us(tracked: Tracked, fakes: Fakes) -> None:
    """Once for each address, in HTML and text alike; not those to our pages, to mailboxes, or that say so."""
    tracked.say("email")
    [sent] = fakes["email"].taken
    first, second = [row.id for row in tracked.rows()]
    assert sent.html
    assert SHORT.findall(sent.html) == [first, second, second]
    assert tracked.links() == [(1, f"{X}/?to=&b"), (2, f"{X}/a")]
    assert f">{X}/a</a>" in sent.html  # a label stays a label
    assert all(part in sent.html for part in (f"{X}/off", "mailto:a@acme.example", str(sent.unsubscribe)))
    assert set(SHORT.findall(sent.text)) >= {first, second}
    assert sent.subject == f"Go to {X}/a"
    assert sent.unsubscribe
    assert sent.unsubscribe.startswith("https://homing.example/u/")


def test_texts_and_what_a_notification_opens_are_short_too(database: Any) -> None:
    """But not what was marked in the template, nor our own pages; and nobody reads a short link out."""
    channels = {name: FakeChannel(name, can_ask=True) for name in map(str, ChannelName)}
    desk = Tracked(database, channels)
    desk.enroll()
    for step, channel in enumerate(("sms", "whatsapp")):
        desk.say(channel, step=f"s{step}")
    [text], [chat] = channels["sms"].taken, channels["whatsapp"].taken
    assert re.fullmatch(rf"Go to {SHORT.pattern}\. Terms: {X}/terms https://homing\.example/p/\S+", text.text)
    assert SHORT.fullmatch(chat.text.removeprefix("Go to "))
    assert desk.links() == [(1, f"{X}/a")] * 2


@pytest.mark.parametrize(
    ("scope", "transactional", "short"),
    [
        (Scope.MARKETING, False, True),
        (Scope.MARKETING, True, False),  # a receipt or a password is nobody's to measure
        (Scope.ALL, True, True),
        (None, False, False),
    ],
)
def test_whose_links_are_short_is_a_setting(
    tracked: Tracked, fakes: Fakes, scope: Scope | None, transactional: bool, short: bool
) -> None:
    """And where we count, SendGrid shall not wrap the links once more."""
    tracked.shortener = replace(SHORTENER, scope=scope) if scope else None
    tracked.say("email", terms=Terms(transactional=transactional))
    [sent] = fakes["email"].taken
    assert bool(SHORT.search(sent.html or "")) is bool(tracked.links()) is short
    assert sent.wrap_links is (scope is None)


@pytest.mark.parametrize("topic", ["tracking", "*"])
def test_who_does_not_want_it_is_not_measured(tracked: Tracked, fakes: Fakes, topic: str) -> None:
    """By us or by SendGrid; and who has left everything has left that."""
    tracked.object(topic=topic)
    tracked.shortener = replace(SHORTENER, scope=Scope.ALL)
    tracked.say("email", terms=Terms(transactional=True))
    [sent] = fakes["email"].taken
    assert f'href="{X}/a"' in str(sent.html)
    assert not sent.wrap_links
    assert tracked.links() == []


def test_where_it_takes_consent_nobody_is_measured_without(tracked: Tracked) -> None:
    """`HOMING_OPT_IN=* implied, tracking express`: for those who ask first."""
    tracked.opt_in = "* implied, tracking express"
    tracked.say("sms")
    assert tracked.links() == []
    tracked.object(given=True)
    tracked.say("sms", step="next")
    assert tracked.links() == [(1, f"{X}/a")]


def test_trying_again_sends_the_very_same_links(tracked: Tracked, fakes: Fakes) -> None:
    """Under a new key, and after the person has taken it back: the message is as it was written."""
    fakes["email"].raises = [refusal(Failure.TRANSIENT, "busy")]
    order = tracked.order(via=("email",), now=datetime.now(UTC))
    tracked.refused(order)
    before = tracked.rows()
    tracked.waited, tracked.shortener = timedelta(days=1), replace(SHORTENER, key=b"newer")
    tracked.object()
    tracked.deliver(order)
    [sent] = fakes["email"].taken
    assert sent.html == tracked.messages()[0].content["html"]
    assert [row.id for row in tracked.rows()] == [row.id for row in before]
    assert set(SHORT.findall(str(sent.html))) == {row.id for row in before}
