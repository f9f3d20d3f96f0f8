"""What a failed send means for its message row and for Temporal's retries."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from channels.protocol import ChannelError, Failure
from domain.delivery import MessageState

# A dropped connection leaves the provider a moment to finish what it had begun, before it is asked.
ASK_AFTER = timedelta(seconds=3)
# Nobody is hurt by our own mistake but by the time it takes to mend it: look again soon, without a flood of errors.
LOOK_AGAIN_AFTER = timedelta(minutes=5)
# Who waits for longer looks in between whether the rate is another one by now; 72 looks until a delivery is given up.
LONGEST_AWAY = timedelta(hours=1)

# The providers' clients wait 10 s for a connection and 10 s for the answer. An attempt that could not be through by
# the end of its hold does not begin: the next one would ask about a message that is still on its way.
LONGEST_CALL = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Consequence:
    """The row's new state, and when to try again; None means that the channel is over and the next one is tried."""

    state: MessageState
    retry: bool
    after: timedelta | None = None


def consequence(error: ChannelError) -> Consequence:
    """What follows from a channel's error."""
    match error.failure:
        case Failure.PERMANENT:
            return Consequence(MessageState.FAILED, retry=False)
        case Failure.TRANSIENT:
            return Consequence(MessageState.RETRYING, retry=True, after=error.retry_after)
        case Failure.CONFIGURATION:
            return Consequence(MessageState.RETRYING, retry=True, after=LOOK_AGAIN_AFTER)
        case Failure.AMBIGUOUS:
            return Consequence(MessageState.SENDING, retry=True, after=ASK_AFTER)


# Said of one person's phone or mailbox, by a provider that is well.
OF_ONE_PERSON = frozenset({"not_delivered"})


def speaks_of_provider(error: ChannelError) -> bool:
    """Whether it is about the provider: that it is busy, down or silent. Otherwise it was there, and has judged."""
    return error.failure in (Failure.TRANSIENT, Failure.AMBIGUOUS) and error.reason not in OF_ONE_PERSON


def counts(error: ChannelError) -> bool:
    """Whether it speaks for a provider that is down: one that says when to come back, and not "now", is only busy."""
    return not (error.reason == "rate_limited" and error.retry_after)


def try_again(failure: str, detail: str, after: timedelta | None) -> ApplicationError:
    """An error that makes Temporal run the activity again, after this long if it is known how long.

    Benign, because it is expected and has been logged in our own words: Temporal's would be a traceback.
    """
    away = min(after, LONGEST_AWAY) if after else None
    return ApplicationError(detail, type=failure, next_retry_delay=away, category=ApplicationErrorCategory.BENIGN)
