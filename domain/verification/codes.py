"""A code: made from a secret and a counter (HOTP, RFC 4226), kept as a keyed hash, compared in constant time.

A verification has one secret. Each contact point that a code goes to, the phone or the mailbox, has the next counter:
sent again to the same one it is the same code, and a right code tells which of them the person holds.
"""

import hmac
from collections.abc import Iterable, Mapping

import pyotp

DIGITS = 6  # NIST 800-63B asks for about 20 bits: 10^6 codes are 19.9
HASH = "sha256"


def code_of(secret: str, counter: int) -> str:
    """The code, from a secret in base 32.

    >>> code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 0)
    '755224'
    """
    return pyotp.HOTP(secret, digits=DIGITS).at(counter)


def hash_of(code: str, verification: str, key: bytes) -> str:
    """What is kept of a code. The key makes guessing impossible for who has the database only, the id looking it up."""
    return hmac.new(key, f"{verification}:{code}".encode(), HASH).hexdigest()


def which(code: str, verification: str, hashes: Mapping[str, str], keys: Iterable[bytes]) -> str | None:
    """The contact point that this code was sent to, None if to none. It looks at all of them, whichever fits.

    >>> key = b"key"
    >>> which("755224", "v1", {"phone": hash_of("755224", "v1", key)}, [b"newer", key])
    'phone'
    """
    given = [hash_of(tidy(code), verification, key) for key in keys]
    found = [contact for contact, known in hashes.items() for one in given if hmac.compare_digest(known, one)]
    return found[0] if found else None


def tidy(code: str) -> str:
    """The code as people mean it: in digits of any script, without the gaps in which some phones show it.

    >>> tidy(" 123-456 "), tidy("١٢٣٤٥٦")
    ('123456', '123456')
    """
    return "".join(str(int(each)) for each in code if each.isdecimal())


def spoken(code: str) -> str:
    """Digit by digit, each on a line of its own, behind which a call pauses. "7." would be a seventh in some languages.

    >>> spoken("755224")
    '7\\n5\\n5\\n2\\n2\\n4'
    """
    return "\n".join(code)
