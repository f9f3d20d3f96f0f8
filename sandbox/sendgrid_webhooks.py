"""What SendGrid posts: events of a mail, and the mails that people write."""

import json
import secrets
import time
from email.utils import format_datetime
from typing import Any

from sandbox.answers import Answer
from sandbox.mishaps import Told
from sandbox.store import Message

PROCESSED_AFTER = 0.1  # of the time until it is delivered
BROWSER = "Mozilla/5.0 (Homing sandbox)"
WORDS: dict[str, dict[str, Any]] = {
    "delivered": {"response": "250 OK"},
    "bounce": {"type": "bounce", "reason": "550 5.1.1 no such user", "status": "5.1.1"},
    "blocked": {"event": "bounce", "type": "blocked", "reason": "452 4.2.2 mailbox is full", "status": "4.2.2"},
    "dropped": {"reason": "Bounced Address", "status": "5.0.0"},
    "open": {"useragent": BROWSER, "ip": "203.0.113.7", "sg_machine_open": False},
    "click": {"useragent": BROWSER, "ip": "203.0.113.7"},
    "unsubscribe": {},
    "spamreport": {},
}


def receipts(mail: Message) -> list[Told]:
    """What is told of a mail by itself."""
    ending = mail.ending or "delivered"
    begun = [] if ending == "dropped" else [event(mail, "processed", mail.delivered_after * PROCESSED_AFTER)]
    return [*begun, event(mail, ending, mail.delivered_after)]


def event(mail: Message, kind: str, after: float = 0.0, **more: Any) -> Told:
    """One event, with the custom arguments of its mail beside its own fields."""
    content = {
        **mail.custom_args,
        "email": mail.to,
        "timestamp": int(time.time() + after),
        "event": kind,
        "category": mail.categories,
        "sg_event_id": secrets.token_urlsafe(16),
        "sg_message_id": f"{mail.provider_id}.recvd-sandbox-1-0.0",
        "smtp-id": f"<{mail.provider_id}@sandbox.invalid>",
        **WORDS.get(kind, {}),
        **more,
    }
    return Told(after, kind, content)


def answer(written: Answer, replied_to: Message | None) -> Told:
    """A mail as Inbound Parse takes it apart, from a domain that vouches for it."""
    domain = written.sender.rpartition("@")[2]
    headers = {
        "Message-ID": f"<{written.provider_id}@{domain}>",
        "Date": format_datetime(written.time),
        "From": written.sender,
        "To": written.to,
        "Subject": written.subject or "",
        **({"In-Reply-To": f"<{replied_to.provider_id}@sandbox.invalid>"} if replied_to else {}),
    }
    fields = {
        "headers": "".join(f"{name}: {value}\n" for name, value in headers.items()),
        "dkim": f"{{@{domain} : pass}}",
        "SPF": "pass",
        "from": written.sender,
        "to": written.to,
        "sender_ip": "203.0.113.7",
        "envelope": json.dumps({"to": [written.to], "from": written.sender}),
        "subject": written.subject or "",
        "text": written.text + _quoted(replied_to),
        "charsets": json.dumps(dict.fromkeys(("to", "from", "subject", "text"), "UTF-8")),
        "attachments": "0",
    }
    return Told(0.0, "answer", fields)


def _quoted(mail: Message | None) -> str:
    """As mail programs put what they answer below."""
    if mail is None:
        return ""
    lines = (mail.text or "").splitlines()
    return "\n".join([f"\n\nOn {mail.time:%a, %d %b %Y} {mail.sender} wrote:", *(f"> {line}" for line in lines)])
