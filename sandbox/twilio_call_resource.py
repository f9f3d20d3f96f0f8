"""The Call resource in Twilio's JSON. Its state follows from its age: queued, in progress, then what it ends as."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.store import Message
from sandbox.twilio_resource import resource_path, rfc2822


def call_json(call: Message, account_sid: str, now: datetime) -> dict[str, Any]:
    """A call. While it is queued it has no dates at all."""
    uri = f"{resource_path(account_sid, 'Calls')}/{call.provider_id}"
    start, end = started(call, now), _ended(call, now)
    heard = end is not None and call.ending is None
    return {
        "account_sid": account_sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": rfc2822(call.time) if start else None,
        "date_updated": rfc2822(end or start or call.time) if start else None,
        "direction": "outbound-api",
        "duration": str(seconds(call)) if heard else ("0" if end else None),
        "end_time": rfc2822(end) if end else None,
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.provider_id,
        "start_time": rfc2822(start) if start else None,
        "status": _status(call, now),
        "subresource_uris": {"events": f"{uri}/Events.json"},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def started(call: Message, now: datetime) -> datetime | None:
    """When it was dialled, None while it is queued."""
    left = call.time + timedelta(seconds=call.delivered_after / 2)
    return left if left <= now else None


def seconds(call: Message) -> int:
    """How long it takes to say it all, at some two words and one pause a second."""
    lines = (call.text or "").splitlines()
    return sum(1 + len(line.split()) // 2 for line in lines) or 1


def _ended(call: Message, now: datetime) -> datetime | None:
    end = call.time + timedelta(seconds=call.delivered_after)
    return end if end <= now else None


def _status(call: Message, now: datetime) -> str:
    if _ended(call, now):
        return call.ending or "completed"
    if started(call, now):
        return "ringing" if call.ending else "in-progress"
    return "queued"
