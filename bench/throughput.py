"""How many journeys are finished per second, next to a bare workflow of the same shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import Figure
from bench.lab import Lab, new_batch
from bench.loads import BARE_MESSAGES, BARE_WAITS, SIGNUPS, WAITS, Load
from bench.processor import everything_s, worker_s

NAME = "throughput"
READING = (
    "Journeys finished per second, from the first start to the last end, all on this machine: PostgreSQL, providers,"
    " workers, and Temporal's development server, which takes most of the processor and whose commits wait for the"
    " disk, as PostgreSQL's do. The bare workflow has one activity that posts to the sandbox, and a wait where the"
    " journey has one; batches of both take turns. A journey does more: it decides, renders, and stores the decision,"
    " the message and the outcome; a signup also stores the person; and the API takes in the provider's receipts, about"
    " a third of what is more. Processor time is per journey, of all these processes and the client, and is disturbed"
    " less than the rate by whatever else runs on the machine."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a batch came to: journeys per second, and milliseconds of processor time for each."""

    per_second: float
    everything_ms: float
    worker_ms: float


async def run(lab: Lab) -> list[Figure]:
    """Journeys and bare workflows in turn, so that noise meets both."""
    return [*await _compare(lab, SIGNUPS, BARE_MESSAGES), *await _compare(lab, WAITS, BARE_WAITS)]


async def _compare(lab: Lab, journey: Load, bare: Load) -> list[Figure]:
    ours, theirs = [], []
    for _ in range(lab.scale.rounds):
        theirs.append(await _batch(lab, bare))
        ours.append(await _batch(lab, journey))
    return [
        _figure(journey.what, "journeys/s", ours, theirs, "per_second", at_least=0.8),
        _figure("  processor time of everything", "ms", ours, theirs, "everything_ms"),
        _figure("  of it the worker's", "ms", ours, theirs, "worker_ms"),
    ]


def _figure(
    what: str, unit: str, ours: Sequence[Pace], theirs: Sequence[Pace], name: str, at_least: float | None = None
) -> Figure:
    value, bare = (median(getattr(pace, name) for pace in paces) for paces in (ours, theirs))
    return Figure(NAME, what, value, unit, bare, "bare workflow", at_least=at_least)


async def _batch(lab: Lab, load: Load) -> Pace:
    lab.fresh(load.journey)
    batch, info = new_batch(), lab.stack.info
    starts = await load.starts(lab, batch)
    everything, worker = everything_s(info, load.worker), worker_s(info, load.worker)
    await lab.all(load.what, starts)
    seconds = await _finished(lab, load.prefix + batch)
    everything, worker = everything_s(info, load.worker) - everything, worker_s(info, load.worker) - worker
    count = len(starts)
    return Pace(count / seconds, everything / count * 1000, worker / count * 1000)


async def _finished(lab: Lab, prefix: str) -> float:
    """Wait for the batch's last workflow; seconds since its first began. Visibility is asked: no poller limit there."""
    mine = f"WorkflowId STARTS_WITH '{prefix}'"

    async def done() -> bool:
        counted = await lab.temporal.count_workflows(f"{mine} AND ExecutionStatus = 'Completed'")
        return counted.count == lab.scale.batch

    await lab.until(done)
    listed = [one async for one in lab.temporal.list_workflows(mine)]
    last = max(one.close_time for one in listed if one.close_time)
    return (last - min(one.start_time for one in listed)).total_seconds()
