"""The bare workflow that everything is compared with: wait or not, then one activity. Nothing else is in it."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

ATTEMPT = timedelta(seconds=25)


@dataclass(frozen=True)
class BareTask:
    """Whom to write to. Waits for the `go` signal at most `wait_s` seconds before; not at all when that is 0."""

    to: str
    wait_s: float = 0


@workflow.defn(name="Bare")
class BareWorkflow:
    """What somebody would write who needs one message and no journeys."""

    def __init__(self) -> None:
        self._go = False

    @workflow.run
    async def run(self, task: BareTask) -> None:
        """Send one message."""
        if task.wait_s:
            try:
                await workflow.wait_condition(lambda: self._go, timeout=timedelta(seconds=task.wait_s))
            except TimeoutError:
                pass
        await workflow.execute_activity("post", task.to, start_to_close_timeout=ATTEMPT)

    @workflow.signal
    def go(self) -> None:
        """End the wait."""
        self._go = True
