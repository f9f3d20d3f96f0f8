"""Twilio's status callbacks in our words."""

import re
from collections.abc import Mapping

from channels.protocol import Failure
from channels.twilio_errors import VERDICTS
from domain.receipts import Blame, Receipt, ReceiptState
from webhooks.refusals import Garbled
from webhooks.twilio_addresses import channel_of

SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
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
BLAME = {Failure.PERMANENT: Blame.PERSON, Failure.CONFIGURATION: Blame.OURS}
FAILURES = {ReceiptState.UNDELIVERED, ReceiptState.FAILED}


def receipt(message_id: str, form: Mapping[str, str]) -> Receipt | None:
    """The receipt for our message, None for a status that says nothing to us. Raises Garbled."""
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
    channel = channel_of(form.get("To", ""))
    if not SID.fullmatch(sid) or not status:
        raise Garbled("a status callback needs MessageSid and MessageStatus")
    state = STATES.get(status.lower())
    if state is None or channel is None:
        return None
    code = _code(form.get("ErrorCode"))
    blame, reason = _why(code) if state in FAILURES else (Blame.NOBODY, None)
    return Receipt(
        # Nothing in a callback is its own: the same status of the same message is the same report.
        key=f"{sid}:{state}" + (f":{code}" if code else ""),
        channel=channel,
        state=state,
        message_id=message_id,
        provider_id=sid,
        blame=blame,
        reason=reason,
        detail=f"Twilio says {status.lower()}" + (f" with code {code}" if code else ""),
    )


def _code(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) and int(text) else None


def _why(code: int | None) -> tuple[Blame, str]:
    """Whose fault it is. A code that nobody has met yet is nobody's."""
    failure, reason = VERDICTS.get(code or 0, (Failure.TRANSIENT, "not_delivered"))
    return BLAME.get(failure, Blame.NOBODY), reason
