"""When a workflow has done all that it can do before time passes."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from channels.protocol import Failure
from domain.errors import BadInput
from domain.machine.state import Phase, State

# A retry that comes so soon is waited for; for others the test has to let time pass.
SOON = timedelta(seconds=5)


def rests(state: State, found: WorkflowExecutionDescription) -> bool:
    """Whether nothing is under way. Raises BadInput for a message that cannot be put into words, which is held."""
    if found.status is not WorkflowExecutionStatus.RUNNING or state.phase in (Phase.WAITING, Phase.HELD, Phase.DONE):
        return True
    pending = found.raw_description.pending_activities
    return bool(pending) and all(_is_put_off(activity, _now(found)) for activity in pending)


def _is_put_off(activity: PendingActivityInfo, now: datetime) -> bool:
    """Whether its next attempt is some time away."""
    if activity.last_failure.application_failure_info.type == Failure.CONFIGURATION:
        raise BadInput(f"{activity.last_failure.message} (it is held until that is mended)")
    waits = activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    if not waits or not activity.HasField("next_attempt_schedule_time"):
        return False
    return activity.next_attempt_schedule_time.ToDatetime(UTC) - now > SOON


def _now(found: WorkflowExecutionDescription) -> datetime:
    """The workflow's own time; ours until it has been moved for the first time."""
    extended = found.raw_description.workflow_extended_info
    if not extended.HasField("time_skipping_info"):
        return datetime.now(UTC)
    return extended.time_skipping_info.current_time.ToDatetime(UTC)
