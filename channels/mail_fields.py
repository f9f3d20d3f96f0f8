"""Fields of a mail's head, whoever carries it: each is one line, so that no value can add a field of its own."""

import re
from email.utils import parseaddr

from channels.protocol import ChannelError, Failure
from domain.errors import Misconfigured

# Line breaks end a field; the marks that turn the direction of text would disguise what stands behind them.
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
ADDRESS = re.compile(r"[!-~]+@[!-~]+")
# How letters beyond ASCII are written in a field: whoever reads it there takes anything, line breaks too, for letters.
ENCODED = "=?"
NEVER = frozenset(',;:<>()[]\\"')  # in an address that goes to one person; an apostrophe may well be there
SENDER = (
    "HOMING_EMAIL_FROM must be an address, such as hello@acme.example or 'Acme <hello@acme.example>'; a name with a"
    " comma stands in double quotes, and a domain with other letters than a-z in its form with xn--"
)


def one_line(text: str) -> str:
    """The text with everything that is no letter, mark or sign as a single space.

    >>> one_line("Hi\\r\\nBcc: mallory@example.com")
    'Hi Bcc: mallory@example.com'
    """
    return UNSAFE.sub(" ", text).strip()


def words(text: str) -> str:
    """The same for what people read, where nothing may be taken for letters that are written otherwise.

    >>> words("Hi =?utf-8?q?=0d=0aBcc:mallory=40example.com?=")
    'Hi = ?utf-8?q?=0d=0aBcc:mallory=40example.com?='
    """
    return one_line(text).replace(ENCODED, "= ?")


def recipient(address: str) -> str:
    """The address. Raises ChannelError for one that could be more than one, or something else."""
    if not _is_one(address):
        raise ChannelError(Failure.PERMANENT, "invalid_address", "the address is none that a mail can go to")
    return address


def sender(text: str) -> tuple[str, str]:
    """Name and address of `Acme <hello@acme.example>`, or of an address alone, with "" as the name.

    Raises Misconfigured for what no mail can come from.
    """
    name, address = parseaddr(one_line(text))
    if not _is_one(address):
        raise Misconfigured(SENDER)
    return name, address


def _is_one(address: str) -> bool:
    return bool(ADDRESS.fullmatch(address)) and not set(address) & NEVER and ENCODED not in address
