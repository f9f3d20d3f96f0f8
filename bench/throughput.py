"""How many journeys are finished per second, next to a bare workflow of the same shape."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

from bench.bare import BareTask, BareWorkflow
from bench.bare_worker import TASK_QUEUE
from bench.figures import Figure
from bench.journeys import ONE_MESSAGE, wait_then_message
from bench.lab import Lab, new_batch
from bench.place import BARE
from domain.clock import Clock

NAME = "throughput"
READING = (
    "Journeys finished per second, from the first start to the last end, all on this machine: PostgreSQL, Temporal's"
    " development server (which takes most of the processor), providers and workers. The bare workflow has one activity"
    " that posts to the sandbox, and a wait where the journey has one; batches of both take turns. What a journey does"
    " more: it decides, renders, and stores the decision, the message and the outcome. The worker's processor time"
    " is per journey, and is disturbed less than the rate by whatever else runs on the machine."
)
WAIT_S = 1
Starts = Sequence[Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of work: `starts` makes a batch's calls, and the ids of its workflows begin with `prefix`."""

    process: str
    prefix: str
    starts: Callable[[Lab, str], Awaitable[Starts]]
    journey: str = ONE_MESSAGE


@dataclass(frozen=True, slots=True)
class Pace:
    """What a batch came to: journeys per second, and milliseconds of the worker's processor time for each."""

    per_second: float
    worker_ms: float


async def _signups(lab: Lab, batch: str) -> Starts:
    homing = lab.homing(Clock())
    return [homing.signup(one) for one in lab.people(batch, lab.scale.batch)]


async def _enrolled(lab: Lab, batch: str) -> Starts:
    return [lab.journeys.start(one) for one in await lab.enrolled(lab.people(batch, lab.scale.batch))]


async def _bare(lab: Lab, batch: str) -> Starts:
    return _bare_starts(lab, batch, 0)


async def _bare_waiting(lab: Lab, batch: str) -> Starts:
    return _bare_starts(lab, batch, WAIT_S)


def _bare_starts(lab: Lab, batch: str, wait_s: float) -> Starts:
    return [
        lab.temporal.start_workflow(
            BareWorkflow.run, BareTask(lab.phone(), wait_s), id=f"bare/{batch}-{n}", task_queue=TASK_QUEUE
        )
        for n in range(lab.scale.batch)
    ]


PAIRS = {
    "signup → message → end": (Load("worker", "journey/bench/", _signups), Load(BARE, "bare/", _bare)),
    "wait → message → end": (
        Load("worker", "journey/bench/", _enrolled, wait_then_message(f"{WAIT_S}s")),
        Load(BARE, "bare/", _bare_waiting),
    ),
}


async def run(lab: Lab) -> list[Figure]:
    """Journeys and bare workflows in turn, so that noise meets both."""
    return [figure for what, pair in PAIRS.items() for figure in await _compare(lab, what, *pair)]


async def _compare(lab: Lab, what: str, journey: Load, bare: Load) -> list[Figure]:
    ours, theirs = [], []
    for _ in range(lab.scale.rounds):
        theirs.append(await _batch(lab, bare, "bare workflows"))
        ours.append(await _batch(lab, journey, what))
    rate, bare_rate = (median(pace.per_second for pace in paces) for paces in (ours, theirs))
    cpu, bare_cpu = (median(pace.worker_ms for pace in paces) for paces in (ours, theirs))
    return [
        Figure(NAME, what, rate, "journeys/s", bare_rate, "bare workflow", at_least=0.8),
        Figure(NAME, "  the worker's processor time", cpu, "ms", bare_cpu, "bare workflow"),
    ]


async def _batch(lab: Lab, load: Load, what: str) -> Pace:
    lab.fresh(load.journey)
    batch, process = new_batch(), psutil.Process(lab.stack.info.pids[load.process])
    starts = await load.starts(lab, batch)
    before = _processor_s(process)
    await lab.all(what, starts)
    seconds = await _finished(lab, load.prefix + batch)
    return Pace(len(starts) / seconds, (_processor_s(process) - before) / len(starts) * 1000)


async def _finished(lab: Lab, prefix: str) -> float:
    """Wait for the batch's last workflow; seconds since its first began. Asks visibility, which has no poller limit."""
    mine = f"WorkflowId STARTS_WITH '{prefix}'"

    async def done() -> bool:
        counted = await lab.temporal.count_workflows(f"{mine} AND ExecutionStatus = 'Completed'")
        return counted.count == lab.scale.batch

    await lab.until(done)
    listed = [one async for one in lab.temporal.list_workflows(mine)]
    last = max(one.close_time for one in listed if one.close_time)
    return (last - min(one.start_time for one in listed)).total_seconds()


def _processor_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
