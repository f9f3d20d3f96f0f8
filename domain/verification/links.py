"""Links in place of a code: who opens one and presses its button has shown that the mailbox or phone is theirs.

The token is signed, bound to one verification, its purpose and contact point, and ends with it. Opening the link
shows a button and does nothing else, because the scanners of mail servers open every link.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.verification.contacts import Contact

LAYOUT = struct.Struct(">16sBI")  # the id, which contact point, seconds since 1970
SIGNATURE_BYTES = 16
CONTACTS = tuple(Contact)
LONGEST = 100  # characters; anything longer is no token of ours


@dataclass(frozen=True, slots=True)
class Token:
    """What a link says, before its signature is looked at."""

    verification: str
    contact: Contact
    expires: datetime
    signed: bytes
    signature: bytes


def write(verification: str, contact: str, expires: datetime, purpose: str, key: bytes) -> str:
    """The token of a link, 50 characters that may stand in any address."""
    number = CONTACTS.index(Contact(contact))
    signed = LAYOUT.pack(bytes.fromhex(verification), number, int(expires.timestamp()))
    return _text(signed + _sign(signed, purpose, key))


def read(text: str) -> Token | None:
    """What a token says, None if it is none. Its signature is still to be checked, with what the database knows."""
    try:
        raw = base64.b64decode(f"{text}==", altchars=b"-_", validate=True) if len(text) <= LONGEST else b""
        if _text(raw) != text:  # the last letter has bits to spare: another one would say the same
            return None
        verification, number, expires = LAYOUT.unpack(raw[: LAYOUT.size])
        contact, until = CONTACTS[number], datetime.fromtimestamp(expires, UTC)
    except (binascii.Error, ValueError, struct.error, IndexError):
        return None
    return Token(verification.hex(), contact, until, raw[: LAYOUT.size], raw[LAYOUT.size :])


def is_genuine(token: Token, purpose: str, keys: Iterable[bytes]) -> bool:
    """Whether one of these keys signed it, for this purpose."""
    found = [hmac.compare_digest(token.signature, _sign(token.signed, purpose, key)) for key in keys]
    return any(found)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sign(signed: bytes, purpose: str, key: bytes) -> bytes:
    return hmac.digest(key, signed + purpose.encode(), "sha256")[:SIGNATURE_BYTES]
