"""What sleeping journeys cost the worker: its memory, and the time to wake one that it no longer remembers."""

from collections.abc import Iterable
from dataclasses import replace
from statistics import median
from uuid import uuid4

import psutil

from bench.figures import Figure
from bench.journeys import wait_then_message
from bench.lab import Lab, new_batch
from bench.latency import reaction_times
from bench.place import CACHED, HOMING
from bench.reactions import waiting_journeys
from models.enrollments import Enrollment, Opened, workflow_id_of

NAME = "memory"
READING = (
    f"Resident memory of the worker's process. It keeps the journeys that it saw last ({CACHED} here, 1,000 if"
    " HOMING_CACHED_JOURNEYS is not set) and forgets the others, which sleep in Temporal alone; a forgotten one is read"
    " back and replayed when it wakes."
)
QUIET_S = 0.03  # processor seconds that a worker at rest uses at most in a second
MONTH = wait_then_message("30d")


async def run(lab: Lab) -> list[Figure]:
    """Fill the worker with sleeping journeys, weigh it, and wake the first, forgotten by then, and the last."""
    lab.fresh(MONTH)
    first, second = lab.scale.sleeping
    process = psutil.Process(lab.stack.info.pids[HOMING])
    empty = await _weigh(lab, process)
    forgotten = await waiting_journeys(lab, lab.scale.wakes)
    await _fill(lab, first - lab.scale.wakes)
    light = await _weigh(lab, process)
    await _fill(lab, second - first)
    heavy = await _weigh(lab, process)
    remembered = await waiting_journeys(lab, lab.scale.wakes)
    taken = await reaction_times(lab, {"forgotten": forgotten, "remembered": remembered})
    replayed, cached = median(taken["forgotten"]), median(taken["remembered"])
    return [
        Figure(NAME, f"worker with {first:,} sleeping journeys", light, "MB", empty, "without any"),
        Figure(NAME, f"worker with {second:,} sleeping journeys", heavy, "MB", light, f"with {first:,}", at_most=1.2),
        Figure(NAME, "waking a forgotten journey, p50", replayed, "ms", cached, "a remembered one"),
    ]


async def _fill(lab: Lab, count: int) -> None:
    batch = new_batch()
    (pattern,) = await lab.enrolled(lab.people(batch, 1))
    users = (f"{batch}-sleeper-{n}" for n in range(count))
    await lab.all("journeys go to sleep", [lab.journeys.start(one) for one in _alike(pattern, users)])


def _alike(pattern: Opened, users: Iterable[str]) -> Iterable[Opened]:
    """Enrollments that are in no database: these journeys sleep on, and nobody asks for their rows."""
    for user in users:
        row = pattern.row
        workflow_id = workflow_id_of(row.journey, user)
        copy = Enrollment(**row.model_dump() | {"id": uuid4().hex, "user_id": user, "workflow_id": workflow_id})
        yield replace(pattern, row=copy, created=True)


async def _weigh(lab: Lab, process: psutil.Process) -> float:
    """Megabytes, when the worker has come to rest."""
    used = -1.0

    async def at_rest() -> bool:
        nonlocal used
        before, used = used, sum(process.cpu_times()[:2])
        return before >= 0 and used - before <= QUIET_S

    await lab.until(at_rest, every_s=1)
    return process.memory_info().rss / 1e6
