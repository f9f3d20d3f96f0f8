"""When Twilio refuses a message: its checks, in its order, with its codes and words."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, cast

import phonenumbers

from sandbox.twilio_addresses import split

BODY_LIMIT = 1600
E164 = re.compile(r"\+[1-9]\d{6,14}")
SHORT_CODE = re.compile(r"\d{3,8}")
ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
PAGE_SCOPED = re.compile(r"[0-9]{5,32}")
UNFIT = re.compile(r"^$|[\n\r\t]| {5}")  # what fills approved words is one line, and something
CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")
MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")

# Twilio's own magic numbers, which its test credentials answer in the same way.
MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}

MESSAGES = {
    20001: "A parameter is not valid",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21201: "No 'To' number is specified",
    21205: "Url parameter is required.",
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID.",
    21213: "A 'From' phone number is required.",
    21214: "The 'To' phone number cannot be reached",
    21215: "Account not authorized to call. Perhaps you need to enable some international permissions",
    21216: "Account not allowed to call this number",
    21217: "Phone number does not appear to be valid",
    21266: "'To' and 'From' number cannot be the same",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "The 'To' phone number is not currently reachable using the 'From' phone number",
    21614: "'To' number is not a valid mobile number",
    21617: f"The concatenated message body exceeds the {BODY_LIMIT} character limit.",
    21619: "A text message body or media urls must be specified.",
    21655: "The ContentSid is Invalid",
    21656: "The ContentVariables Parameter is invalid.",
    21701: "The Messaging Service resource does not exist",
    32018: "Twiml size exceeded maximum allowed value of 4000 characters",
    63007: "Twilio could not find a Channel with the specified From address",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it was posted: addresses without their prefix, None for what was not given."""

    channel: Literal["sms", "whatsapp", "messenger"]
    to: str
    sender: str | None
    sender_channel: str | None  # as its prefix says
    body: str | None
    messaging_service_sid: str | None
    content_sid: str | None
    variables: dict[str, str] | None  # None if they are no JSON of texts
    status_callback: str | None
    num_media: int


def draft(form: dict[str, list[str]]) -> Draft:
    """Read the form that Twilio's SDKs post."""

    def field(name: str) -> str | None:
        return form[name][0] if name in form else None

    channel, to = split(field("To") or "")
    sender_channel, sender = split(field("From") or "")
    return Draft(
        channel=cast(Any, channel or "sms"),
        to=to,
        sender=sender or None,
        sender_channel=sender_channel,
        body=field("Body"),
        messaging_service_sid=field("MessagingServiceSid"),
        content_sid=field("ContentSid"),
        variables=_variables(field("ContentVariables") or "{}"),
        status_callback=field("StatusCallback"),
        num_media=len(form.get("MediaUrl", [])),
    )


def _variables(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if whole else None


def shown(message: Draft) -> str | None:
    """What the person reads. The sandbox knows no approved words: it shows what they are filled with."""
    if not message.content_sid:
        return message.body
    filled = message.variables or {}
    return "\n".join(filled[number] for number in sorted(filled, key=lambda one: (len(one), one)))


def refusal(message: Draft) -> int | None:
    """Twilio's error code if it would refuse the message at once."""
    return _refused_to(message) or _refused_from(message) or _refused_body(message)


def _refused_to(message: Draft) -> int | None:
    to = message.to
    if not to:
        return 21604
    possible = PAGE_SCOPED.fullmatch(to) if message.channel == "messenger" else is_possible(to)
    return MAGIC_RECIPIENTS.get(to) or (None if possible else 21211)


def _refused_from(message: Draft) -> int | None:
    if message.messaging_service_sid:
        return None if MESSAGING_SERVICE.fullmatch(message.messaging_service_sid) else 21701
    if not message.sender:
        return 21603
    if (message.sender_channel or "sms") != message.channel:
        return 63007
    if message.sender == message.to:
        return 21266
    return MAGIC_SENDERS.get(message.sender) or (None if _can_send(message) else 21212)


def _refused_body(message: Draft) -> int | None:
    if len(message.body or "") > BODY_LIMIT:
        return 21617
    if message.content_sid and not CONTENT.fullmatch(message.content_sid):
        return 21655
    filled = (message.variables or {}).values()
    if message.content_sid and (not filled or any(UNFIT.search(value) for value in filled)):
        return 21656
    if message.body or message.num_media or message.content_sid:
        return None
    return 21602 if message.body is None else 21619


def _can_send(message: Draft) -> bool:
    sender = message.sender or ""
    if message.channel == "messenger":
        return PAGE_SCOPED.fullmatch(sender) is not None
    if message.channel == "sms" and (SHORT_CODE.fullmatch(sender) or ALPHANUMERIC.fullmatch(sender)):
        return True
    return is_possible(sender)


def is_possible(number: str) -> bool:
    """Whether there may be such a phone number."""
    if not E164.fullmatch(number):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
