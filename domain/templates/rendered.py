"""A message in words, and whether its channel has room for it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from domain.delivery import ChannelName

# As much as providers take: Twilio's Messages API (error 21617), a call's TwiML (32018), and the 4,096 bytes that a
# push service has to take (RFC 8030), less what encrypting adds and our own fields.
LONGEST_TEXT = 1_600
LONGEST_COPY = 1_024  # of approved words with what fills them (63021), and they may stand in for any text on WhatsApp
LONGEST_TWIML = 4_000
LARGEST_PUSH = 3_000
# Ours: an inbox is a list, and who opens it fetches all of its texts.
LONGEST_NOTE = 4_000
# Beyond it programs cut a subject, and some servers refuse the line (RFC 5322 has 998 for all of it, encoded).
LONGEST_SUBJECT = 255

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="1" /></Response>'
TWIML_OF_KEYS = 600  # characters, with an address of ours and a word for each key
TWIML_OF_A_LINE = '<Say language="pt-BR"></Say><Pause length="1" />'


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words. `locale` is the one its words are in.

    Only a mail has a subject and HTML, only a notification (push, in-app) a title and the link that it opens, only a
    call keys that may be pressed, and what each says, only a text for WhatsApp the variables with which its provider
    fills in the words that it has approved.
    """

    text: str
    locale: str
    subject: str | None = None
    html: str | None = None
    title: str | None = None
    link: str | None = None
    keys: Mapping[str, str] | None = None
    content_variables: Mapping[str, str] | None = None

    def content(self) -> dict[str, Any]:
        """What a channel is handed, by field. Whether approved words go in their place is decided elsewhere."""
        aside = ("locale", "content_variables")
        return {name: value for name, value in asdict(self).items() if value is not None and name not in aside}


def excess(channel: str, message: Rendered) -> str | None:
    """Why the channel has no room for a message, None if it has."""
    measure, most, what = MEASURES.get(ChannelName(channel), TEXT)
    count = measure(message)
    return f"comes to {count:,} {what}; {channel} takes {most:,}" if count > most else None


def _twiml(message: Rendered) -> int:
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    around = len(TWIML) + (TWIML_OF_KEYS if message.keys else 0)
    return around + sum(len(TWIML_OF_A_LINE) + len(escape(line, quote=False)) for line in lines)


def _payload(message: Rendered) -> int:
    return sum(len((part or "").encode()) for part in (message.title, message.text, message.link))


def _text(message: Rendered) -> int:
    return len(message.text.encode("utf-16-le")) // 2


Measure = tuple[Callable[[Rendered], int], int, str]
TEXT: Measure = (_text, LONGEST_TEXT, "characters")  # of a channel that is not among these
MEASURES: Mapping[ChannelName, Measure] = {
    ChannelName.WHATSAPP: (_text, LONGEST_COPY, "characters"),
    ChannelName.VOICE: (_twiml, LONGEST_TWIML, "characters of TwiML"),
    ChannelName.PUSH: (_payload, LARGEST_PUSH, "bytes"),
    ChannelName.IN_APP: (_text, LONGEST_NOTE, "characters"),
    ChannelName.EMAIL: (lambda message: len(message.subject or ""), LONGEST_SUBJECT, "characters of a subject"),
}
