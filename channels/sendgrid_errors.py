"""What SendGrid's answers mean, in the words of the channel protocol."""

import json
import re
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from urllib.error import URLError

from channels.protocol import ChannelError, Failure

# Where SendGrid puts its finger when an address is not one; the index is that of the recipient.
RECIPIENT_FIELD = re.compile(r"personalizations\.\d+\.(to|cc|bcc)\b.*")
SECONDS = re.compile("[0-9]{1,10}")  # since 1970
# The connection was never made: nothing was sent. urllib raises a timeout while it waits for the answer
# as a bare TimeoutError, so that one inside a URLError means connecting.
NO_CONNECTION = (ConnectionRefusedError, socket.gaierror, TimeoutError)


def from_answer(status: int, body: bytes, headers: Mapping[str, str], now: datetime) -> ChannelError:
    """The error for an answer that is no acceptance. SendGrid's own words stay out: they name the person."""
    failure, reason = verdict(status, body)
    wait = _wait(headers.get("X-RateLimit-Reset"), now) if status == 429 else None
    return ChannelError(failure, reason, f"SendGrid answered HTTP {status}", wait)


def verdict(status: int, body: bytes) -> tuple[Failure, str]:
    """What an HTTP status means, by SendGrid's table of them."""
    if status == 429:
        return Failure.TRANSIENT, "rate_limited"
    if status in (408, 503):
        # 503 is "the v3 Web API is not available": it has taken nothing. The other 5xx happen on the way.
        return Failure.TRANSIENT, "provider_unavailable"
    if status >= 500:
        return Failure.AMBIGUOUS, "provider_error"
    if status in (401, 403):
        return Failure.CONFIGURATION, "credentials_refused"
    if status == 400 and _blames_recipient(body):
        return Failure.PERMANENT, "invalid_address"
    if status < 300:
        return Failure.AMBIGUOUS, "unclear_answer"
    return Failure.CONFIGURATION, "request_refused"


def from_exception(error: OSError | HTTPException) -> ChannelError:
    """The error for a call without an answer. Without a connection nothing was sent; otherwise who knows."""
    cause = error.reason if isinstance(error, URLError) else None
    if isinstance(cause, NO_CONNECTION):
        kind = type(cause).__name__
        return ChannelError(Failure.TRANSIENT, "provider_unreachable", f"no connection to SendGrid ({kind})")
    return ChannelError(Failure.AMBIGUOUS, "no_answer", f"SendGrid did not answer ({type(error).__name__})")


def _blames_recipient(body: bytes) -> bool:
    try:
        fields = [str(error["field"]) for error in json.loads(body)["errors"]]
    except (ValueError, TypeError, KeyError):
        return False
    return bool(fields) and all(RECIPIENT_FIELD.fullmatch(field) for field in fields)


def _wait(reset: str | None, now: datetime) -> timedelta | None:
    """How long until the moment in Unix seconds when SendGrid listens again."""
    if reset is None or not SECONDS.fullmatch(reset):
        return None
    return max(datetime.fromtimestamp(int(reset), UTC) - now, timedelta(0))
