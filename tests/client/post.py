"""A post office: people with addresses and messages in real PostgreSQL, as journeys would have left them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import col, select

from client.inbox import Heard, Inbox
from client.library import Library
from client.receipts import Receipts, TakenReceipts
from domain.clock import Clock
from domain.delivery import MessageState
from domain.inbound import Incoming
from domain.journey.file import parse
from domain.receipts import Receipt, ReceiptState
from models import inbound, people
from models.database import Database
from models.enrollments import Enrollment
from models.inbound import InboundMessage
from models.journeys import publish
from models.messages import Message
from models.outbox import Row
from models.people import Address, Person
from models.receipts import StoredReceipt
from runtime.sealing import Seals, new_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE, MAIL = "+14155550123", "alice@example.com"
QUIET = "journey: trip\ntitle: Trip\nentry: {event: signed_up}\ntopic: test\nsteps: [{id: say, send: hello}]\n"


@dataclass
class Post:
    """Everything about receipts and replies, over one database."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    seals: Seals = field(default_factory=lambda: Seals(new_key()))

    def person(self, user: str = "alice", locale: str = "en", **addresses: str) -> None:
        """Somebody, reached at these addresses; else at Alice's."""
        with self.database.session() as session:
            session.add(Person(id=user, locale=locale, zone="", created_at=NOW, updated_at=NOW))
            session.flush()
            people.save_addresses(session, user, addresses or {"sms": PHONE, "whatsapp": PHONE, "email": MAIL})

    def sent(self, user: str = "alice", channel: str = "email", journey: str = QUIET, **more: Any) -> Message:
        """A message that a step named `say` has sent; `more` is what is otherwise about it."""
        with self.database.session() as session:
            version = publish(session, parse(journey, "trip.yaml"), NOW)
            enrollment = Enrollment(
                id=uuid4().hex,
                user_id=user,
                journey=version.journey,
                version=version.version,
                key=uuid4().hex,
                workflow_id=f"journey/{version.journey}/{user}",
                started_at=NOW - timedelta(hours=1),
            )
            session.add(enrollment)
            session.flush()
            row = Message(**{**_usual(user, channel, enrollment.id), **more})
            session.add(row)
            return row

    def take(self, *receipts: Receipt, now: datetime = NOW) -> TakenReceipts:
        """What a webhook does with them; each time as a process that knows nothing yet."""
        return Receipts(self.database, self.clock, Library()).take(receipts, now)

    def hear(self, text: str, channel: str = "sms", address: str = PHONE, **more: Any) -> Heard:
        """Somebody writes."""
        given = {"provider_id": uuid4().hex, **more}
        return Inbox(self.database, self.clock, self.seals).take(Incoming(channel, address, text=text, **given), NOW)

    def message(self, message: Message) -> Message:
        """As it is now."""
        with self.database.session() as session:
            return session.get_one(Message, message.id)

    def kept(self, message: Message) -> list[StoredReceipt]:
        """The receipts of a message."""
        with self.database.session() as session:
            mine = select(StoredReceipt).where(StoredReceipt.message_id == message.id)
            return list(session.exec(mine.order_by(col(StoredReceipt.at), col(StoredReceipt.id))))

    def tellings(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What is to be told to workflows."""
        with self.database.session() as session:
            return [(row.kind, row.workflow_id, row.payload) for row in session.exec(select(Row).order_by("id"))]

    def reasons(self, user: str = "alice") -> dict[str, list[str]]:
        """Why a person's addresses are not used: suppressions by channel."""
        with self.database.session() as session:
            return {one.channel: [*one.suppressed] for one in people.endpoints(session, user) if one.suppressed}

    def ended(self, user: str = "alice") -> dict[str, str]:
        """Which of a person's addresses have ended, and why."""
        with self.database.session() as session:
            rows = session.exec(select(Address).where(Address.user_id == user))
            return {row.channel: row.ended_reason for row in rows if row.ended_reason}

    def inbox(self, user: str = "alice") -> list[InboundMessage]:
        """What a person wrote."""
        with self.database.session() as session:
            return inbound.of_person(session, user)

    def session(self) -> Any:
        """For what is not said above."""
        return self.database.session()


def _usual(user: str, channel: str, enrollment: str) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "enrollment_id": enrollment,
        "user_id": user,
        "step": "say",
        "channel": channel,
        "template": "hello",
        "locale": "en",
        "topic": "test",
        "address": MAIL if channel == "email" else PHONE,
        "content": {"text": "Hello"},
        "state": MessageState.ACCEPTED,
        "provider_id": f"p-{uuid4().hex[:8]}",
        "reserved_at": NOW - timedelta(minutes=10),
        "reserved_real_at": NOW - timedelta(minutes=10),
        "settled_at": NOW - timedelta(minutes=10),
    }


def receipt(message: Message, state: ReceiptState, **more: Any) -> Receipt:
    """What a provider says of a message of ours."""
    given = {"key": uuid4().hex, "provider_id": message.provider_id, "at": NOW - timedelta(minutes=5), **more}
    return Receipt(channel=message.channel, state=state, message_id=message.id, **given)
