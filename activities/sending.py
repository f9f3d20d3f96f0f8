"""The sending protocol: reserve, send, record; and after an interruption, ask before sending again.

The reserved row is committed before the provider is called, so whatever dies in between leaves a trace. Whoever
finds that trace asks the provider what became of it; where nobody can be asked, a receipt may still tell, and without
one the message is marked unknown. A message that can be repeated unnoticed is simply sent again.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import ASK_AFTER, LONGEST_SEND, LOOK_AGAIN_AFTER, consequence, try_again
from activities.ledger import Attempt, Busy
from activities.orders import Delivered
from channels.protocol import Accepted, Channel, ChannelError, Failure, Outgoing
from domain.delivery import MessageState
from domain.errors import HomingError, Unreachable
from models.messages import Message

log = structlog.get_logger()

LookAgain = Callable[[Message, datetime], timedelta | None]


class Templated(Protocol):
    """What is asked for, as far as all of it is alike."""

    @property
    def template(self) -> str: ...


Order = TypeVar("Order", bound=Templated, contravariant=True)


class Books(Protocol[Order]):
    """The transactions of a kind of delivery; each method is one."""

    def next(self, order: Order, now: datetime, real_now: datetime) -> Attempt | Busy | Delivered:
        """Settle from what is known, or reserve the message that is to be sent next."""
        ...

    def outgoing(self, message: Message) -> Outgoing:
        """The message as its channel takes it; the same each time."""
        ...

    def accept(self, order: Order, message: Message, accepted: Accepted, now: datetime) -> Delivered:
        """The provider has it."""
        ...

    def fail(self, message: Message, state: MessageState, error: ChannelError, now: datetime) -> None:
        """The channel has not taken it."""
        ...

    def put_back(self, attempt: Attempt) -> None:
        """This attempt leaves the message as it found it."""
        ...

    def forget_hope(self, message: Message, reason: str, now: datetime) -> None:
        """Nobody can tell whether it went out."""
        ...

    def claimed(self, message: Message) -> Collection[str]:
        """Provider ids that belong to other messages to this address."""
        ...


class Sending(Generic[Order]):
    """Runs the protocol over the transactions of some books, and the channels."""

    def __init__(
        self,
        books: Books[Order],
        channels: Mapping[str, Channel],
        real_now: Callable[[], datetime],
        look_again: LookAgain | None = None,
    ) -> None:
        """`look_again` tells for a message in doubt when there may be a receipt; without, none is waited for."""
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
            _count(message.channel, MessageState.UNKNOWN)
            return None
        found = self._ask(channel, attempt) if doubtful else None
        accepted = found or self._send(channel, attempt, now)
        if accepted is None:
            return None
        delivered = self._books.accept(order, message, accepted, now)
        log.info("message.accepted", message=message.id, channel=channel.name, found=found is not None)
        _count(message.channel, MessageState.ACCEPTED)
        return delivered

    def _wait_for_receipt(self, attempt: Attempt) -> None:
        """Raises ApplicationError as long as one may come: it carries our id, and makes the message accepted."""
        after = self._look_again(attempt.message, self._real_now()) if self._look_again else None
        if after is not None:
            log.info("message.awaits_receipt", message=attempt.message.id, channel=attempt.message.channel)
            raise self._put_back(attempt, try_again("AwaitsReceipt", "its receipt may still come", after))

    def _ask(self, channel: Channel, attempt: Attempt) -> Accepted | None:
        message = attempt.message
        try:
            return channel.find(self._books.outgoing(message), message.reserved_real_at, self._books.claimed(message))
        except ChannelError as error:
            log.log(_level(error), "message.in_doubt", channel=channel.name, reason=error.reason, detail=str(error))
            again = try_again(error.failure, f"asking: {error}", error.retry_after or ASK_AFTER)
            raise self._put_back(attempt, again) from error

    def _send(self, channel: Channel, attempt: Attempt, now: datetime) -> Accepted | None:
        message = attempt.message
        if message.held_real_until and self._real_now() + LONGEST_SEND > message.held_real_until:
            log.warning("delivery.late", message=message.id)
            raise self._put_back(attempt, try_again("Late", "this attempt was held up for too long to begin", None))
        try:
            return channel.send(self._books.outgoing(message))
        except ChannelError as error:
            result = consequence(error)
            self._books.fail(message, result.state, error, now)
            _count(message.channel, result.state)
            log.log(_level(error), "message.refused", channel=channel.name, reason=error.reason, detail=str(error))
            if result.retry:
                raise try_again(error.failure, str(error), result.after) from error
            return None

    def _put_back(self, attempt: Attempt, error: ApplicationError) -> ApplicationError:
        """Free the message for the attempt that this error asks for."""
        self._books.put_back(attempt)
        return error


def _level(error: ChannelError) -> int:
    return 40 if error.failure is Failure.CONFIGURATION else 30  # logging.ERROR alerts, logging.WARNING does not


def _count(channel: str, state: MessageState) -> None:
    meter = activity.metric_meter().with_additional_attributes({"channel": channel, "state": str(state)})
    meter.create_counter("homing_messages", "Messages by channel and state").add(1)
