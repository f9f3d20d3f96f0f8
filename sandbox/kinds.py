"""What each channel is to the sandbox: what its provider hears of people, and how what does not arrive ends."""

from dataclasses import dataclass
from typing import Literal

Deed = Literal["read", "press", "open", "click", "spamreport", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class Kind:
    """By default nobody hears anything more of a message. `endings` begin with the usual one, which has this code."""

    deeds: tuple[Deed, ...] = ()
    endings: tuple[str, ...] = ()
    code: int | None = None  # of Twilio's


OF_TEXTS = ("undelivered", "failed")
KINDS: dict[str, Kind] = {
    "sms": Kind((), OF_TEXTS, 30003),
    "whatsapp": Kind(("read",), OF_TEXTS, 63024),
    "messenger": Kind(("read",), OF_TEXTS, 63024),
    "email": Kind(("open", "click", "spamreport", "unsubscribe"), ("bounce", "blocked", "dropped")),
    "voice": Kind(("press",), ("no-answer", "busy", "failed", "canceled")),
    "push": Kind(),
}
