"""The transactions of a delivery: what to do next for a step, and what became of it.

Every public method is one transaction. The rows of a step are the only memory of its attempts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from activities.composer import Composer
from activities.orders import Delivered, DeliveryOrder
from channels.protocol import Accepted, ChannelError
from domain.delivery import MessageState, Outcome, conclude
from models import enrollments, messages, people
from models.database import Database
from models.messages import Message

# Another message can hold a provider's id only if it was reserved no earlier than the longest delivery before.
CLAIM_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A reserved message to send now; `in_doubt` when an earlier attempt may have sent it already."""

    message: Message
    in_doubt: bool


class Ledger:
    """Reads and writes the rows of one step's delivery."""

    def __init__(self, database: Database, composer: Composer) -> None:
        self._database = database
        self._composer = composer

    def next(self, order: DeliveryOrder, now: datetime, real_now: datetime) -> Attempt | Delivered:
        """Settle the step from what is known, or reserve the message that is to be sent next."""
        with self._database.session() as session:
            tried = messages.of_step(session, order.enrollment, order.step, order.pass_number)
            if outcome := conclude([message.state for message in tried]):
                return _settle(session, order, outcome, now)
            for message in tried:
                if message.state in (MessageState.SENDING, MessageState.RETRYING):
                    return _take_up(session, message)
            return self._begin(session, order, [message.channel for message in tried], now, real_now)

    def _begin(
        self, session: Session, order: DeliveryOrder, tried: list[str], now: datetime, real_now: datetime
    ) -> Attempt | Delivered:
        decisions, message = self._composer.compose(session, order, tried, now, real_now)
        about = (order.enrollment, order.user, order.step, order.pass_number)
        messages.record_decisions(session, [messages.stored(one, *about, now) for one in decisions])
        if message is None:
            return _settle(session, order, Outcome.FAILED if tried else Outcome.SKIPPED, now)
        session.add(message)  # its unique key refuses a second one
        return Attempt(message, in_doubt=False)

    def accept(self, message: Message, accepted: Accepted, now: datetime) -> None:
        """The provider has it. Raises IntegrityError if another message claims the provider's id already."""
        with self._database.session() as session:
            state = {"state": MessageState.ACCEPTED, "reason": None, "detail": None}
            messages.change(session, message.id, **state, provider_id=accepted.provider_id, settled_at=now)

    def fail(self, message: Message, state: MessageState, error: ChannelError, now: datetime) -> None:
        """The channel has not taken it: for now, in doubt, or for good, which ends the address on this channel."""
        final = state is MessageState.FAILED
        with self._database.session() as session:
            why = {"reason": error.reason, "detail": str(error)[:500]}
            messages.change(session, message.id, state=state, **why, settled_at=now if final else None)
            if final:
                people.end_address(session, message.user_id, message.address, message.channel, error.reason, now)

    def forget_hope(self, message: Message, reason: str, now: datetime) -> None:
        """Nobody can tell whether it went out."""
        with self._database.session() as session:
            messages.change(session, message.id, state=MessageState.UNKNOWN, reason=reason, settled_at=now)

    def claimed(self, message: Message) -> set[str]:
        """Provider ids that belong to other messages of this person."""
        with self._database.session() as session:
            since = message.reserved_real_at - CLAIM_WINDOW
            return messages.provider_ids(session, message.user_id, message.channel, since)

    def give_up(self, order: DeliveryOrder, now: datetime) -> Delivered:
        """No more attempts: what was being sent is unknown, what waited for a retry has failed."""
        with self._database.session() as session:
            messages.abandon(session, order.enrollment, "gave_up", now)
            tried = messages.of_step(session, order.enrollment, order.step, order.pass_number)
            return _settle(session, order, conclude([message.state for message in tried]) or Outcome.FAILED, now)


def _settle(session: Session, order: DeliveryOrder, outcome: Outcome, now: datetime) -> Delivered:
    if order.last:
        enrollments.close(session, order.enrollment, "completed", now)
    return Delivered(outcome, closed=order.last)


def _take_up(session: Session, message: Message) -> Attempt:
    in_doubt = message.state == MessageState.SENDING
    message.state, message.attempts = MessageState.SENDING, message.attempts + 1
    session.add(message)
    return Attempt(message, in_doubt)
