"""Twilio's addresses: their channel stands before them, but for a phone's."""

PREFIXES = {"whatsapp": "whatsapp:", "messenger": "messenger:"}


def split(address: str) -> tuple[str | None, str]:
    """The channel that an address names, None for a phone's, and the address itself."""
    for channel, prefix in PREFIXES.items():
        if address.startswith(prefix):
            return channel, address.removeprefix(prefix)
    return None, address


def joined(channel: str, address: str) -> str:
    """An address as Twilio writes it."""
    return f"{PREFIXES.get(channel, '')}{address}"
