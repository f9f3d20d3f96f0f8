"""How a text becomes SMS: in which alphabet it travels, into how many parts it is cut, and where.

After 3GPP TS 23.038, section 6.2.1 (the GSM 7-bit default alphabet and its extension table), and TS 23.040,
section 9.2.3.24 (the header by which a phone puts parts together: six bytes of the 140 of each part).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each is an escape and a letter, and takes the room of two


class Encoding(StrEnum):
    """The alphabets of SMS."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# What fits in an SMS that stands alone, and in one of several.
ROOM = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as SMS. `units` is the room that it takes, `forcing` are the characters that GSM-7 does not have."""

    encoding: Encoding
    units: int
    parts: tuple[str, ...]
    forcing: tuple[str, ...]


def segments(text: str) -> Segments:
    """The text cut as phones get it; an escape and its letter, or two surrogates, are never torn apart.

    >>> segments("Hi €5").units, segments("Gökçe").encoding, segments("Gökçe").forcing
    (6, <Encoding.UCS_2: 'UCS-2'>, ('ç',))
    """
    forcing = tuple(dict.fromkeys(one for one in text if one not in BASIC and one not in EXTENSION))
    encoding = Encoding.UCS_2 if forcing else Encoding.GSM_7
    widths = [_width(one, encoding) for one in text]
    alone, joined = ROOM[encoding]
    parts = (text,) if sum(widths) <= alone else tuple(_cut(text, widths, joined))
    return Segments(encoding, sum(widths), parts if text else (), forcing)


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1  # beyond it UTF-16, which is what is really sent, takes two


def _cut(text: str, widths: list[int], room: int) -> Iterator[str]:
    start = taken = 0
    for index, width in enumerate(widths):
        if taken + width > room:
            yield text[start:index]
            start, taken = index, 0
        taken += width
    yield text[start:]
