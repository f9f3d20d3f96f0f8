"""Paths through journeys, walked step by step on a real server: what it writes down on the way is what is counted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from bench.journeys import ONBOARDING, wait_then_message
from domain.machine.state import Phase
from workflows.journey import JourneyWorkflow

Handle = WorkflowHandle[Any, str]
PATIENCE_S = 60.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Path:
    """At each rest either an event happens, or that much time passes; `ends` is the reason at the end."""

    name: str
    journey: str
    rests: tuple[tuple[str, str | timedelta], ...]
    ends: str = "completed"

    @property
    def takes_time(self) -> bool:
        """Whether some rest is ended by its timer."""
        return any(isinstance(what, timedelta) for _, what in self.rests)


WEEK = wait_then_message("7d")
BY_TIMER = Path("wait, then a message; the timer ends the wait", WEEK, (("patience", timedelta(days=7.1)),))
BY_SIGNAL = Path("wait, then a message; a signal ends the wait", WEEK, (("patience", "go"),))

LEAVES = Path(
    "onboarding, cheapest: leaves at once", ONBOARDING, (("first-use", "account_deleted"),), "event:account_deleted"
)
UPGRADES = Path(
    "onboarding, usual: uses it and upgrades",
    ONBOARDING,
    (("first-use", "first_use"), ("habit", "upgraded")),
    "upgraded",
)
WON_BACK = Path(
    "onboarding, dearest: won back, asks for help, upgrades",
    ONBOARDING,
    (
        ("first-use", timedelta(days=1.1)),
        ("first-week", timedelta(days=6.1)),
        ("second-chance", "first_use"),
        ("habit", "support_requested"),
        ("decision", "upgraded"),
    ),
    "upgraded",
)
PATHS = (BY_TIMER, BY_SIGNAL, LEAVES, UPGRADES, WON_BACK)


async def walk(
    path: Path,
    client: Client,
    workflow_id: str,
    do: Callable[[str], Awaitable[Any]],
    wait: Callable[[timedelta], Awaitable[Any]],
) -> Sequence[HistoryEvent]:
    """Take a started journey along the path; its history. Raises RuntimeError when it went another way."""
    handle = client.get_workflow_handle_for(JourneyWorkflow.run, workflow_id)
    for step, what in path.rests:
        await _resting(handle, step)
        await (do(what) if isinstance(what, str) else wait(what))
    if (reason := await handle.result()) != path.ends:
        raise RuntimeError(f"{path.name}: it ended with {reason}, not {path.ends}; is this machine too busy?")
    return await _history(client, workflow_id)


async def _history(client: Client, workflow_id: str) -> list[HistoryEvent]:
    """Of all runs, from the last back to the first: a long journey is continued as new."""
    events: list[HistoryEvent] = []
    run_id: str | None = None
    while run_id != "":
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        events = [*history.events, *events]
        run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return events


async def _resting(handle: Handle, step: str) -> None:
    """Until the journey waits at this step, with its timer set: an event that came earlier would leave that out."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            state = await handle.query(JourneyWorkflow.state)
            if state and state.step == step and state.phase is Phase.WAITING:
                return
            await asyncio.sleep(LOOK_EVERY_S)
