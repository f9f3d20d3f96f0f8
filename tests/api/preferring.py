"""A served API whose links are signed, and a person who has got a message with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from domain.delivery import MessageState
from domain.preferences.links import Purpose
from models import consents, events, pauses
from models.consents import Consent
from models.messages import Message
from models.people import Address, Person
from runtime.link_keys import make_links
from runtime.sealing import new_key
from runtime.settings import Settings
from tests.api.conftest import FAST, Api

KEYS = SecretStr(new_key())
PRODUCT = "Acme"


def config(**more: Any) -> Settings:
    """Settings of a deployment with links."""
    known = {"database_url": SecretStr("postgresql://unused"), "encryption_keys": KEYS, "product_name": PRODUCT}
    return Settings(**{**known, "public_url": "https://homing.example", "api_rate": FAST, **more})


@dataclass
class Reader:
    """Somebody with a message at hand. `sent` is when they got it."""

    api: Api
    locale: str = "en"
    topic: str = "onboarding"
    channel: str = "email"
    sent: datetime = field(default_factory=lambda: datetime.now(UTC))
    message: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        self.user = self.api.user(f"alice-{self.message[:6]}")
        now = datetime.now(UTC)
        with self.api.parts.database.session() as session:
            person = Person(id=self.user, locale=self.locale, zone="America/Sao_Paulo", created_at=now, updated_at=now)
            person.attributes = {"first_name": "<b>Alice</b>"}
            session.add(person)
            session.flush()
            session.add(Address(user_id=self.user, channel="email", address="alice@example.com"))
            session.add(Address(user_id=self.user, channel="sms", address="+14155550123"))
            session.add(self._message())

    def path(self, purpose: Purpose = Purpose.PREFERENCES, keys: SecretStr = KEYS) -> str:
        """The link's path."""
        links = make_links("", keys)
        assert links
        return links.url(purpose, self.message, self.sent)

    @property
    def consents(self) -> list[Consent]:
        """What they have said, oldest first."""
        with self.api.parts.database.session() as session:
            return consents.of_person(session, self.user)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The same in short."""
        return [(one.topic, one.channel, one.given) for one in self.consents]

    @property
    def pause(self) -> timedelta | None:
        """How long they have still not to be written to."""
        now = datetime.now(UTC)
        with self.api.parts.database.session() as session:
            until = pauses.until(session, self.user, now)
        return until - now if until else None

    @property
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What journeys could hear of."""
        with self.api.parts.database.session() as session:
            return [(one.name, one.properties) for one in events.events_of(session, self.user)]

    def _message(self) -> Message:
        return Message(
            id=self.message,
            user_id=self.user,
            step="hello",
            channel=self.channel,
            template="welcome",
            locale=self.locale,
            topic=self.topic,
            address="alice@example.com",
            state=MessageState.ACCEPTED,
            reserved_at=self.sent,
            reserved_real_at=self.sent,
        )
