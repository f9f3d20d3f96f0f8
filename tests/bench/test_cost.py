"""What journeys cost, held on the real server in virtual time: counts, so the same on every machine."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from bench.actions import actions
from bench.paths import BY_SIGNAL, BY_TIMER, LEAVES, UPGRADES, WON_BACK, Path, walk
from tests.stage import Stage

# What moving the clock by hand writes into a history, and real time does not.
VIRTUAL_TIME = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
)


@pytest.mark.parametrize(
    ("path", "billed", "events"),
    [
        # start, timer, activity
        (BY_TIMER, 3, 16),
        # start, timer, signal, activity
        (BY_SIGNAL, 4, 17),
        # start, welcome, search attributes, timer, signal, the end
        (LEAVES, 6, 24),
        # start, three messages, two signals, the end, and a timer with search attributes at each of two rests
        (UPGRADES, 11, 43),
        # start, six messages, three signals, the end, and a timer with search attributes at each of five rests
        (WON_BACK, 21, 80),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
async def test_a_journey_costs_no_more_than_its_figure(stage: Stage, path: Path, billed: int, events: int) -> None:
    """Billable actions and history events of each path."""
    stage.publish(path.journey)
    handle = await stage.signup("alice")

    async def do(event: str) -> None:
        await stage.event("alice", event)

    async def wait(duration: timedelta) -> None:
        await stage.environment.fast_forward(handle, duration)

    history = await walk(path, stage.environment.client, handle.id, do, wait)
    assert actions(history).total() == billed
    assert len([event for event in history if event.event_type not in VIRTUAL_TIME]) == events
