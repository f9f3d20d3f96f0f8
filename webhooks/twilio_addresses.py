"""Twilio's addresses carry their channel as a prefix, but for a phone's."""

import re

from domain.delivery import ChannelName

# A person's number, or the short code of a service that writes back.
NUMBER = re.compile(r"\+?[0-9]{3,15}")
WHATSAPP = "whatsapp:"


def channel_of(address: str) -> ChannelName | None:
    """The channel, None for those that we do not serve, such as messenger:..."""
    if NUMBER.fullmatch(address.removeprefix(WHATSAPP)):
        return ChannelName.WHATSAPP if address.startswith(WHATSAPP) else ChannelName.SMS
    return None


def bare(address: str) -> str:
    """The address as our tables have it."""
    return address.removeprefix(WHATSAPP)
