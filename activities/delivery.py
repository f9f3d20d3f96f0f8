"""Deliver one step's message: the sending protocol over the step's rows."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from activities.gate import Gate
from activities.ledger import Ledger
from activities.orders import Delivered, DeliveryOrder
from activities.patience import Patience
from activities.sending import Sending
from channels.protocol import Channel
from models.messages import Message

log = structlog.get_logger()


class DeliveryActivities:
    """Runs the sending protocol over the ledger's transactions and the channels."""

    def __init__(
        self,
        ledger: Ledger,
        channels: Mapping[str, Channel],
        real_now: Callable[[], datetime],
        patience: Patience | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._ledger = ledger
        self._patience = patience or Patience()
        self._sending = Sending(ledger, channels, real_now, self._look_again, gate)

    @activity.defn(name="deliver")
    def deliver(self, order: DeliveryOrder) -> Delivered:
        """Send the step's message on the first channel that takes it. Raises ApplicationError to be run again."""
        with _about(order):
            settled = self._sending.settle(order, journey_now(order))
            log.info("delivery.settled", outcome=str(settled.outcome), closed=settled.closed)
            return settled

    @activity.defn(name="give_up_delivery")
    def give_up(self, order: DeliveryOrder) -> Delivered:
        """Settle a delivery that has run out of time."""
        with _about(order):
            settled = self._ledger.give_up(order, journey_now(order))
            log.warning("delivery.given_up", outcome=str(settled.outcome))
            return settled

    def _look_again(self, message: Message, real_now: datetime) -> timedelta | None:
        """When there may be a receipt of a message that nobody can be asked about."""
        if message.channel not in self._patience.channels:
            return None
        return self._patience.next_look(message.channel, real_now - self._ledger.doubt(message, real_now))


def journey_now(order: DeliveryOrder) -> datetime:
    """The journey time of this attempt: when it was asked for, and what has passed since the first scheduling."""
    info = activity.info()
    return order.now + (info.started_time - info.scheduled_time) * order.clock.pace


def _about(order: DeliveryOrder) -> AbstractContextManager[None]:
    """Says in every line of the log what it is about."""
    about = {"journey": order.journey, "enrollment": order.enrollment, "step": order.step, "user": order.user}
    return structlog.contextvars.bound_contextvars(**about)
