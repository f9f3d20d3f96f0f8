"""What the answers of push services mean, in the words of the channel protocol (RFC 8030, and what each documents)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import NewConnectionError

from channels.protocol import ChannelError, Failure

GONE = {404, 410}  # this subscription will never work again
SECONDS = re.compile("[0-9]{1,9}")  # more are no wait
HOPE = (Failure.AMBIGUOUS, Failure.TRANSIENT, Failure.CONFIGURATION, Failure.PERMANENT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one push: accepted, under a location if there is one; or gone; or an error."""

    accepted: bool = False
    location: str | None = None
    gone: bool = False
    error: ChannelError | None = None


def from_answer(status: int, headers: Mapping[str, str], now: datetime) -> Answer:
    """What a status means. The words of a push service stay out: they may hold the endpoint."""
    if status in (201, 202):
        return Answer(accepted=True, location=headers.get("Location"))
    if status in GONE:
        return Answer(gone=True)
    failure, reason = verdict(status)
    wait = _wait(headers.get("Retry-After"), now) if failure is Failure.TRANSIENT else None
    return Answer(error=ChannelError(failure, reason, f"the push service answered HTTP {status}", wait))


def verdict(status: int) -> tuple[Failure, str]:
    """A status that is no acceptance."""
    if status == 429:
        return Failure.TRANSIENT, "rate_limited"
    if status == 408 or status >= 500:
        return Failure.TRANSIENT, "provider_unavailable"
    if status in (401, 403):
        return Failure.CONFIGURATION, "credentials_refused"  # not our key, or our clock is wrong
    if status == 413:
        return Failure.CONFIGURATION, "content_refused"
    if status < 300:
        return Failure.AMBIGUOUS, "unclear_answer"
    return Failure.CONFIGURATION, "request_refused"


def from_exception(error: requests.RequestException) -> ChannelError:
    """The error for a push without an answer. Without a connection nothing was sent; otherwise who knows."""
    kind = type(error).__name__
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(getattr(cause, "reason", None), NewConnectionError):
        return ChannelError(Failure.TRANSIENT, "provider_unreachable", f"no connection to the push service ({kind})")
    return ChannelError(Failure.AMBIGUOUS, "no_answer", f"the push service did not answer ({kind})")


def nobody() -> ChannelError:
    """None of the person's browsers takes pushes any more."""
    return ChannelError(Failure.PERMANENT, "no_browser", "no browser of the person takes notifications any more")


def hopelessness(error: ChannelError) -> int:
    """To find the error of several that is the most likely to pass."""
    return HOPE.index(error.failure)


def _wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long, said in seconds or as a date."""
    if retry_after is None:
        return None
    if SECONDS.fullmatch(retry_after):
        return timedelta(seconds=min(int(retry_after), 86_400))
    try:
        return max(parsedate_to_datetime(retry_after) - now, timedelta(0))
    except (ValueError, TypeError):
        return None
