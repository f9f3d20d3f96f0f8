"""Codes of authenticator apps (RFC 6238): to which step of time a code belongs, and whether it may still be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

import pyotp

# SHA-1, 6 digits and 30 s are all that every app can do: several ignore what the URI says of them.
DIGITS = 6
STEP_S = 30
WINDOW = 1  # steps before and after this one: a clock may be 30 s off, and a code may be typed as it ends
SECRET_BYTES = 20  # as long as the hash; RFC 4226 recommends it
NEVER = 0  # the last step of a device that was never used


@dataclass(frozen=True, slots=True)
class Device:
    """An authenticator app as far as its codes go. Its text form hides the secret."""

    id: str
    secret: str  # base32
    last_step: int = NEVER  # the newest step of which a code was accepted

    def __repr__(self) -> str:
        return f"device {self.id}"


@dataclass(frozen=True, slots=True)
class Match:
    """A device whose code it is, and the step it is of: from now on that step and older ones are used up."""

    device_id: str
    step: int


def step_of(now: datetime) -> int:
    """How many times 30 s have passed since 1970.

    >>> from datetime import UTC
    >>> step_of(datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC))
    1
    """
    return int(now.timestamp()) // STEP_S


def judge(devices: Sequence[Device], code: str, now: datetime) -> Match | None:
    """Whose code this is, None if it is nobody's or was used. Every device and step is compared, whichever it is."""
    found = [Match(device.id, step) for device in devices for step in _steps(device, code, now)]
    return found[0] if found else None


def _steps(device: Device, code: str, now: datetime) -> list[int]:
    """The steps that the code is right for and that come after the last one used."""
    codes, this = pyotp.HOTP(device.secret, digits=DIGITS), step_of(now)
    around = range(max(this - WINDOW, 0), this + WINDOW + 1)
    right = [step for step in around if compare_digest(codes.at(step).encode(), code.encode())]
    return [step for step in right if step > device.last_step]


def uri(secret: str, account: str, issuer: str) -> str:
    """What a QR code carries. A colon parts issuer and account, so neither may have one."""
    return pyotp.TOTP(secret).provisioning_uri(name=_label(account), issuer_name=_label(issuer))


def _label(name: str) -> str:
    return name.replace(":", " ")
