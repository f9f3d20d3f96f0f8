"""The transactions of a delivery: what to do next for a step, and what became of it.

Every public method is one transaction. The rows of a step are the only memory of its attempts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from activities.attempts import HOLD, Attempt, Busy, take_up
from activities.books import Books
from activities.composer import Composer
from activities.orders import Delivered, DeliveryOrder, as_json
from channels.protocol import Accepted, Outgoing
from domain.contact.choosing import none_left
from domain.contact.policy import pick
from domain.delivery import Decision, MessageState, Outcome, Verdict, conclude
from models import decisions, enrollments, links, messages, waiting
from models.database import Database
from models.messages import Message

# As long as workflows let one delivery be tried (`workflows.options.DELIVERY`).
LONGEST_DELIVERY = timedelta(days=3)
GAVE_UP, ARRIVED, GONE = "gave_up", "arrived_before", "unknown_person"


class Ledger(Books[DeliveryOrder]):
    """Reads and writes the rows of one step's delivery."""

    def __init__(self, database: Database, composer: Composer) -> None:
        super().__init__(database)
        self._composer = composer

    def next(self, order: DeliveryOrder, now: datetime, real_now: datetime) -> Attempt | Busy | Delivered:
        """Settle the step from what is known, or reserve the message that is to be sent next."""
        with self._database.session() as session:
            if (owner := enrollments.lock(session, order.enrollment)) != order.user:
                return _gone(session, order, owner, now)
            tried = messages.of_step(session, order.enrollment, order.step, order.pass_number)
            if concluded := _concluded(session, order, tried, now):
                return concluded
            for message in tried:
                if message.state == MessageState.SENDING:
                    return take_up(session, message, real_now)
                again = self._again if message.state == MessageState.RETRYING else None
                if again and (found := again(session, order, message, now, real_now)):
                    return found
            return self._begin(session, order, [message.channel for message in tried], now, real_now)

    def _again(
        self, session: Session, order: DeliveryOrder, message: Message, now: datetime, real_now: datetime
    ) -> Attempt | Busy | Delivered | None:
        """Try a message again if it may still go; None if it may not any more, and another channel is to be looked at.

        A hold begins a new activity, with new time limits; but it gives no new patience with a provider.
        """
        if real_now - message.reserved_real_at > LONGEST_DELIVERY:
            _fail(session, message, GAVE_UP, now)
            return _settle(session, order, Outcome.FAILED, now)
        decision = self._composer.reconsider(session, order, message, now)
        if decision.verdict is Verdict.ALLOWED:
            return take_up(session, message, real_now)
        _record(session, order, [decision], now)
        if decision.until:
            return Delivered(None, closed=False, held_until=decision.until)
        _fail(session, message, decision.rule, now)
        return None

    def _begin(
        self, session: Session, order: DeliveryOrder, tried: list[str], now: datetime, real_now: datetime
    ) -> Attempt | Delivered:
        decided, written = self._composer.compose(session, order, tried, now, real_now)
        _record(session, order, decided or none_left(order.past), now)
        held = pick(decided)
        if held and held.until:
            return Delivered(None, closed=False, held_until=held.until)
        if written is None:
            return _settle(session, order, Outcome.FAILED if tried else Outcome.SKIPPED, now)
        written.message.held_real_until = real_now + HOLD
        session.add(written.message)  # its unique key refuses a second one
        if written.links:
            session.flush()
            links.record(session, written.links)
        return Attempt(written.message, in_doubt=False)

    def outgoing(self, message: Message) -> Outgoing:
        """The message as its channel takes it: as it was rendered when it was reserved."""
        return Outgoing(message_id=message.id, to=message.address, locale=message.locale, **message.content)

    def accept(self, order: DeliveryOrder, message: Message, accepted: Accepted, now: datetime) -> Delivered:
        """As `Books` says."""
        with self._database.session() as session:
            # First, as everybody locks the enrollment first.
            delivered = _settle(session, order, Outcome.SENT, now, message)
            messages.accept(session, message.id, accepted.provider_id, now)
            return delivered

    def give_up(self, order: DeliveryOrder, now: datetime) -> Delivered:
        """No more attempts: what was being sent is unknown, what waited for a retry has failed."""
        with self._database.session() as session:
            reason = ARRIVED if order.arrived else GAVE_UP
            owner = enrollments.lock(session, order.enrollment)
            messages.abandon(session, order.enrollment, reason, now)
            waiting.note(session, order.enrollment, None)  # nobody else has to leave room for it
            tried = messages.of_step(session, order.enrollment, order.step, order.pass_number)
            if owner and not _awaited(order, tried):
                _record(session, replace(order, user=owner), [Decision(None, Verdict.REFUSED, reason)], now)
            return _concluded(session, order, tried, now) or _settle(session, order, Outcome.FAILED, now)


def _gone(session: Session, order: DeliveryOrder, owner: str | None, now: datetime) -> Delivered:
    """Erased or merged into somebody else meanwhile, who is the enrollment's `owner`: nobody is left to write to."""
    messages.abandon(session, order.enrollment, GONE, now)
    if owner:
        _record(session, replace(order, user=owner), [Decision(None, Verdict.REFUSED, GONE)], now)
    return _settle(session, order, Outcome.SKIPPED, now)


def _record(session: Session, order: DeliveryOrder, decided: Sequence[Decision], now: datetime) -> None:
    about = decisions.About(order.enrollment, order.user, order.step, order.pass_number)
    decisions.record(session, about, decided, now)


def _fail(session: Session, message: Message, reason: str, now: datetime) -> None:
    message.state, message.reason, message.settled_at = MessageState.FAILED, reason, now
    session.add(message)


def _concluded(session: Session, order: DeliveryOrder, tried: Sequence[Message], now: datetime) -> Delivered | None:
    awaited = _awaited(order, tried)
    outcome = conclude([message.state for message in awaited])
    taken = next((message for message in awaited if conclude([message.state]) is outcome), None)
    return _settle(session, order, outcome, now, taken) if outcome else None


def _awaited(order: DeliveryOrder, tried: Sequence[Message]) -> list[Message]:
    """Those that nobody has given up waiting for."""
    return [message for message in tried if message.channel not in (order.past or ())]


def _settle(
    session: Session, order: DeliveryOrder, outcome: Outcome, now: datetime, message: Message | None = None
) -> Delivered:
    if order.last:
        enrollments.close(session, order.enrollment, "completed", now, as_json(order.progress))
    told = message is not None and order.past is not None
    return Delivered(outcome, closed=order.last, channel=message.channel if message and told else None)
