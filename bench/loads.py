"""Batches of work: people who sign up, people who are enrolled already, and bare workflows of the same shape."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from bench.bare import BareTask, BareWorkflow
from bench.bare_worker import TASK_QUEUE
from bench.journeys import JOURNEY, ONE_MESSAGE, wait_then_message
from bench.lab import Lab
from bench.place import BARE, HOMING
from domain.clock import Clock

WAIT_S = 1
Starts = Sequence[Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Load:
    """`starts` gives a batch's calls; the ids of its workflows begin with `prefix`, and `worker` works on them."""

    what: str
    worker: str
    prefix: str
    starts: Callable[[Lab, str], Awaitable[Starts]]
    journey: str = ONE_MESSAGE


async def _signups(lab: Lab, batch: str) -> Starts:
    homing = lab.homing(Clock())
    return [homing.signup(one) for one in lab.people(batch, lab.scale.batch)]


async def _enrolled(lab: Lab, batch: str) -> Starts:
    return [lab.journeys.start(one) for one in await lab.enrolled(lab.people(batch, lab.scale.batch))]


def _bare(wait_s: float) -> Callable[[Lab, str], Awaitable[Starts]]:
    async def starts(lab: Lab, batch: str) -> Starts:
        return [
            lab.temporal.start_workflow(
                BareWorkflow.run, BareTask(lab.phone(), wait_s), id=f"bare/{batch}-{n}", task_queue=TASK_QUEUE
            )
            for n in range(lab.scale.batch)
        ]

    return starts


OURS = f"journey/{JOURNEY}/"
SIGNUPS = Load("signup → message → end", HOMING, OURS, _signups)
WAITS = Load("wait → message → end", HOMING, OURS, _enrolled, wait_then_message(f"{WAIT_S}s"))
BARE_MESSAGES = Load("bare workflows", BARE, "bare/", _bare(0))
BARE_WAITS = Load("bare workflows that wait", BARE, "bare/", _bare(WAIT_S))
