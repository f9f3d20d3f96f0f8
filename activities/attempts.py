"""An attempt at a message: its row is taken, held while a provider may have it, and left for the next attempt.

All of it is the same for messages of journeys and for codes. Every public method is one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from channels.protocol import ChannelError
from domain.addresses import fingerprint
from domain.delivery import MessageState
from domain.line import Entry
from domain.suppression import Reason
from models import messages, people, suppressions
from models.database import Database
from models.messages import Message

# Another message can hold a provider's id only if it was reserved no earlier than the longest delivery before.
CLAIM_WINDOW = timedelta(days=7)
# An attempt's time: as long as Temporal lets it run, so that the next one finds the message free.
HOLD = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A reserved message to send now; `in_doubt` when an earlier attempt may have sent it already.

    `slot` is its own in its sender's line, if it was told to wait.
    """

    message: Message
    in_doubt: bool
    slot: datetime | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Another attempt may be with the provider at this moment; come back after that long."""

    left: timedelta


class Attempts:
    """What becomes of attempts, in the rows of their messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

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


def take_up(session: Session, message: Message, real_now: datetime) -> Attempt | Busy:
    """Another attempt at a message that is open, unless one may be with the provider at this moment."""
    left = (message.held_real_until or real_now) - real_now
    if timedelta(0) < left <= HOLD:  # more is left of nobody's, but by another clock
        return Busy(left)
    in_doubt = message.state == MessageState.SENDING
    message.state, message.attempts = MessageState.SENDING, message.attempts + 1
    slot, message.slot_real_at = message.slot_real_at, None
    message.held_real_until = real_now + HOLD
    session.add(message)
    return Attempt(message, in_doubt, slot)
