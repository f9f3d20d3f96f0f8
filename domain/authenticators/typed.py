"""What people type into the field for a code: six digits of an app or a recovery code, and whatever is around them."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from domain.authenticators import recovery
from domain.authenticators.steps import DIGITS

LONGEST = 64  # far above any code with all that may be around it
# Spaces, dashes, and what cannot be seen: marks for the direction of writing come with a copied text.
AROUND = {"Zs", "Zl", "Zp", "Pd", "Pc", "Cf", "Cc"}
MORE_AROUND = {".", "−"}


class Kind(StrEnum):
    """What a text can be. Each is counted by itself: who guesses at six digits does not use up recovery codes."""

    APP = "app"
    RECOVERY = "recovery"
    CONFIRM = "confirm"  # also of an app, of one that is being set up


@dataclass(frozen=True, slots=True)
class Typed:
    """A code in the form in which it is compared: ASCII, small letters, nothing around it."""

    kind: Kind
    code: str

    def __repr__(self) -> str:
        return f"{self.kind} code"


def read(text: str) -> Typed | None:
    """The code that this is meant to be, None if it can be none.

    >>> read("１２３ ４５６").code, read("٠١٢٣٤٥").code, read("k3vd-7m0x-2hqp").code
    ('123456', '012345', 'k3vd7m0x2hqp')
    """
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFKC", text[: LONGEST + 1]))
    if len(text) > LONGEST:
        return None
    if len(plain) == DIGITS and plain.isascii() and plain.isdecimal():
        return Typed(Kind.APP, plain)
    code = recovery.read(plain)
    return Typed(Kind.RECOVERY, code) if code else None


def _plain(character: str) -> str:
    if unicodedata.category(character) in AROUND or character in MORE_AROUND:
        return ""
    digit = unicodedata.decimal(character, None)
    return character.casefold() if digit is None else str(digit)
