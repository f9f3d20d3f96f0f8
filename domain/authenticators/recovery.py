"""Recovery codes, for a phone that is lost: ten of them, each good once, easy to write down and to read out."""

import hashlib
import hmac

COUNT = 10
LENGTH = 12  # of 5 bits each: 60 bits cannot be guessed, at whatever rate anybody may try
GROUP = 4
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no letter looks like a digit, and no u
LOOK_ALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
KEY_BYTES = 32


def spell(entropy: bytes) -> str:
    """A code from twelve random bytes, of which it takes five bits each."""
    if len(entropy) != LENGTH:
        raise ValueError(f"a recovery code is made of {LENGTH} bytes")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in entropy)


def grouped(code: str) -> str:
    """As people are shown it.

    >>> grouped("k3vd7m0x2hqp")
    'k3vd-7m0x-2hqp'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(plain: str) -> str | None:
    """The code in this text of small letters without anything around it, None if it can be none.

    >>> read("k3vd7mox2hqp"), read("hello")
    ('k3vd7m0x2hqp', None)
    """
    code = plain.translate(LOOK_ALIKES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest(key: bytes, code: str) -> str:
    """What is kept of a code. The key is each person's own and is itself kept encrypted.

    A slow hash is for what people think up. These 60 bits are random, but a plain hash of them could be searched by
    somebody with a stolen table and a rack of graphics cards; under a key that is not in the table there is nothing
    to search. Ten slow hashes would take half a second of every check, and be a way to keep the server busy.
    """
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()
