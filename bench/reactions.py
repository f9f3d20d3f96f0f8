"""Workflows that wait for their signal, and how long after it the provider has the message."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from temporalio.client import WorkflowHandle

from bench.bare import BareTask, BareWorkflow
from bench.bare_worker import TASK_QUEUE
from bench.lab import Lab, new_batch
from client.inputs import Happened
from domain.clock import Clock
from workflows.inputs import EventSignal

MONTH_S = 30 * 24 * 3600.0
ASLEEP_EVENTS = 5  # started, one workflow task of three events, timer started


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workflow at rest that will write to this number when it is woken."""

    handle: WorkflowHandle[Any, Any]
    number: str
    wake: Callable[[], Awaitable[Any]]


async def waiting_journeys(lab: Lab, count: int, *, by_client: bool = False) -> list[Waiting]:
    """Journeys at rest, woken by a signal, or by the client, which stores the event first."""
    people = lab.people(new_batch(), count)
    opened = await lab.enrolled(people)
    await lab.all("starting journeys", [lab.journeys.start(one) for one in opened])
    found = []
    for person, one in zip(people, opened, strict=True):
        handle = lab.temporal.get_workflow_handle(one.row.workflow_id)
        signal = partial(handle.signal, "event", EventSignal(name="go"))
        found.append(Waiting(handle, str(person.phone), _report(lab, person.user_id) if by_client else signal))
    return await _asleep(lab, found)


async def waiting_bare(lab: Lab, count: int) -> list[Waiting]:
    """Bare workflows at rest."""
    batch, found = new_batch(), []
    for n in range(count):
        number = lab.phone()
        task = BareTask(number, MONTH_S)
        handle = await lab.temporal.start_workflow(
            BareWorkflow.run, task, id=f"bare/{batch}-{n}", task_queue=TASK_QUEUE
        )
        found.append(Waiting(handle, number, partial(handle.signal, BareWorkflow.go)))
    return await _asleep(lab, found)


async def wake(one: Waiting) -> datetime:
    """Wake it and let it end; when it was woken."""
    began = datetime.now(UTC)
    await one.wake()
    await one.handle.result()
    return began


def _report(lab: Lab, user_id: str) -> Callable[[], Awaitable[Any]]:
    return lambda: lab.homing(Clock()).event(Happened(user_id=user_id, name="go"))


async def _asleep(lab: Lab, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Until all of them have set their timers."""
    left = list(waiting)

    async def all_asleep() -> bool:
        while left:
            described = await left[-1].handle.describe()
            if described.history_length < ASLEEP_EVENTS:
                return False
            left.pop()
        return True

    await lab.until(all_asleep)
    return list(waiting)
