"""Time limits and retry rules of activities, by name."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import Priority, RetryPolicy
from temporalio.workflow import ActivityCancellationType

from domain.contact.terms import Terms


class ActivityOptions(TypedDict):
    """The options that every activity call names."""

    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    cancellation_type: ActivityCancellationType


PATIENTLY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))

# One attempt: a few transactions and, in the worst case, one provider call that runs into its 10 s time-out. Only
# after this may another attempt begin, so no two attempts are ever with the provider together.
ATTEMPT = timedelta(seconds=25)

# A provider that is down for a weekend delays its messages; past that, a reminder would be older than its reason.
DELIVERY: ActivityOptions = {
    "start_to_close_timeout": ATTEMPT,
    "schedule_to_close_timeout": timedelta(days=3),
    "retry_policy": PATIENTLY,
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}

# Our own database: it comes back, and the workflow has nothing better to do than to wait for it.
BOOKKEEPING: ActivityOptions = {
    "start_to_close_timeout": ATTEMPT,
    "schedule_to_close_timeout": timedelta(days=365),
    "retry_policy": PATIENTLY,
    "cancellation_type": ActivityCancellationType.TRY_CANCEL,
}

# Codes have limits, and ours may be reached for a moment; a code that comes after its life would help nobody.
ASKING: ActivityOptions = {
    "start_to_close_timeout": ATTEMPT,
    "schedule_to_close_timeout": timedelta(minutes=10),
    "retry_policy": PATIENTLY,
    "cancellation_type": ActivityCancellationType.TRY_CANCEL,
}

# A code is of use for minutes: after this long the next channel is tried; at once, if it would have to wait for longer.
LONGEST_CODE = timedelta(seconds=75)
CODE: ActivityOptions = {
    "start_to_close_timeout": ATTEMPT,
    "schedule_to_close_timeout": LONGEST_CODE,
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)),
    "cancellation_type": ActivityCancellationType.TRY_CANCEL,
}

# In which order workers get what waits for them; what says nothing has 3, https://docs.temporal.io/task-queue-priority
TRANSACTIONAL = Priority(priority_key=2)  # it answers what somebody has just done
URGENCY = {"high": Priority(priority_key=3), "normal": Priority(priority_key=4), "low": Priority(priority_key=5)}


def urgency(terms: Terms) -> Priority:
    """A campaign of a hundred thousand messages leaves the way to who waits for theirs. Codes come before both."""
    return TRANSACTIONAL if terms.transactional else URGENCY[terms.priority]
