"""Counting billable actions in histories made by hand, one rule at a time."""

from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.actions import actions


def event(kind: str, **attributes: Any) -> HistoryEvent:
    """An event such as `event("TIMER_STARTED")`, with the attributes that its kind has."""
    made = HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{kind}"))
    details = getattr(made, f"{kind.lower()}_event_attributes")
    details.SetInParent()
    for name, value in attributes.items():
        setattr(details, name, value)
    return made


START = event("WORKFLOW_EXECUTION_STARTED")
SIGNAL = event("WORKFLOW_EXECUTION_SIGNALED")
TASK = [event(f"WORKFLOW_TASK_{what}") for what in ("SCHEDULED", "STARTED", "COMPLETED")]
TIMER = event("TIMER_STARTED")
ACTIVITY = event("ACTIVITY_TASK_SCHEDULED")
END = event("WORKFLOW_EXECUTION_COMPLETED")


def attempt(number: int) -> HistoryEvent:
    """The one event that tells of all attempts of an activity."""
    return event("ACTIVITY_TASK_STARTED", attempt=number)


def local_activity(task: int) -> HistoryEvent:
    """The marker that a local activity leaves, in the workflow task of this number."""
    return event("MARKER_RECORDED", marker_name="core_local_activity", workflow_task_completed_event_id=task)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        # starts, ends and workflow tasks: only the start is billed
        ([START, *TASK, END], {"start": 1}),
        # a timer that is cancelled was started all the same
        ([START, *TASK, TIMER, event("TIMER_CANCELED"), END], {"start": 1, "timer": 1}),
        # a signal
        ([START, *TASK, SIGNAL, *TASK, END], {"start": 1, "signal": 1}),
        # a signal that came with the start is the start's
        ([START, SIGNAL, *TASK, END], {"start": 1}),
        # but not a second one
        ([START, SIGNAL, SIGNAL, *TASK, END], {"start": 1, "signal": 1}),
        # an activity that succeeded at once, and one at its third attempt
        ([START, ACTIVITY, attempt(1)], {"start": 1, "activity": 1}),
        ([START, ACTIVITY, attempt(3)], {"start": 1, "activity": 1, "retry": 2}),
        # an activity that still runs has told nothing of its attempts
        ([START, ACTIVITY], {"start": 1, "activity": 1}),
        # local activities: one action for each workflow task that had any
        ([START, local_activity(4), local_activity(4), local_activity(9)], {"start": 1, "local activities": 2}),
        # other markers are free
        ([START, event("MARKER_RECORDED", marker_name="core_patch")], {"start": 1}),
        # search attributes that are set on the way
        ([START, *TASK, event("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")], {"start": 1, "search attributes": 1}),
        # an update
        ([START, *TASK, event("WORKFLOW_EXECUTION_UPDATE_ACCEPTED")], {"start": 1, "update": 1}),
        # a child workflow is two
        ([START, *TASK, event("START_CHILD_WORKFLOW_EXECUTION_INITIATED")], {"start": 1, "child workflow": 2}),
    ],
)
def test_each_event_is_billed_by_its_rule(events: list[HistoryEvent], expected: dict[str, int]) -> None:
    """What Temporal's documentation bills is counted, and nothing else."""
    assert dict(actions(events)) == expected


def test_the_total_is_what_is_billed_for_a_whole_journey() -> None:
    """A wait that its timer ends, and one message: three actions."""
    events = [START, *TASK, TIMER, event("TIMER_FIRED"), *TASK, ACTIVITY, attempt(1), event("ACTIVITY_TASK_COMPLETED")]
    assert actions([*events, *TASK, END]).total() == 3


def test_an_empty_history_costs_nothing() -> None:
    """There is nothing to bill."""
    assert actions([]).total() == 0
