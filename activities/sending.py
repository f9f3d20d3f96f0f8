"""The sending protocol: reserve, send, record; and after an interruption, ask before sending again.

The reserved row is committed before the provider is called, so whatever dies in between leaves a trace. Whoever
finds that trace asks the provider what became of it; where nobody can be asked, a receipt may still tell, and without
one the message is marked unknown. A message that can be repeated unnoticed is simply sent again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Generic

import structlog

from activities.attempts import HOLD, Attempt, Busy
from activities.books import Books, Order
from activities.failures import LOOK_AGAIN_AFTER, try_again
from activities.gate import Gate, OpenGate
from activities.handing_over import HandingOver, Limits
from activities.orders import Delivered
from activities.tally import count_message
from channels.protocol import Accepted, Channel, Failure
from domain.delivery import MessageState
from domain.errors import HomingError, Unreachable
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
        limits = Limits(now, self._real_now() + HOLD, self._real_now)
        try:
            found = self._next(order, now)
            while isinstance(found, Attempt):
                found = self._carry_out(order, found, limits) or self._next(order, now)
            return found
        except Unreachable as error:
            log.warning("delivery.waits", why=str(error))
            raise try_again("Unreachable", str(error), None) from error

    def _next(self, order: Order, now: datetime) -> Attempt | Delivered:
        try:
            found = self._books.next(order, now, self._real_now())
        except Unreachable:
            raise
        except HomingError as error:  # our own template cannot be rendered: hold until it is mended
            log.error("delivery.held", template=order.template, problem=str(error))
            raise try_again(Failure.CONFIGURATION, str(error), LOOK_AGAIN_AFTER) from error
        if isinstance(found, Busy):
            log.info("delivery.busy", left=str(found.left))
            raise try_again("Busy", "another attempt may be with the provider at this moment", found.left)
        return found

    def _carry_out(self, order: Order, attempt: Attempt, limits: Limits) -> Delivered | None:
        """What it is settled as if the provider has the message, None if it is to be decided what comes next."""
        channel = self._channels.get(attempt.message.channel)
        if channel is None:
            raise self._not_configured(attempt)
        if channel.repeatable:
            attempt = replace(attempt, in_doubt=False)
        if attempt.in_doubt and not channel.can_ask:
            self._hear_or_forget(attempt, limits.now)
            return None
        accepted = HandingOver(self._books, self._gate, channel, attempt, limits).run()
        return self._accept(order, attempt, accepted, limits) if accepted else None

    def _accept(self, order: Order, attempt: Attempt, accepted: Accepted, limits: Limits) -> Delivered:
        message = attempt.message
        delivered = limits.write_down(lambda: self._books.accept(order, message, accepted, limits.now))
        log.info("message.accepted", message=message.id, channel=message.channel, found=attempt.in_doubt)
        count_message(message.channel, MessageState.ACCEPTED)
        return delivered

    def _not_configured(self, attempt: Attempt) -> Exception:
        problem = f"{attempt.message.channel} is not configured here"
        log.error("delivery.held", template=attempt.message.template, problem=problem)
        self._books.put_back(attempt)
        return try_again(Failure.CONFIGURATION, problem, LOOK_AGAIN_AFTER)

    def _hear_or_forget(self, attempt: Attempt, now: datetime) -> None:
        """Nobody can be asked. A receipt carries our id, and makes the message accepted, as long as one may come."""
        message = attempt.message
        if after := self._look_again(message, self._real_now()) if self._look_again else None:
            log.info("message.awaits_receipt", message=message.id, channel=message.channel)
            self._books.put_back(attempt)
            raise try_again("AwaitsReceipt", "its receipt may still come", after)
        self._books.forget_hope(message, "interrupted", now)
        log.warning("message.unknown", message=message.id, channel=message.channel)
        count_message(message.channel, MessageState.UNKNOWN)
