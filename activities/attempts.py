"""An attempt at a message: its row is taken, and held while a provider may have it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.delivery import MessageState
from models.messages import Message

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
