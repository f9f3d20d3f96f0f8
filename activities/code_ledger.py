"""The transactions of sending a code, for the sending protocol: each send of a verification is one message.

The text is made from the sealed secret whenever it is needed and kept nowhere: not in the message's row, not in
Temporal. It is the same each time, so that a provider can be asked whether it has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session

from activities.attempts import HOLD, Attempt, Busy, take_up
from activities.books import Books
from activities.code_orders import CodeOrder
from activities.composer import copied
from activities.orders import Delivered
from activities.windows import Copies, no_copies
from channels.protocol import Accepted, Outgoing
from domain.delivery import ChannelName, MessageState, Outcome
from domain.templates import Templates
from domain.verification.codes import spoken
from domain.verification.contacts import CONTACT_OF
from domain.verification.life import State, state_at
from domain.verification.vault import Vault
from models import messages, verifications
from models.database import Database
from models.messages import Message
from models.verifications import Verification

REDACTED = {"text": "(a one-time code)"}
OUTCOMES = {
    MessageState.ACCEPTED: Outcome.SENT,
    MessageState.FAILED: Outcome.FAILED,
    MessageState.UNKNOWN: Outcome.UNKNOWN,
}
SKIPPED = Delivered(Outcome.SKIPPED, closed=False)


class Words(Protocol):
    """Where codes are typed in: what messages say beside the code."""

    @property
    def product(self) -> Mapping[str, str]: ...
    @property
    def domain(self) -> str: ...
    @property
    def public_url(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """The words of this deployment. `domain` is where browsers fill codes in; links need the `public_url`."""

    product: Mapping[str, str]
    domain: str
    public_url: str | None = None


class CodeLedger(Books[CodeOrder]):
    """Reads and writes the rows of one send."""

    def __init__(
        self, database: Database, templates: Templates, vault: Vault, words: Words, copies: Copies = no_copies
    ) -> None:
        super().__init__(database)
        self._copies = copies
        self._templates = templates
        self._vault = vault
        self._words = words

    def next(self, order: CodeOrder, now: datetime, real_now: datetime) -> Attempt | Busy | Delivered:
        """What became of the send, or the message that is to be sent now."""
        with self._database.session() as session:
            row = verifications.hold(session, order.verification)
            message = messages.held(session, message_id(order.verification, order.number))
            if settled := _settled(message):
                return settled
            if row is None or row.decoy or state_at(row.state, row.expires_real_at, now) is not State.PENDING:
                return _abandoned(message, now) if message else SKIPPED
            found = take_up(session, message, real_now) if message else self._reserve(session, row, order, real_now)
            said = None if isinstance(found, Busy) else self._render(row, found.message)
        if isinstance(found, Attempt) and said:
            found.message.content = said  # in memory only: the row is written, and nobody writes it as a whole again
        return found

    def outgoing(self, message: Message) -> Outgoing:
        """The message as its channel takes it."""
        return Outgoing(message_id=message.id, to=message.address, wrap_links=False, **message.content)

    def accept(self, order: CodeOrder, message: Message, accepted: Accepted, now: datetime) -> Delivered:
        """The provider has it."""
        with self._database.session() as session:
            messages.accept(session, message.id, accepted.provider_id, now)
        return Delivered(Outcome.SENT, closed=False)

    def give_up(self, order: CodeOrder, now: datetime) -> Delivered:
        """No more attempts at this send: what was with the provider is unknown, what waited for a retry has failed."""
        with self._database.session() as session:
            verifications.hold(session, order.verification)
            message = messages.held(session, message_id(order.verification, order.number))
            if settled := _settled(message):
                return settled
            return _abandoned(message, now) if message else Delivered(Outcome.FAILED, closed=False)

    def _reserve(self, session: Session, row: Verification, order: CodeOrder, real_now: datetime) -> Attempt:
        message = Message(
            id=message_id(row.id, order.number),
            verification_id=row.id,
            user_id=row.user_id or "",
            step=order.template,
            pass_number=order.number,
            channel=order.channel,
            template=order.template,
            locale=row.locale,
            topic=row.purpose,
            address=row.addresses[order.channel],
            content=REDACTED,
            state=MessageState.SENDING,
            reserved_at=order.now,
            reserved_real_at=real_now,
            held_real_until=real_now + HOLD,
        )
        session.add(message)  # its key refuses a second one
        return Attempt(message, in_doubt=False)

    def _render(self, row: Verification, message: Message) -> dict[str, Any]:
        """The same words at each attempt; approved ones wherever there are. Raises TemplateMissing or RenderError."""
        contact = str(CONTACT_OF[ChannelName(message.channel)])
        code = self._vault.code(row.secret, row.counters[contact])
        left = row.expires_real_at - message.reserved_real_at
        context = {
            "code": code,
            "spoken": spoken(code),
            "minutes": max(1, round(left.total_seconds() / 60)),
            "link": self._link(row, contact),
            "domain": self._words.domain,
            "product": self._words.product,
            "user": {"id": row.user_id or "", "attributes": {}},
            "now": message.reserved_at,
        }
        rendered = self._templates.render(message.template, message.channel, row.locale, context)
        approved = message.channel == ChannelName.WHATSAPP and self._copies((message.template, rendered.locale))
        return {**rendered.content(), "locale": rendered.locale} | copied(rendered, approved or None)

    def _link(self, row: Verification, contact: str) -> str | None:
        if not (row.link and self._words.public_url):
            return None
        token = self._vault.token(row.id, contact, row.expires_real_at, row.purpose)
        return f"{self._words.public_url.rstrip('/')}/v/{token}"


def message_id(verification: str, number: int) -> str:
    """The message's idempotency key: a send has one, however often it is tried."""
    return uuid5(NAMESPACE_URL, f"homing:verification/{verification}/{number}").hex


def _settled(message: Message | None) -> Delivered | None:
    outcome = OUTCOMES.get(MessageState(message.state)) if message else None
    return Delivered(outcome, closed=False) if outcome else None


def _abandoned(message: Message, now: datetime) -> Delivered:
    """Nothing more is sent: what may be with the provider stays unknown."""
    in_doubt = message.state == MessageState.SENDING
    state = MessageState.UNKNOWN if in_doubt else MessageState.FAILED
    message.state, message.reason, message.settled_at, message.held_real_until = state, "over", now, None
    return Delivered(OUTCOMES[state], closed=False)
