"""What journeys do beside messages: change attributes, report events, let people enter other journeys."""

from datetime import datetime
from typing import Any, Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.orders import EffectOrder
from domain.errors import BadInput, Gone, HomingError, NotFound, TooMany
from domain.verification.answers import Answer, Wish
from domain.verification.contacts import Contact


class Outside(Protocol):
    """What this room asks of the client; every call may be repeated without harm."""

    async def set_attributes(self, user: str, values: dict[str, Any], *, besides: str) -> None:
        """Change a person's attributes and tell their running journeys, but the workflow `besides`."""
        ...

    async def emit(self, user: str, name: str, properties: dict[str, Any], message_id: str, at: datetime) -> None:
        """Report an event of a person."""
        ...

    async def enter(self, user: str, journey: str, key: str) -> None:
        """Let a person enter a journey."""
        ...


class Codes(Protocol):
    """Who has contact points confirmed."""

    async def ask(self, wish: Wish) -> Answer:
        """Send a code, once however often this is called with the same wish. Raises HomingError."""
        ...


class EffectActivities:
    """Brings effects about, each under an id of its own, so that a retry brings nothing about twice."""

    def __init__(self, outside: Outside, codes: Codes) -> None:
        self._outside = outside
        self._codes = codes

    @activity.defn(name="act")
    async def act(self, order: EffectOrder) -> Answer | None:
        """Do it. What can never work, such as a journey that does not exist, fails for good with the reason."""
        try:
            return await self._do(order)
        except HomingError as error:
            hopeless = isinstance(error, NotFound | BadInput | Gone)
            after = error.wait if isinstance(error, TooMany) else None
            raise ApplicationError(
                str(error), type=type(error).__name__, non_retryable=hopeless, next_retry_delay=after
            ) from error

    async def _do(self, order: EffectOrder) -> Answer | None:
        if order.effect == "verify":
            return await self._codes.ask(_wish(order))
        await self._change(order)
        return None

    async def _change(self, order: EffectOrder) -> None:
        if order.effect == "set":
            workflow_id = str(activity.info().workflow_id)
            await self._outside.set_attributes(order.user, order.values, besides=workflow_id)
        elif order.effect == "emit":
            message_id = f"{order.enrollment}:{order.step}:{order.pass_number}"
            await self._outside.emit(order.user, order.name, order.values, message_id, order.now)
        else:
            await self._outside.enter(order.user, order.name, order.key)


def _wish(order: EffectOrder) -> Wish:
    via, link = tuple(order.values.get("via", ())), bool(order.values.get("link"))
    place = (order.enrollment, order.step, order.pass_number)
    return Wish(order.user, Contact(order.name), via, link, *place, now=order.now)
