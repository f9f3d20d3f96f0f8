"""Addresses as they are compared, and as they are remembered after the person is gone."""

import re
from hashlib import sha256

from domain.delivery import ChannelName

# WhatsApp knows some numbers by how they were written when their owner joined. Brazil has since put a 9 before its
# mobile numbers, and Mexico and Argentina have dropped, or have, a digit between country and area: both forms are one
# phone, so that a STOP that comes from the one ends what is sent to the other.
ALIKE = (
    (re.compile(r"\+55(\d{2})9?([6-9]\d{7})"), "+55{}9{}", "+55{}{}"),
    (re.compile(r"\+521?(\d{10})"), "+52{}", "+521{}"),
    (re.compile(r"\+549?(\d{10})"), "+549{}", "+54{}"),
)


def forms(channel: str, address: str) -> tuple[str, ...]:
    """The address in every form in which it may be known, the one that is compared first.

    >>> forms("whatsapp", "+551187654321")
    ('+5511987654321', '+551187654321')
    """
    plain = address.strip().lower()
    if channel == ChannelName.WHATSAPP:
        for pattern, *written in ALIKE:
            if match := pattern.fullmatch(plain):
                return tuple(form.format(*match.groups()) for form in written)
    return (plain,)


def fingerprint(channel: str, address: str) -> str:
    """What is kept of an address that must not be written to: it is recognised when it comes again, and not read.

    >>> fingerprint("email", "Alice@Example.com") == fingerprint("email", "alice@example.com")
    True
    """
    return sha256(f"{channel}:{forms(channel, address)[0]}".encode()).hexdigest()
