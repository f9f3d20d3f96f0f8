"""SendGrid's events in our words.

One post holds events of many mails, also of mails that are not ours. What cannot be read is skipped and counted:
SendGrid would send all of them again for a day if one of them were refused.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.delivery import ChannelName
from domain.receipts import Blame, Receipt, ReceiptState
from webhooks.refusals import Garbled

S = ReceiptState
STATES = {
    "processed": S.QUEUED,
    "deferred": S.DELAYED,
    "delivered": S.DELIVERED,
    "dropped": S.FAILED,
    "bounce": S.BOUNCED,
    "blocked": S.UNDELIVERED,
    "open": S.OPENED,
    "click": S.CLICKED,
    "spamreport": S.COMPLAINED,
    "unsubscribe": S.UNSUBSCRIBED,
    "group_unsubscribe": S.UNSUBSCRIBED,
    "group_resubscribe": S.RESUBSCRIBED,
}
# SendGrid does not even try, because of what it remembers of the address, or of us.
DROPPED = {
    "bounced address": (Blame.PERSON, "bounced"),
    "unsubscribed address": (Blame.PERSON, "unsubscribed"),
    "spam reporting address": (Blame.PERSON, "complained"),
    "invalid": (Blame.PERSON, "invalid_address"),
}
BLOCKED_FOR = {"content": "content_refused", "reputation": "sender_refused"}
EVENT_ID = re.compile(r"[\x21-\x7e]{1,150}")
OUR_ID = re.compile(r"[0-9a-f]{32}")
MAX_ADDRESS = 320
MOST_SECONDS = 10**11  # far beyond any year that there is


@dataclass(frozen=True, slots=True)
class Read:
    """The receipts of one post, and how many of its events were none."""

    receipts: list[Receipt]
    skipped: int


def read(body: str) -> Read:
    """What one post says. Raises Garbled unless it is a list in JSON."""
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled("the body must be JSON") from None
    if not isinstance(events, list):
        raise Garbled("the body must be a list of events")
    found = [receipt(event) if isinstance(event, dict) else None for event in events]
    receipts = [one for one in found if one]
    return Read(receipts, len(events) - len(receipts))


def receipt(event: Mapping[str, Any]) -> Receipt | None:
    """One event, None for what says nothing to us."""
    kind, event_id = _kind(event), _text(event, "sg_event_id")
    state = STATES.get(kind)
    if state is None or not EVENT_ID.fullmatch(event_id):
        return None
    if state is S.OPENED and event.get("sg_machine_open"):
        state = S.PREFETCHED  # Apple's servers fetch each mail's pictures, whether anybody looks or not
    blame, reason = _why(kind, event)
    ours, address = _text(event, "message_id"), _text(event, "email")
    return Receipt(
        key=f"sg:{event_id}",
        channel=ChannelName.EMAIL,
        state=state,
        message_id=ours if OUR_ID.fullmatch(ours) else None,
        provider_id=_provider_id(event),
        address=address if address.isprintable() and 0 < len(address) <= MAX_ADDRESS else None,
        at=_at(event.get("timestamp")),
        blame=blame,
        reason=reason,
        detail=f"SendGrid says {kind}",
    )


def _kind(event: Mapping[str, Any]) -> str:
    kind = _text(event, "event").lower()
    # A block is a bounce by its name: the mailbox may well exist, and the next mail be let in.
    return "blocked" if kind == "bounce" and _text(event, "type").lower() == "blocked" else kind


def _why(kind: str, event: Mapping[str, Any]) -> tuple[Blame, str | None]:
    match kind:
        case "bounce":
            return Blame.PERSON, "bounced"
        case "dropped":
            return DROPPED.get(_text(event, "reason").strip().lower(), (Blame.OURS, "request_refused"))
        case "blocked":
            ours = BLOCKED_FOR.get(_text(event, "bounce_classification").strip().lower())
            return (Blame.OURS, ours) if ours else (Blame.NOBODY, "not_delivered")
        case _:
            return Blame.NOBODY, None


def _provider_id(event: Mapping[str, Any]) -> str | None:
    """What mail/send called it in X-Message-Id: sg_message_id begins with that."""
    begin = _text(event, "sg_message_id").partition(".")[0]
    return begin if EVENT_ID.fullmatch(begin) else None


def _at(timestamp: Any) -> datetime | None:
    if isinstance(timestamp, bool) or not isinstance(timestamp, int) or not 0 < timestamp < MOST_SECONDS:
        return None
    return datetime.fromtimestamp(timestamp, UTC)


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
