"""Fields of a mail's head, whoever carries it: each is one line, so that no value can add a field of its own."""

import re
from email.utils import parseaddr

from channels.protocol import ChannelError, Failure

# Line breaks end a field; the marks that turn the direction of text would disguise what stands behind them.
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
ADDRESS = re.compile(r"[!-~]+@[!-~]+")


def one_line(text: str) -> str:
    """The text with everything that is no letter, mark or sign as a single space.

    >>> one_line("Hi\\r\\nBcc: mallory@example.com")
    'Hi Bcc: mallory@example.com'
    """
    return UNSAFE.sub(" ", text).strip()


def recipient(address: str) -> str:
    """The address. Raises ChannelError for one that could be more than one, or something else."""
    if not ADDRESS.fullmatch(address) or set(address) & set(",;<>()[]\\\"'"):
        raise ChannelError(Failure.PERMANENT, "invalid_address", "the address is none that a mail can go to")
    return address


def sender(text: str) -> tuple[str, str]:
    """Name and address of `Acme <hello@acme.example>`, or of an address alone, with "" as the name."""
    name, address = parseaddr(one_line(text))
    return name, address
