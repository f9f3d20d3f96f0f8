"""What a workflow costs in Temporal's billable actions, counted from its history by the documented rules.

A history holds all of it but queries, heartbeats and refused updates, which cost an action each and leave no event,
and the retries of an activity that still runs, which are written when it ends.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

LOCAL_ACTIVITY = "core_local_activity"  # how the SDK marks one in a history

# What each event costs by itself. A run that goes on as new is started anew, so its start stands for both.
PRICES: dict[int, tuple[str, int]] = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: ("start", 1),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: ("signal", 1),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: ("update", 1),
    EventType.EVENT_TYPE_TIMER_STARTED: ("timer", 1),
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: ("activity", 1),
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: ("search attributes", 1),
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: ("child workflow", 2),
}


def actions(events: Sequence[HistoryEvent]) -> Counter[str]:
    """The billable actions of one run by kind; `.total()` is what is billed.

    A week's wait that its timer ends, then one message, is Counter({"start": 1, "timer": 1, "activity": 1}).
    """
    found: Counter[str] = Counter()
    for event in events:
        kind, price = PRICES.get(event.event_type, ("", 0))
        found[kind] += price
    found["retry"] = sum(_retries(event) for event in events)
    found["local activities"] = len(set(_tasks_with_local_activities(events)))
    found["signal"] -= _signals_with_start(events)
    return +found  # without what is zero


def _retries(event: HistoryEvent) -> int:
    """Temporal writes one event for all attempts of an activity, the last one's, with its number."""
    is_attempt = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    return event.activity_task_started_event_attributes.attempt - 1 if is_attempt else 0


def _tasks_with_local_activities(events: Sequence[HistoryEvent]) -> Iterable[int]:
    """All local activities of one workflow task cost one action together."""
    for event in events:
        marker = event.marker_recorded_event_attributes
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED and marker.marker_name == LOCAL_ACTIVITY:
            yield marker.workflow_task_completed_event_id


def _signals_with_start(events: Sequence[HistoryEvent]) -> int:
    """A signal that came with the start costs nothing beyond it; it stands before the first workflow task."""
    kinds = [event.event_type for event in events[:2]]
    return int(kinds[1:] == [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED])
