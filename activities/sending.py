"""The sending protocol: reserve, send, record; and after an interruption, ask before sending again.

The reserved row is committed before the provider is called, so whatever dies in between leaves a trace. Whoever
finds that trace asks the provider what became of it; where nobody can be asked, a receipt may still tell, and without
one the message is marked unknown. A message that can be repeated unnoticed is simply sent again.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Generic

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.books import Books, Order
from activities.failures import ASK_AFTER, LONGEST_SEND, LOOK_AGAIN_AFTER, consequence, try_again
from activities.gate import Gate, OpenGate, Turn, Waits
from activities.ledger import Attempt, Busy
from activities.orders import Delivered
from channels.protocol import Accepted, Channel, ChannelError, Failure
from domain.delivery import MessageState
from domain.errors import HomingError, Unreachable
from domain.line import Entry
from models.messages import Message

log = structlog.get_logger()

LookAgain = Callable[[Message, datetime], timedelta | None]


class Sending(Generic[Order]):
    """Runs the protocol over the transactions of some books, and the channels."""

    def __init__(
        self,
        books: Books[Order],
        channels: Mapping[str, Channel],
        real_now: Callable[[], datetime],
        look_again: LookAgain | None = None,
        gate: Gate | None = None,
    ) -> None:
        """`look_again` tells for a message in doubt when there may be a receipt; without, none is waited for.

        Without a `gate` every message goes at once.
        """
        self._gate = gate or OpenGate()
        self._books = books
        self._channels = channels
        self._real_now = real_now
        self._look_again = look_again

    def settle(self, order: Order, now: datetime) -> Delivered:
        """Send on the first channel that takes it. Raises ApplicationError to be run again."""
        found = self._next(order, now)
        while isinstance(found, Attempt):
            found = self._carry_out(order, found, now) or self._next(order, now)
        return found

    def _next(self, order: Order, now: datetime) -> Attempt | Delivered:
        try:
            found = self._books.next(order, now, self._real_now())
        except Unreachable as error:
            log.warning("delivery.waits", why=str(error))
            raise try_again("Unreachable", str(error), None) from error
        except HomingError as error:  # our own template cannot be rendered: hold until it is mended
            log.error("delivery.held", template=order.template, problem=str(error))
            raise try_again(Failure.CONFIGURATION, str(error), LOOK_AGAIN_AFTER) from error
        if isinstance(found, Busy):
            log.info("delivery.busy", left=str(found.left))
            raise try_again("Busy", "another attempt may be with the provider at this moment", found.left)
        return found

    def _carry_out(self, order: Order, attempt: Attempt, now: datetime) -> Delivered | None:
        """What it is settled as if the provider has the message, None if this channel is over without it."""
        message = attempt.message
        channel = self._channels.get(message.channel)
        if channel is None:
            problem = f"{message.channel} is not configured here"
            log.error("delivery.held", template=message.template, problem=problem)
            raise self._put_back(attempt, try_again(Failure.CONFIGURATION, problem, LOOK_AGAIN_AFTER))
        doubtful = attempt.in_doubt and not channel.repeatable
        if doubtful and not channel.can_ask:
            self._wait_for_receipt(attempt)
            self._books.forget_hope(message, "interrupted", now)
            log.warning("message.unknown", message=message.id, channel=message.channel)
            _count_message(message.channel, MessageState.UNKNOWN)
            return None
        with self._turn(channel, attempt) as turn:
            found = self._ask(turn, attempt) if doubtful else None
            accepted = found or self._send(turn, attempt, now)
        if accepted is None:
            return None
        delivered = self._books.accept(order, message, accepted, now)
        log.info("message.accepted", message=message.id, channel=channel.name, found=found is not None)
        _count_message(message.channel, MessageState.ACCEPTED)
        return delivered

    def _wait_for_receipt(self, attempt: Attempt) -> None:
        """Raises ApplicationError as long as one may come: it carries our id, and makes the message accepted."""
        after = self._look_again(attempt.message, self._real_now()) if self._look_again else None
        if after is not None:
            log.info("message.awaits_receipt", message=attempt.message.id, channel=attempt.message.channel)
            raise self._put_back(attempt, try_again("AwaitsReceipt", "its receipt may still come", after))

    @contextmanager
    def _turn(self, channel: Channel, attempt: Attempt) -> Iterator[Turn]:
        """Raises ApplicationError if the message has to come back: nothing of it was handed to the provider."""
        with ExitStack() as leaving:
            try:
                turn = leaving.enter_context(self._gate.passing(channel, attempt.slot))
            except Waits as waits:
                log.info("message.waits", message=attempt.message.id, channel=channel.name, why=str(waits))
                _count("homing_held", "Messages put back by their gate", channel=channel.name, reason=str(waits))
                again = try_again("Waits", str(waits), self._until(waits.entry))
                raise self._put_back(attempt, again, waits.entry) from None
            except Unreachable as error:  # its line could not be read
                log.warning("delivery.waits", why=str(error))
                raise self._put_back(attempt, try_again("Unreachable", str(error), None)) from error
            yield turn

    def _until(self, entry: Entry | None) -> timedelta | None:
        return max(entry.at - self._real_now(), timedelta(milliseconds=1)) if entry else None

    def _ask(self, turn: Turn, attempt: Attempt) -> Accepted | None:
        message, channel = attempt.message, turn.channel
        try:
            found = channel.find(self._books.outgoing(message), message.reserved_real_at, self._books.claimed(message))
            if found:  # if not, the send that follows tells
                self._gate.answered(turn)
            return found
        except ChannelError as error:
            entry = self._gate.failed(turn, error)
            log.log(_level(error), "message.in_doubt", channel=channel.name, reason=error.reason, detail=str(error))
            after = self._until(entry) or error.retry_after or ASK_AFTER
            raise self._put_back(attempt, try_again(error.failure, f"asking: {error}", after), entry) from error

    def _send(self, turn: Turn, attempt: Attempt, now: datetime) -> Accepted | None:
        message, channel = attempt.message, turn.channel
        if message.held_real_until and self._real_now() + LONGEST_SEND > message.held_real_until:
            log.warning("delivery.late", message=message.id)
            raise self._put_back(attempt, try_again("Late", "this attempt was held up for too long to begin", None))
        try:
            accepted = channel.send(self._books.outgoing(message))
        except ChannelError as error:
            result, entry = consequence(error), self._gate.failed(turn, error)
            self._books.fail(message, result.state, error, now, entry)
            _count_message(message.channel, result.state)
            log.log(_level(error), "message.refused", channel=channel.name, reason=error.reason, detail=str(error))
            if result.retry:
                raise try_again(error.failure, str(error), self._until(entry) or result.after) from error
            return None
        self._gate.answered(turn)
        return accepted

    def _put_back(self, attempt: Attempt, error: ApplicationError, entry: Entry | None = None) -> ApplicationError:
        """Free the message for the attempt that this error asks for."""
        self._books.put_back(attempt, entry)
        return error


def _level(error: ChannelError) -> int:
    return 40 if error.failure is Failure.CONFIGURATION else 30  # logging.ERROR alerts, logging.WARNING does not


def _count_message(channel: str, state: MessageState) -> None:
    _count("homing_messages", "Messages by channel and state", channel=channel, state=str(state))


def _count(name: str, what: str, **about: str) -> None:
    activity.metric_meter().with_additional_attributes(about).create_counter(name, what).add(1)
