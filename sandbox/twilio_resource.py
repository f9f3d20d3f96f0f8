"""What Twilio's API answers with, in its JSON: a message or an error."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from fastapi.responses import JSONResponse, Response

from sandbox.faults import Fault
from sandbox.store import Message
from sandbox.twilio_addresses import joined
from sandbox.twilio_rules import MESSAGES

# What Twilio answers with besides 400; any other refusal is a 400.
STATUSES = {20003: 401, 20404: 404, 20004: 405, 21408: 403, 21611: 429}
# The GSM 03.38 alphabet; any other character makes the whole message UCS-2, with shorter segments.
GSM_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def message_json(message: Message, account_sid: str, now: datetime) -> dict[str, Any]:
    """The Message resource. Its state follows from its age: queued, sent, then what it ends as."""
    uri = f"{resource_path(account_sid, 'Messages')}/{message.provider_id}"
    sent, status = date_sent(message, now), _status(message, now)
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.text or "",
        "date_created": rfc2822(message.time),
        "date_sent": rfc2822(sent) if sent else None,
        "date_updated": rfc2822(sent or message.time),
        "direction": "outbound-api",
        "error_code": message.error_code if status == message.ending else None,
        "error_message": None,
        "from": provider_address(message, message.sender),
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": str(message.num_media),
        # A Messaging Service has chosen no sender yet, so Twilio does not know the segments either.
        "num_segments": "0" if message.messaging_service_sid and not sent else str(segments(message.text or "")),
        "price": None,
        "price_unit": "USD",
        "sid": message.provider_id,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": provider_address(message, message.to),
        "uri": f"{uri}.json",
    }


def error_json(status: int, code: int) -> dict[str, Any]:
    """Twilio's error body."""
    return {
        "code": code,
        "message": MESSAGES.get(code, "The sandbox was told to answer with this error"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def refuse(fault: Fault) -> Response:
    """The error that a fault asks for."""
    status = fault.status_code or 500
    usual = {401: 20003, 403: 20003, 429: 20429, 503: 20503}.get(status, 20500 if status >= 500 else 20001)
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return JSONResponse(error_json(status, fault.error_code or usual), status, headers)


def error(code: int) -> Response:
    """A refusal."""
    status = STATUSES.get(code, 400)
    return JSONResponse(error_json(status, code), status)


def provider_address(message: Message, address: str | None) -> str | None:
    """An address of the message as Twilio writes it: with its channel, unless that is SMS."""
    return joined(message.channel, address) if address else address


def resource_path(account_sid: str, kind: str) -> str:
    """Where the account's Messages or Calls are, without an ending."""
    return f"/2010-04-01/Accounts/{account_sid}/{kind}"


def date_sent(message: Message, now: datetime) -> datetime | None:
    """When the message left Twilio, None while it is queued."""
    left = message.time + timedelta(seconds=message.delivered_after / 2)
    return left if left <= now else None


def segments(text: str) -> int:
    """How many SMS the text needs: 160 characters fit into one, 161 need two (of 153).

    >>> segments("a" * 160), segments("a" * 161), segments("ş" * 71)
    (1, 2, 2)
    """
    single, joined = (160, 153) if set(text) <= GSM_ALPHABET else (70, 67)
    return 1 if len(text) <= single else -(-len(text) // joined)


def _status(message: Message, now: datetime) -> str:
    if now - message.time >= timedelta(seconds=message.delivered_after):
        return message.ending or "delivered"
    if date_sent(message, now):
        return "sent"
    return "accepted" if message.messaging_service_sid else "queued"


def rfc2822(time: datetime) -> str:
    """A time as Twilio writes it."""
    return format_datetime(time.astimezone(UTC).replace(microsecond=0))
