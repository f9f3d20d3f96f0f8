"""What the sending protocol asks of a kind of delivery: its transactions.

What becomes of an attempt is written in the same way for messages of journeys and for codes.
"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from activities.attempts import Attempt, Busy
from activities.orders import Delivered
from channels.protocol import Accepted, ChannelError, Outgoing
from domain.addresses import fingerprint
from domain.delivery import MessageState
from domain.line import Entry
from domain.suppression import Reason
from models import messages, people, suppressions
from models.database import Database
from models.messages import Message

# Another message can hold a provider's id only if it was reserved no earlier than the longest delivery before.
CLAIM_WINDOW = timedelta(days=7)


class Templated(Protocol):
    """What is asked for, as far as all of it is alike."""

    @property
    def template(self) -> str: ...


Order = TypeVar("Order", bound=Templated, contravariant=True)


class Books(ABC, Generic[Order]):
    """The transactions of a kind of delivery; each public method is one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @abstractmethod
    def next(self, order: Order, now: datetime, real_now: datetime) -> Attempt | Busy | Delivered:
        """Settle from what is known, or reserve the message that is to be sent next."""

    @abstractmethod
    def outgoing(self, message: Message) -> Outgoing:
        """The message as its channel takes it; the same each time."""

    @abstractmethod
    def accept(self, order: Order, message: Message, accepted: Accepted, now: datetime) -> Delivered:
        """The provider has it. Raises IntegrityError if another message claims the provider's id already."""

    def fail(
        self, message: Message, state: MessageState, error: ChannelError, now: datetime, entry: Entry | None = None
    ) -> None:
        """The channel has not taken it: for now, in doubt, or for good, which ends the address on this channel."""
        final = state is MessageState.FAILED
        with self._database.session() as session:
            why = {"reason": error.reason, "detail": str(error)[:500], "held_real_until": None}
            ended = {"settled_at": now if final else None, "slot_real_at": entry.at if entry else None}
            messages.change_open(session, message, state=state, **why, **ended)
            if final:
                people.end_address(session, message.user_id, message.address, message.channel, error.reason, now)
                if error.reason == Reason.OPTED_OUT:  # whoever else has that address has opted out with it
                    mark = fingerprint(message.channel, message.address)
                    suppressions.suppress(session, message.channel, mark, Reason.OPTED_OUT, now)

    def put_back(self, attempt: Attempt, entry: Entry | None = None) -> None:
        """Leave the message as the attempt found it, for the next one, or to wait for its entry."""
        state = MessageState.SENDING if attempt.in_doubt else MessageState.RETRYING
        slot = {"slot_real_at": entry.at, "reason": entry.why} if entry else {"slot_real_at": attempt.slot}
        with self._database.session() as session:
            messages.change_open(session, attempt.message, state=state, held_real_until=None, **slot)

    def forget_hope(self, message: Message, reason: str, now: datetime) -> None:
        """Nobody can tell whether it went out."""
        with self._database.session() as session:
            messages.change_open(session, message, state=MessageState.UNKNOWN, reason=reason, settled_at=now)

    def doubt(self, message: Message, real_now: datetime) -> datetime:
        """Since when nobody knows whether it went out: from the first time of asking this."""
        with self._database.session() as session:
            return messages.doubt(session, message.id, real_now)

    def claimed(self, message: Message) -> set[str]:
        """Provider ids that belong to other messages to this address."""
        with self._database.session() as session:
            since = message.reserved_real_at - CLAIM_WINDOW
            return messages.provider_ids(session, message.address, message.channel, since)
