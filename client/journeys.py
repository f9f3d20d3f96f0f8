"""Telling Temporal: start a journey's workflow and signal it, each safe to repeat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from client.inputs import Happened
from domain.clock import Clock
from domain.errors import Misconfigured, Unreachable
from domain.stimuli import Order
from models.enrollments import Opened
from workflows import story
from workflows.inputs import (
    JOURNEY,
    STATUS,
    STEP,
    VERSION,
    AttributesSignal,
    Enrollment,
    EventSignal,
    OrderSignal,
)
from workflows.journey import JourneyWorkflow

PATIENCE = timedelta(seconds=10)
# What may be otherwise in a while; the rest is for somebody to set right: the namespace, search attributes, rights.
PASSING = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
}


class Journeys:
    """Handles on journey workflows."""

    def __init__(self, temporal: Client, clock: Clock, task_queue: str) -> None:
        self._temporal = temporal
        self._clock = clock
        self._task_queue = task_queue

    async def start(
        self, opened: Opened, entry: EventSignal | None = None, signal: str | None = None, *args: Any
    ) -> bool:
        """Start the enrollment's workflow unless it runs; False if it has ended already. `entry` let the person in."""
        program = opened.version.program()
        attributes = [
            SearchAttributePair(JOURNEY, opened.row.journey),
            SearchAttributePair(VERSION, opened.row.version),
            SearchAttributePair(STEP, program.first),
            SearchAttributePair(STATUS, "active"),
        ]
        try:
            async with _reaching():
                await self._temporal.start_workflow(
                    JourneyWorkflow.run,
                    self._input(opened, entry),
                    id=opened.row.workflow_id,
                    task_queue=self._task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=TypedSearchAttributes(attributes),
                    static_summary=story.summary(program.journey),
                    start_signal=signal,
                    start_signal_args=args,
                    rpc_timeout=PATIENCE,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def tell(self, opened: Opened, happened: Happened, at: datetime) -> bool:
        """Signal an event; False if the journey has ended."""
        return await self._signal(opened, "event", heard(opened, happened, at))

    async def order(self, opened: Opened, order: Order, reason: str) -> bool:
        """Signal an order; False if the journey has ended."""
        return await self._signal(opened, "order", OrderSignal(order=order, reason=reason))

    async def change(self, opened: Opened) -> bool:
        """Signal the person's attributes as they are now; False if the journey has ended."""
        return await self._signal(
            opened, "attributes", AttributesSignal(attributes=opened.attributes, zone=opened.zone)
        )

    async def _signal(self, opened: Opened, name: str, argument: Any) -> bool:
        handle = self._temporal.get_workflow_handle(opened.row.workflow_id)
        async with _reaching():
            try:
                await handle.signal(name, argument, rpc_timeout=PATIENCE)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                # It has ended, or whoever enrolled this person died before starting it: start it with the signal.
                return await self.start(opened, None, name, argument)
        return True

    def _input(self, opened: Opened, entry: EventSignal | None) -> Enrollment:
        return Enrollment(
            journey=opened.row.journey,
            user=opened.row.user_id,
            key=opened.row.key,
            enrollment=opened.row.id,
            definition=opened.version.definition,
            attributes=opened.attributes,
            zone=opened.zone,
            entry=entry,
            clock=self._clock,
        )


def heard(opened: Opened, happened: Happened, at: datetime) -> EventSignal:
    """An event as a journey hears it: with the properties that it looks at, and no others."""
    looked_at = opened.version.program().heard
    properties = {name: value for name, value in happened.properties.items() if name in looked_at}
    return EventSignal(name=happened.name, at=at, id=happened.message_id, properties=properties)


@asynccontextmanager
async def _reaching() -> AsyncIterator[None]:
    """Raises Unreachable for what passes, and Misconfigured for what somebody has to set right."""
    try:
        yield
    except RPCError as error:
        what = "what was sent is stored; send it again then, and nothing is done twice"
        if error.status in PASSING:
            raise Unreachable(f"Temporal does not answer ({error.message}); {what}") from error
        mend = "mend its namespace, search attributes (a starting worker makes them) or our rights"
        raise Misconfigured(f"Temporal refuses ({error.message}); {mend}; {what}") from error
