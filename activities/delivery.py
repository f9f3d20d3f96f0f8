"""Deliver one step's message: the sending protocol over the step's rows."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from temporalio import activity

from activities.ledger import Ledger
from activities.orders import Delivered, DeliveryOrder
from activities.sending import Sending
from channels.protocol import Channel

log = structlog.get_logger()


class DeliveryActivities:
    """Runs the sending protocol over the ledger's transactions and the channels."""

    def __init__(self, ledger: Ledger, channels: Mapping[str, Channel], real_now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._sending = Sending(ledger, channels, real_now)

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


def journey_now(order: DeliveryOrder) -> datetime:
    """The journey time of this attempt: when it was asked for, and what has passed since the first scheduling."""
    info = activity.info()
    return order.now + (info.started_time - info.scheduled_time) * order.clock.pace


def _about(order: DeliveryOrder) -> AbstractContextManager[None]:
    """Says in every line of the log what it is about."""
    about = {"journey": order.journey, "enrollment": order.enrollment, "step": order.step, "user": order.user}
    return structlog.contextvars.bound_contextvars(**about)
