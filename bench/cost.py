"""What a journey costs in Temporal's billable actions and history events, counted from histories of the real server."""

import asyncio
from datetime import UTC, datetime, timedelta

from bench.actions import actions
from bench.figures import Figure
from bench.lab import Lab, new_batch
from bench.paths import BY_SIGNAL, BY_TIMER, PATHS, Path, walk
from client.inputs import Happened
from domain.clock import Clock

NAME = "cost"
READING = (
    "Temporal Cloud bills actions; events are what the history of one run holds. Counted, not timed: the same on"
    " every machine, and held by tests. Each retry of a failing provider is an action more."
)
PACE = 172_800.0  # a journey day takes half a second: time passes by itself, and leaves time for what happens in it
AIMS = {BY_TIMER.name: (3, 16), BY_SIGNAL.name: (4, 17)}  # actions and events at most


async def run(lab: Lab) -> list[Figure]:
    """Walk all paths."""
    found: list[Figure] = []
    for journey in dict.fromkeys(path.journey for path in PATHS):
        lab.fresh(journey)
        paths = [path for path in PATHS if path.journey == journey]
        for figures in await asyncio.gather(*(_figures(lab, path) for path in paths)):
            found += figures
    return found


async def _figures(lab: Lab, path: Path) -> list[Figure]:
    (person,) = lab.people(new_batch(), 1)
    homing = lab.homing(Clock(PACE, datetime.now(UTC)) if path.takes_time else Clock())
    (workflow_id,) = (await homing.signup(person)).started

    async def do(event: str) -> None:
        await homing.event(Happened(user_id=person.user_id, name=event))

    async def wait(_: timedelta) -> None:
        """It passes."""

    events = await walk(path, lab.temporal, workflow_id, do, wait)
    most_actions, most_events = AIMS.get(path.name, (None, None))
    return [
        Figure(NAME, path.name, actions(events).total(), "actions", at_most=most_actions),
        Figure(NAME, "  history", len(events), "events", at_most=most_events),
    ]
