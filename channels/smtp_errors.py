"""What the answers of a mail server mean, in the words of the channel protocol (RFC 5321, RFC 3463)."""

import re
import smtplib
import ssl
from enum import StrEnum

from channels.protocol import ChannelError, Failure


class Step(StrEnum):
    """How far a mail was when something went wrong."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"  # nothing of the mail itself is with the server yet
    CONTENT = "content"  # all of it may be


Verdict = tuple[Failure, str]

ENHANCED = re.compile(r"\s*5\.(\d{1,3}\.\d{1,3})\b")
INVALID, BUSY = (Failure.PERMANENT, "invalid_address"), (Failure.TRANSIENT, "provider_unavailable")
CREDENTIALS = (Failure.CONFIGURATION, "credentials_refused")
# What is said of the recipient, by the enhanced code. A sender's address is 1.7 and 1.8, and our mistake.
OF_RECIPIENT: dict[str, Verdict] = {
    **dict.fromkeys(("1.1", "1.2", "1.3", "1.4", "1.6", "1.10"), INVALID),
    **dict.fromkeys(("2.1", "4.4", "4.6"), (Failure.PERMANENT, "unreachable")),
    "2.2": (Failure.TRANSIENT, "not_delivered"),  # the mailbox is full; people tidy up
}
NO_SUCH_MAILBOX = {550, 551, 553}
# Without an enhanced code 550 also says that we may not send there at all.
NOT_THEIR_FAULT = re.compile(rb"relay|auth|polic|spam|block|denied|reject|sender|permit", re.IGNORECASE)
REFUSED: dict[Step, Verdict] = {
    Step.CONNECT: (Failure.CONFIGURATION, "request_refused"),
    Step.LOGIN: CREDENTIALS,
    Step.SENDER: (Failure.CONFIGURATION, "sender_refused"),
    Step.RECIPIENT: (Failure.CONFIGURATION, "request_refused"),
    Step.DATA: (Failure.CONFIGURATION, "content_refused"),
    Step.CONTENT: (Failure.CONFIGURATION, "content_refused"),
}


def verdict(step: Step, code: int, text: bytes) -> Verdict:
    """What an answer means that is no acceptance. Only what is said of the recipient ends their address."""
    if 400 <= code < 500:
        return (Failure.TRANSIENT, "rate_limited") if code in (450, 451, 452) else BUSY
    if not 500 <= code < 600:
        return (Failure.AMBIGUOUS, "unclear_answer") if step is Step.CONTENT else BUSY
    if code in (530, 534, 535, 538):
        return CREDENTIALS
    enhanced = ENHANCED.match(text.decode(errors="replace"))
    if step in (Step.RECIPIENT, Step.CONTENT) and enhanced and enhanced[1] in OF_RECIPIENT:
        return OF_RECIPIENT[enhanced[1]]
    if step is Step.RECIPIENT and not enhanced and code in NO_SUCH_MAILBOX and not NOT_THEIR_FAULT.search(text):
        return INVALID
    return REFUSED[step]


def from_answer(step: Step, code: int, text: bytes) -> ChannelError:
    """The error for an answer. The server's own words stay out: they name the person."""
    failure, reason = verdict(step, code, text)
    return ChannelError(failure, reason, f"the mail server answered {code} to {step}")


def from_exception(step: Step, error: Exception) -> ChannelError:
    """The error for what smtplib, ssl or a socket raised. Until the content is sent nothing is in doubt."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        text = error.smtp_error
        return from_answer(step, error.smtp_code, text if isinstance(text, bytes) else text.encode())
    kind = type(error).__name__
    if step is Step.CONTENT:
        return ChannelError(Failure.AMBIGUOUS, "no_answer", f"the mail server did not answer to the mail ({kind})")
    unfit = isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError)
    if unfit or type(error) is smtplib.SMTPException:  # the last: no way to log in that both know
        hint = "its certificate or what it supports does not fit HOMING_SMTP_URL"
        return ChannelError(Failure.CONFIGURATION, "request_refused", f"no safe connection ({kind}): {hint}")
    return ChannelError(Failure.TRANSIENT, "provider_unreachable", f"no connection to the mail server ({kind})")
