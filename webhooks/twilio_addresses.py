"""Twilio's addresses carry their channel as a prefix, but for a phone's."""

import re

from domain.delivery import ChannelName

# A person's number, or the short code of a service that writes back.
NUMBER = re.compile(r"\+?[0-9]{3,15}")
PAGE_SCOPED = re.compile(r"[0-9]{5,32}")
PREFIXES = {
    "whatsapp:": (ChannelName.WHATSAPP, NUMBER),
    "messenger:": (ChannelName.MESSENGER, PAGE_SCOPED),
    "": (ChannelName.SMS, NUMBER),
}


def channel_of(address: str) -> ChannelName | None:
    """The channel, None for those that we do not serve, such as chat:..."""
    channel, form = PREFIXES[_prefix(address)]
    return channel if form.fullmatch(bare(address)) else None


def bare(address: str) -> str:
    """The address as our tables have it."""
    return address.removeprefix(_prefix(address))


def _prefix(address: str) -> str:
    return next(prefix for prefix in PREFIXES if address.startswith(prefix))
