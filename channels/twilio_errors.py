"""What Twilio's answers mean: its codes and HTTP statuses in the words of the channel protocol.

Codes 20xxx and 21xxx come in the answer to a send, 13xxx, 30xxx and most of 63xxx later, in a status callback.
"""

import json
import re
from datetime import timedelta

import requests
from urllib3.exceptions import NewConnectionError

from channels.protocol import ChannelError, Failure

Verdict = tuple[Failure, str]
SECONDS = re.compile("[0-9]{1,9}")  # more are no wait

# The reasons are words for decisions and reports: what happened, not whose code it was.
CODES: dict[Verdict, set[int]] = {
    (Failure.PERMANENT, "invalid_address"): {21211, 21214, 21217, 21614, 63003, 63024},
    (Failure.PERMANENT, "opted_out"): {21610},
    (Failure.PERMANENT, "unreachable"): {13224, 21612, 21635, 30005, 30006},
    (Failure.PERMANENT, "blocked"): {21216, 30004, 63014},
    (Failure.CONFIGURATION, "credentials_refused"): {20003},
    # A country that the account may not write to or call, or a number that is not verified while on trial.
    (Failure.CONFIGURATION, "destination_not_enabled"): {13227, 21203, 21215, 21219, 21408, 21608},
    (Failure.CONFIGURATION, "sender_refused"): {
        *(21210, 21212, 21213, 21603, 21606, 21703, 21704, 21705),
        *(30032, 30034, 63007),
    },
    (Failure.CONFIGURATION, "content_refused"): {
        *(21205, 21602, 21617, 21619, 21655, 21656),
        *(30007, 32018, 63021, 63027, 63028),
    },
    # Free text to somebody who has not written for 24 hours: it takes an approved template.
    (Failure.CONFIGURATION, "template_required"): {63016},
    (Failure.TRANSIENT, "rate_limited"): {10004, 20429, 21611, 30001, 30022, 63018, 63038},
    (Failure.TRANSIENT, "provider_unavailable"): {20503, 30023, 30500, 63012},
    # Soft: the phone is off or the carrier does not say why. Later may be better, another channel too.
    (Failure.TRANSIENT, "not_delivered"): {30003, 30008},
    (Failure.AMBIGUOUS, "provider_error"): {20500},
}
VERDICTS = {code: verdict for verdict, codes in CODES.items() for code in codes}


def verdict(code: int | None, status: int) -> Verdict:
    """What an error means. The code counts more than the HTTP status, which any proxy can make up."""
    if code in VERDICTS:
        return VERDICTS[code]
    if status in (408, 429):
        return Failure.TRANSIENT, "rate_limited" if status == 429 else "provider_unavailable"
    if status >= 500:
        return Failure.AMBIGUOUS, "provider_error"
    if status in (401, 403):
        return Failure.CONFIGURATION, "credentials_refused"
    # Refused for a reason that nobody has met yet: hold and look, and do not blame the person.
    return Failure.CONFIGURATION, "request_refused"


def from_answer(status: int, body: str, retry_after: str | None) -> ChannelError:
    """The error for an answer that is no success. Twilio's own words stay out: they name the person."""
    code = _code(body)
    failure, reason = verdict(code, status)
    wait = timedelta(seconds=int(retry_after)) if retry_after and SECONDS.fullmatch(retry_after) else None
    return ChannelError(failure, reason, f"Twilio answered HTTP {status} with code {code}", wait)


def from_exception(error: requests.RequestException) -> ChannelError:
    """The error for a call without an answer. Without a connection nothing was sent; otherwise who knows."""
    kind = type(error).__name__
    if isinstance(error, requests.ConnectTimeout) or _no_connection(error):
        return ChannelError(Failure.TRANSIENT, "provider_unreachable", f"no connection to Twilio ({kind})")
    return ChannelError(Failure.AMBIGUOUS, "no_answer", f"Twilio did not answer ({kind})")


def nonsense(status: int) -> ChannelError:
    """The error for a success that is not what the API promises: something else may have answered."""
    return ChannelError(Failure.AMBIGUOUS, "unclear_answer", f"Twilio's HTTP {status} was no resource of its API")


def _code(body: str) -> int | None:
    try:
        code = json.loads(body)["code"]
        return int(code)
    except (ValueError, TypeError, KeyError):
        return None


def _no_connection(error: requests.RequestException) -> bool:
    # requests wraps urllib3's MaxRetryError, whose reason says where it failed; a name that does not
    # resolve is a NewConnectionError too.
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
