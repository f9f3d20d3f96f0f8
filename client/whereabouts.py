"""Where a person is in a running journey, asked of its workflow: for one person's page, never for lists.

PostgreSQL knows which journeys run, and not at which step: to write that down at each step would cost every person a
transaction each time. A query costs one billable action, only when somebody looks, and needs a worker to answer.
"""

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError, RPCStatusCode

from domain.machine.state import State
from workflows.journey import JourneyWorkflow

PATIENCE = timedelta(seconds=3)
NOT_BEGUN = "its workflow has not begun yet"
NO_ANSWER = "neither Temporal nor a worker answers right now"


async def whereabouts(temporal: Client, workflow_ids: list[str]) -> list[State | str]:
    """The state of each workflow, or why nobody can tell. Nothing is raised."""
    return await asyncio.gather(*(_ask(temporal, workflow_id) for workflow_id in workflow_ids))


async def _ask(temporal: Client, workflow_id: str) -> State | str:
    handle = temporal.get_workflow_handle_for(JourneyWorkflow.run, workflow_id)
    try:
        return await handle.query(JourneyWorkflow.state, rpc_timeout=PATIENCE) or NOT_BEGUN
    except RPCError as error:
        return NOT_BEGUN if error.status is RPCStatusCode.NOT_FOUND else NO_ANSWER
    except (RuntimeError, WorkflowQueryFailedError, WorkflowQueryRejectedError):  # the first: never connected yet
        return NO_ANSWER
