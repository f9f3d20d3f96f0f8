"""The bare workflow that everything is compared with: a wait or none, then one activity."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

ATTEMPT = timedelta(seconds=25)


@dataclass(frozen=True)
class BareTask:
    """Whom to write to, and for how many seconds to wait for the signal before that; 0 does not wait at all."""

    to: str
    wait_s: float = 0


@workflow.defn(name="Bare")
class BareWorkflow:
    """What somebody writes who needs one message and no journeys."""

    def __init__(self) -> None:
        self._go = False

    @workflow.run
    async def run(self, task: BareTask) -> None:
        """Send one message."""
        if task.wait_s:
            with suppress(TimeoutError):
                await workflow.wait_condition(lambda: self._go, timeout=timedelta(seconds=task.wait_s))
        await workflow.execute_activity("post", task.to, start_to_close_timeout=ATTEMPT)

    @workflow.signal
    def go(self) -> None:
        """End the wait."""
        self._go = True
