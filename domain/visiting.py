"""Tokens for the customer's web page: whoever holds one is that person there, and nowhere else, until it ends.

The customer's backend asks for one when it has logged the person in. It is signed and opens nothing but what is the
person's own in the page: their inbox, their checklist, their browsers' notifications.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Iterable
from datetime import UTC, datetime

from domain.errors import Gone, Refused

PREFIX = "hv_"
PURPOSE = b"homing visitor"
EXPIRES = struct.Struct(">I")  # seconds since 1970; then the user id
SIGNATURE_BYTES = 16
LONGEST = 250  # characters; a user id has 128 at most


class Forged(Refused):
    """This is no token of ours."""


class Expired(Gone):
    """The token has come to its end; the page asks its backend for a new one."""


def write(user: str, expires: datetime, key: bytes) -> str:
    """The token of a person, to be shown as `Authorization: Bearer hv_...`."""
    signed = EXPIRES.pack(int(expires.timestamp())) + user.encode("ascii")
    return PREFIX + _text(signed + _sign(signed, key))


def read(text: str, keys: Iterable[bytes], real_now: datetime) -> str:
    """The id of the person whose token it is. Raises Forged or Expired."""
    signed, signature = _parts(text)
    genuine = [hmac.compare_digest(signature, _sign(signed, key)) for key in keys]
    if not any(genuine):
        raise Forged("this visitor token is not one of ours")
    if ends(text) <= real_now:
        raise Expired("this visitor token has come to its end; ask for a new one")
    return signed[EXPIRES.size :].decode("ascii")


def ends(text: str) -> datetime:
    """When a token that was read comes to its end."""
    return datetime.fromtimestamp(EXPIRES.unpack_from(_parts(text)[0])[0], UTC)


def _parts(text: str) -> tuple[bytes, bytes]:
    written = text.removeprefix(PREFIX)
    try:
        padded = written + "=" * (-len(written) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True) if len(text) <= LONGEST else b""
    except (binascii.Error, ValueError):
        raw = b""
    # The last letter has bits to spare: another one would say the same, and a token has one spelling.
    if len(raw) <= EXPIRES.size + SIGNATURE_BYTES or PREFIX + _text(raw) != text:
        raise Forged("this visitor token is not one of ours")
    return raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sign(signed: bytes, key: bytes) -> bytes:
    return hmac.digest(key, PURPOSE + signed, "sha256")[:SIGNATURE_BYTES]
