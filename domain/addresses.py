"""Addresses as they are compared, and as they are remembered after the person is gone."""

from hashlib import sha256

from domain.delivery import ChannelName


def uniform(channel: str, address: str) -> str:
    """The address in the one form in which two of the same are equal. Providers report mail addresses in lower case."""
    return address.strip().lower() if channel == ChannelName.EMAIL else address.strip()


def fingerprint(channel: str, address: str) -> str:
    """What is kept of an address that must not be written to: it is recognised when it comes again, and not read.

    >>> fingerprint("email", "Alice@Example.com") == fingerprint("email", "alice@example.com")
    True
    """
    return sha256(f"{channel}:{uniform(channel, address)}".encode()).hexdigest()
