"""Telling Temporal of a send: the verification's workflow is started with it, or signalled, each safe to repeat."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from client.verifying.opening import Opened
from domain.errors import Conflict, Unreachable
from workflows.verification import Begun, SendSignal, VerificationWorkflow, workflow_id_of

PATIENCE = timedelta(seconds=5)  # somebody looks at a screen and waits
FIRST = Priority(priority_key=1)  # the same person, while a worker still has thousands of reminders to send


class Telling:
    """`receipts` tells whether providers report back to us."""

    def __init__(self, temporal: Client, task_queue: str, *, receipts: bool) -> None:
        self._temporal = temporal
        self._task_queue = task_queue
        self._receipts = receipts

    async def make(self, opened: Opened) -> None:
        """Have it sent. Raises Unreachable, or Conflict if the verification's workflow is over."""
        view, send = opened.view, SendSignal(number=opened.number, channel=opened.view.channel)
        begun = Begun(verification=view.id, expires_at=view.expires_at, receipts=self._receipts, first=send)
        first = opened.number == 1
        try:
            await self._temporal.start_workflow(
                VerificationWorkflow.run,
                begun,
                id=workflow_id_of(view.id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                start_signal=None if first else "send",
                start_signal_args=[] if first else [send],
                static_summary=f"One-time code for {view.purpose}",
                priority=FIRST,
                rpc_timeout=PATIENCE,
            )
        except WorkflowAlreadyStartedError as error:
            raise Conflict("this verification is over; start a new one") from error
        except (RPCError, RuntimeError) as error:
            raise Unreachable(f"Temporal does not answer ({error}); no code was sent") from error
