"""Telling Temporal: start a journey's workflow and signal it, each safe to repeat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
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
from domain.errors import HomingError, Misconfigured, Unreachable
from domain.machine.stimuli import Order
from models.enrollments import Opened
from runtime.temporal import how_to_reach
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
LONGEST = 3  # times as long for what takes several calls, or a connection that hangs
NO_CONNECTION = "Failed client connect"  # how Temporal's client begins
STORED = "what was sent is stored; a relay, as the API runs one, will tell it, and so does sending it again"
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
            async with self._reaching():
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

    async def order(self, opened: Opened, order: Order, reason: str) -> bool:
        """Signal an order; False if the journey has ended."""
        return await self._tell(opened, "order", OrderSignal(order=order, reason=reason, id=uuid4().hex))

    async def change(self, opened: Opened) -> bool:
        """Signal the person's attributes as they are now; False if the journey has ended."""
        return await self._tell(opened, "attributes", AttributesSignal(attributes=opened.attributes, zone=opened.zone))

    async def signal(self, workflow_id: str, name: str, argument: Any) -> bool:
        """Signal a workflow; False if it has ended, or was never started."""
        handle = self._temporal.get_workflow_handle(workflow_id)
        async with self._reaching():
            return await _there(handle.signal(name, argument, rpc_timeout=PATIENCE))

    async def erase(self, workflow_id: str) -> bool:
        """End a workflow and remove the histories of all its runs; False while Temporal is still at it.

        One that runs is removed at once, one that has ended when the server's queues have passed it: in half a minute.
        """
        async with self._reaching():
            runs = [one.run_id async for one in self._temporal.list_workflows(f"WorkflowId = '{workflow_id}'")]
            left = [await self._remove(workflow_id, run) for run in dict.fromkeys([*runs, ""])]
        return not any(left)

    async def _remove(self, workflow_id: str, run: str) -> bool:
        """Whether there was anything to remove; no run is the last one."""
        request = DeleteWorkflowExecutionRequest(
            namespace=self._temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run),
        )
        return await _there(self._temporal.workflow_service.delete_workflow_execution(request, timeout=PATIENCE))

    async def _tell(self, opened: Opened, name: str, argument: Any) -> bool:
        """If it has not ended, whoever enrolled this person died before starting it: start it with the signal."""
        told = await self.signal(opened.row.workflow_id, name, argument)
        return told or await self.start(opened, None, name, argument)

    @asynccontextmanager
    async def _reaching(self) -> AsyncIterator[None]:
        """Raises Unreachable for what passes, Misconfigured for what somebody must mend, Refused for one thing."""
        try:
            async with asyncio.timeout(LONGEST * PATIENCE.total_seconds()):
                yield
        except RPCError as error:
            raise _in_our_words(error) from error
        except (RuntimeError, TimeoutError) as error:  # of a connection that was never made
            if isinstance(error, RuntimeError) and not str(error).startswith(NO_CONNECTION):
                raise
            host = self._temporal.service_client.config.target_host
            reach = how_to_reach({"target_host": host, "namespace": self._temporal.namespace}, error)
            raise Unreachable(f"{reach}; {STORED}") from error

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


async def _there(call: Awaitable[Any]) -> bool:
    """Make a call about a workflow; False if there is no such workflow, or it has ended."""
    try:
        await call
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND or error.message.startswith("Namespace"):
            raise
        return False
    return True


class Refused(Misconfigured):
    """Temporal does not take this one thing, for what it is."""


def _in_our_words(error: RPCError) -> HomingError:
    if error.status in PASSING:
        return Unreachable(f"Temporal does not answer ({error.message}); {STORED}")
    if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" not in error.message.lower():
        return Refused(f"Temporal refuses this ({error.message}); it is stored: see `starter.py outbox list`")
    mend = "mend its namespace, search attributes (a starting worker makes them) or our rights"
    return Misconfigured(f"Temporal refuses ({error.message}); {mend}; {STORED}")
