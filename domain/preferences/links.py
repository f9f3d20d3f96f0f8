"""The links in messages: to unsubscribe, and to the preference centre. Who has got the message may use them.

A token names the message, and nothing of the person. It is signed, bound to its purpose, and ends. It is made of what
is stored with the message, so that it comes out the same however often the message is rendered.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.errors import Gone, Refused

LAYOUT = struct.Struct(">16sH")  # the message's id, and the day since 1970 until whose end it is good
SIGNATURE_BYTES = 12  # 96 bits; with the rest 40 letters, short enough for a text
LENGTH = 40  # characters of a token; anything else is none of ours
DAY = timedelta(days=1)


class Purpose(StrEnum):
    """What a token is good for, and nothing else."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    PUSH_RECEIPT = "push receipt"  # a browser says that a notification was shown, or clicked


PATHS = {Purpose.UNSUBSCRIBE: "u", Purpose.PREFERENCES: "p"}
# The law asks for 30 days (CAN-SPAM) or 60 (CASL); people leave by mails that are much older. What can also agree to
# things ends sooner.
GOOD_FOR = {Purpose.UNSUBSCRIBE: 730 * DAY, Purpose.PREFERENCES: 180 * DAY, Purpose.PUSH_RECEIPT: 30 * DAY}


class Forged(Refused):
    """This is no link of ours, or one for something else."""


class Expired(Gone):
    """The link has come to its end."""


@dataclass(frozen=True, slots=True)
class Links:
    """`public_url` is where people reach us; the first of `keys` signs, each verifies."""

    public_url: str
    keys: Sequence[bytes]

    def url(self, purpose: Purpose, message: str, sent: datetime) -> str:
        """The link of a message; `sent` is the real time at which it was reserved."""
        return f"{self.public_url.rstrip('/')}/{PATHS[purpose]}/{self.token(purpose, message, sent)}"

    def token(self, purpose: Purpose, message: str, sent: datetime) -> str:
        """40 letters, digits, - and _."""
        last_day = (sent + GOOD_FOR[purpose]).astimezone(UTC).timestamp() // DAY.total_seconds()
        signed = LAYOUT.pack(bytes.fromhex(message), int(last_day))
        return base64.urlsafe_b64encode(signed + _sign(signed, purpose, self.keys[0])).decode()

    def message(self, purpose: Purpose, token: str, real_now: datetime) -> str:
        """The id of the message whose link it is. Raises Forged or Expired."""
        signed, signature = _parts(token)
        genuine = [hmac.compare_digest(signature, _sign(signed, purpose, key)) for key in self.keys]
        if not any(genuine):
            raise Forged("this link is not one of ours")
        message, last_day = LAYOUT.unpack(signed)
        if datetime.fromtimestamp((last_day + 1) * DAY.total_seconds(), UTC) <= real_now:
            raise Expired("this link has come to its end")
        return str(message.hex())


def _parts(token: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True) if len(token) == LENGTH else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != LAYOUT.size + SIGNATURE_BYTES:
        raise Forged("this link is not one of ours")
    return raw[: LAYOUT.size], raw[LAYOUT.size :]


def _sign(signed: bytes, purpose: str, key: bytes) -> bytes:
    return hmac.digest(key, signed + purpose.encode(), "sha256")[:SIGNATURE_BYTES]
