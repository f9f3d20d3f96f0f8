"""The forms that Twilio posts: what became of a message, and what a person has written."""

from sandbox.answers import Answer
from sandbox.mishaps import Told
from sandbox.store import Message
from sandbox.twilio_addresses import PREFIXES
from sandbox.twilio_resource import provider_address, segments

API_VERSION = "2010-04-01"


def receipts(message: Message, account_sid: str) -> list[Told]:
    """What is told of a message by itself: there is no callback for its first state."""
    ending = message.ending or "delivered"
    on_its_way = [] if ending == "failed" else [("sent", message.delivered_after / 2)]
    return [receipt(message, account_sid, *one) for one in (*on_its_way, (ending, message.delivered_after))]


def receipt(message: Message, account_sid: str, status: str, after: float = 0.0) -> Told:
    """A status callback."""
    form = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": provider_address(message, message.sender) or "",
        "MessageSid": message.provider_id,
        "MessageStatus": status,
        "SmsSid": message.provider_id,
        "SmsStatus": status,
        "To": provider_address(message, message.to) or "",
    }
    more = {
        "MessagingServiceSid": message.messaging_service_sid,
        "ErrorCode": str(message.error_code) if message.error_code and status == message.ending else None,
        "EventType": status.upper() if message.channel in PREFIXES else None,
        "ChannelPrefix": message.channel if message.channel in PREFIXES else None,
    }
    return Told(after, status, {**form, **{name: value for name, value in more.items() if value}})


def answer(written: Answer, account_sid: str, replied_to: Message | None) -> Told:
    """An incoming message."""
    prefix = PREFIXES.get(written.channel, "")
    form = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": written.text,
        "From": f"{prefix}{written.sender}",
        "MessageSid": written.provider_id,
        "NumMedia": "0",
        "NumSegments": str(segments(written.text)),
        "SmsMessageSid": written.provider_id,
        "SmsSid": written.provider_id,
        "SmsStatus": "received",
        "To": f"{prefix}{written.to}",
    }
    if written.channel == "whatsapp":
        form |= {"MessageType": "text", "WaId": written.sender.removeprefix("+")}
        form |= {"OriginalRepliedMessageSid": replied_to.provider_id} if replied_to else {}
    elif replied_to and replied_to.messaging_service_sid:
        form["MessagingServiceSid"] = replied_to.messaging_service_sid
    return Told(0.0, "answer", form)
