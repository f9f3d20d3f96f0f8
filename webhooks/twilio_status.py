"""Twilio's status callbacks in our words."""

import re
from collections.abc import Mapping

from channels.protocol import Failure
from channels.twilio_errors import VERDICTS
from domain.delivery import ChannelName
from domain.receipts import Blame, Receipt, ReceiptState
from webhooks.refusals import Garbled
from webhooks.twilio_addresses import channel_of

SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
STATES = {
    "accepted": ReceiptState.QUEUED,
    "scheduled": ReceiptState.QUEUED,
    "queued": ReceiptState.QUEUED,
    "sending": ReceiptState.QUEUED,
    "sent": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.OPENED,  # WhatsApp's blue ticks
    "undelivered": ReceiptState.UNDELIVERED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
}
CALL_STATES = {
    "queued": ReceiptState.QUEUED,
    "initiated": ReceiptState.SENT,
    "ringing": ReceiptState.SENT,
    "in-progress": ReceiptState.SENT,  # somebody has picked up, and may hang up before the end
    "completed": ReceiptState.DELIVERED,  # an answering machine has heard it out as well
    "busy": ReceiptState.UNDELIVERED,
    "no-answer": ReceiptState.UNDELIVERED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
}
# Why a call has not been heard, where no code tells. Tomorrow the phone may be free: it is nobody's fault.
CALL_REASONS = {"busy": "busy", "no-answer": "not_answered", "canceled": "canceled"}
BLAME = {Failure.PERMANENT: Blame.PERSON, Failure.CONFIGURATION: Blame.OURS}
FAILURES = {ReceiptState.UNDELIVERED, ReceiptState.FAILED}


def receipt(message_id: str, form: Mapping[str, str]) -> Receipt | None:
    """The receipt for our message or call, None for a status that says nothing to us. Raises Garbled."""
    called = "CallSid" in form
    sid, status = _named(form, "Call", CALL_SID) if called else _named(form, "Message", SID)
    state = (CALL_STATES if called else STATES).get(status)
    channel = ChannelName.VOICE if called else channel_of(form.get("To", ""))
    if state is None or channel is None:
        return None
    code = _code(form.get("ErrorCode"))
    usual = CALL_REASONS.get(status, "not_delivered")
    blame, reason = _why(code, usual) if state in FAILURES else (Blame.NOBODY, None)
    return Receipt(
        # Nothing in a callback is its own: the same status of the same message is the same report.
        key=f"{sid}:{state}" + (f":{code}" if code else ""),
        channel=channel,
        state=state,
        message_id=message_id,
        provider_id=sid,
        blame=blame,
        reason=reason,
        detail=f"Twilio says {status}" + (f" with code {code}" if code else ""),
    )


def _named(form: Mapping[str, str], kind: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """What it is about, and its status in small letters."""
    sid, status = form.get(f"{kind}Sid", ""), form.get(f"{kind}Status", "")
    if not pattern.fullmatch(sid) or not status:
        raise Garbled(f"a status callback needs {kind}Sid and {kind}Status")
    return sid, status.lower()


def _code(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) and int(text) else None


def _why(code: int | None, usual: str) -> tuple[Blame, str]:
    """Whose fault it is. A code that nobody has met yet is nobody's."""
    failure, reason = VERDICTS.get(code or 0, (Failure.TRANSIENT, usual))
    return BLAME.get(failure, Blame.NOBODY), reason
