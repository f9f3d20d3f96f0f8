"""The forms that Twilio posts of a call: of those events that were asked for, and always in this order."""

from datetime import timedelta

from sandbox.mishaps import Told
from sandbox.store import Message
from sandbox.twilio_call_resource import seconds
from sandbox.twilio_resource import rfc2822
from sandbox.twilio_webhooks import API_VERSION


def receipts(call: Message, account_sid: str) -> list[Told]:
    """What is told of a call by itself. The event `completed` comes for one that nobody answered as well."""
    half, whole = call.delivered_after / 2, call.delivered_after
    happens = [("initiated", "initiated", 0.0), ("ringing", "ringing", half)]
    if call.ending is None:
        happens.append(("answered", "in-progress", half))
    happens.append(("completed", call.ending or "completed", whole))
    wanted = [(status, after) for event, status, after in happens if event in call.status_callback_events]
    return [_receipt(call, account_sid, status, after, number) for number, (status, after) in enumerate(wanted)]


def pressed(call: Message, account_sid: str, key: str) -> Told:
    """What is asked when a key was pressed: what to say next."""
    about = {"AccountSid": account_sid, "ApiVersion": API_VERSION, "CallSid": call.provider_id, "Digits": key}
    return Told(0.0, "press", about | _parties(call) | {"CallStatus": "in-progress", "msg": "Gather End"})


def _parties(call: Message) -> dict[str, str]:
    us = call.sender or ""
    return {"Called": call.to, "Caller": us, "Direction": "outbound-api", "From": us, "To": call.to}


def _receipt(call: Message, account_sid: str, status: str, after: float, number: int) -> Told:
    form = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.provider_id,
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(number),
        "Timestamp": rfc2822(call.time + timedelta(seconds=after)),
        **_parties(call),
    }
    if status == "completed":
        form |= {"CallDuration": str(seconds(call)), "Duration": "1"}
    if call.error_code and status == call.ending:
        form["ErrorCode"] = str(call.error_code)
    return Told(after, status, form)
