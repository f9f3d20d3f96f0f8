"""Mails to us that SendGrid's Inbound Parse posts, in our words.

Nobody signs them: the URL is the secret. Who a mail is from is what it says of itself, unless SPF or DKIM confirm it.
"""

import json
import re
from collections.abc import Mapping
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr
from hashlib import sha256

from domain.delivery import ChannelName
from domain.inbound import Incoming
from domain.keywords import keyword
from webhooks.mail_text import own_words, plain
from webhooks.refusals import Garbled

LONGEST = 100_000  # characters of a mail that are kept
MAX_ADDRESS = 320
MAX_FIELD = 2_000  # of those that SendGrid fills in itself
AUTOMATIC_PRECEDENCE = {"bulk", "junk", "auto_reply", "list"}


def incoming(fields: Mapping[str, str]) -> Incoming:
    """The mail. Raises Garbled for one without a sender."""
    headers = HeaderParser().parsestr(fields.get("headers", "")[:LONGEST])
    address = parseaddr(fields.get("from", "")[:MAX_FIELD])[1]
    if "@" not in address or not address.isprintable() or len(address) > MAX_ADDRESS:
        raise Garbled("an inbound mail needs its sender in `from`")
    text, subject = _body(fields), _decoded(fields, "subject")
    attachments = fields.get("attachments", "0")
    return Incoming(
        channel=ChannelName.EMAIL,
        address=address.lower(),
        provider_id=_id(headers, fields),
        text=text,
        subject=subject[:998] or None,
        attachments=int(attachments) if re.fullmatch(r"[0-9]{1,3}", attachments) else 0,
        keyword=keyword(own_words(text)) or keyword(subject),
        proven=_proven(address, fields),
        automatic=_automatic(headers),
    )


def _body(fields: Mapping[str, str]) -> str:
    text = _decoded(fields, "text")[:LONGEST]
    return text if text.strip() else plain(_decoded(fields, "html")[:LONGEST])


def _decoded(fields: Mapping[str, str], name: str) -> str:
    """A field in the charset that SendGrid says it is in; what is not UTF-8 came to us byte by byte."""
    value = fields.get(name, "")
    try:
        charset = json.loads(fields.get("charsets", "{}")).get(name, "utf-8")
        return value if charset.lower() == "utf-8" else value.encode("latin-1").decode(charset)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return value


def _id(headers: Message, fields: Mapping[str, str]) -> str:
    """The same for the same mail posted again. Hashed: some put the person's address into the Message-ID."""
    told = str(headers.get("Message-ID") or "").strip()
    whole = told or "\0".join(fields.get(name, "") for name in ("from", "to", "subject", "headers", "text", "html"))
    return sha256(whole.encode(errors="replace")).hexdigest()


def _proven(address: str, fields: Mapping[str, str]) -> bool:
    """Whether the sender's own domain vouches for the mail: by its DKIM signature, or by SPF for the envelope."""
    domain = address.rpartition("@")[2].lower()
    dkim = re.findall(r"@([^\s:{},@]+)\s*:\s*pass", fields.get("dkim", "")[:MAX_FIELD].lower())
    try:
        envelope = str(json.loads(fields.get("envelope", "{}")).get("from", "")).lower()
    except (ValueError, AttributeError, RecursionError):
        envelope = ""
    return domain in dkim or (fields.get("SPF", "").lower() == "pass" and envelope == address.lower())


def _automatic(headers: Message) -> bool:
    submitted = str(headers.get("Auto-Submitted") or "no").strip().lower()
    precedence = str(headers.get("Precedence") or "").strip().lower()
    return not submitted.startswith("no") or precedence in AUTOMATIC_PRECEDENCE
