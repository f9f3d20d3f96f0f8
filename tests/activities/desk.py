"""A desk for deliveries: people in real PostgreSQL, orders as the workflow writes them, activities run directly."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.gate import Gate
from activities.ledger import Ledger
from activities.orders import Delivered, DeliveryOrder
from activities.patience import Patience
from activities.windows import Windows
from channels.protocol import Channel
from client import taking
from client.inputs import Profile
from client.library import Library
from client.taking import Rules
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.journey.file import parse
from domain.templates import Templates
from models import decisions, enrollments, messages
from models.database import Database
from models.decisions import StoredDecision
from models.journeys import publish
from models.messages import Message
from models.people import Address

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ALICE = {"email": "alice@example.com", "phone": "+14155550123", "channels": ("sms", "email")}
TEMPLATES = Templates.parse(
    {
        "hello/en.yaml": "sms: Hello\nwhatsapp: Hello\nemail:\n  subject: Hello\n  html: <p>Hello</p>\n",
        "text_only/en.yaml": "sms: Only a text\n",
        "fragile/en.yaml": "sms: '{% if user.attributes.odd %}{{ 1 | divided_by: 0 }}{% endif %}Hello'\n",
    },
    "en",
)
JOURNEY = "journey: trip\ntitle: Trip\nentry: {event: signed_up}\ntopic: test\nsteps: [{id: rest, wait: 30d}]\n"


@dataclass
class Desk:
    """One deployment's delivery activities, with as many workers on them as a test likes."""

    database: Database
    channels: Mapping[str, Channel]
    templates: Templates = TEMPLATES
    waited: timedelta = timedelta(0)  # how far the real clock has moved on, for what holds for seconds
    enrollments: dict[str, str] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)  # none, as where no webhooks are set up
    windows: Windows | None = None  # everybody counts as having just written
    policy: Policy = field(default_factory=Policy)  # nothing is quiet, and nothing is counted
    gate: Gate | None = None  # everybody passes

    def enroll(self, user: str = "alice", **person: Any) -> str:
        """Sign a person up for a journey, or tell news of them; the enrollment's id."""
        self.publish(JOURNEY)
        given = Profile.of({"user_id": user, **ALICE, **person})
        taking.take(self.database, Library(), [given], Rules(strangers=False, now=NOW))
        with self.database.session() as session:
            self.enrollments[user] = enrollments.of_person(session, user)[0].id
        return self.enrollments[user]

    def publish(self, journey: str) -> None:
        """Publish a journey file's text."""
        with self.database.session() as session:
            publish(session, parse(journey, "trip.yaml"), NOW)

    def order(self, template: str = "hello", *, user: str = "alice", **more: Any) -> DeliveryOrder:
        """What the workflow would ask for."""
        known: dict[str, Any] = {"enrollment": self.enrollments[user], "user": user, "journey": "trip", "step": "say"}
        rest = {"via": None, "topic": "test", "last": False, "now": NOW, "clock": Clock()}
        return DeliveryOrder(**{**known, **rest, "template": template, **more})

    def deliver(self, order: DeliveryOrder) -> Delivered:
        """One attempt."""
        found = environment().run(self.activities().deliver, order)
        assert isinstance(found, Delivered)
        return found

    def refused(self, order: DeliveryOrder) -> ApplicationError:
        """One attempt that asks to be run again; with what error."""
        with pytest.raises(ApplicationError) as raised:
            self.deliver(order)
        assert not raised.value.non_retryable
        return raised.value

    def give_up(self, order: DeliveryOrder) -> Delivered:
        """What the workflow runs when there is no more time."""
        found = environment().run(self.activities().give_up, order)
        assert isinstance(found, Delivered)
        return found

    def activities(self) -> DeliveryActivities:
        """As another worker would have them."""
        composer = Composer(self.templates, self.channels, {"name": "Acme"}, self.policy, windows=self.windows)
        return DeliveryActivities(
            Ledger(self.database, composer), self.channels, self.real_now, self.patience, self.gate
        )

    def real_now(self) -> datetime:
        """The clock on the wall."""
        return datetime.now(UTC) + self.waited

    def messages(self, user: str = "alice") -> list[Message]:
        """What the books say was sent."""
        with self.database.session() as session:
            return messages.of_person(session, user)

    def story(self, user: str = "alice") -> list[tuple[str, str, str | None]]:
        """Channel, state and reason of each message."""
        return [(row.channel, row.state, row.reason) for row in self.messages(user)]

    def decisions(self, user: str = "alice") -> list[StoredDecision]:
        """What was decided about it."""
        with self.database.session() as session:
            return decisions.of_person(session, user)

    def rules(self, user: str = "alice") -> list[tuple[str, str]]:
        """Channel and rule of each decision."""
        return [(row.channel, row.rule) for row in self.decisions(user)]

    def waiting_for_locks(self) -> bool:
        """Whether somebody waits for a row that another one holds."""
        with self.database.session() as session:
            return bool(session.connection().scalar(text("select exists (select from pg_locks where not granted)")))

    def ended(self, user: str = "alice") -> dict[str, str | None]:
        """Why each of the person's addresses is not used any more."""
        with self.database.session() as session:
            rows = session.exec(select(Address).where(Address.user_id == user))
            return {row.channel: row.ended_reason for row in rows}


def environment(**about: Any) -> ActivityEnvironment:
    """Temporal's side of one attempt, with something changed about it."""
    made = ActivityEnvironment()
    made.info = dataclasses.replace(made.info, **about)
    return made
