"""Text for pictures: what may stand in one, how wide it will be, and where its lines break.

Nobody knows which font a reader has, so widths are those of a wide one (DejaVu Sans): lines end early, never late.
"""

from dataclasses import dataclass
from html import escape
from unicodedata import combining, east_asian_width

JOINERS = "\u200c\u200d"  # parts of words in Persian and of emoji; other invisible characters are left out
BREAK_AFTER = "_-/.,:"  # where a word that is longer than a line is broken first
# Characters by their width in parts of the font's size.
WIDTHS = {
    **dict.fromkeys("ijlI.,:;'|!` ", 0.36),
    **dict.fromkeys('frt()[]{}/\\-"*', 0.47),
    **dict.fromkeys("mwMWQO@%&…", 0.98),
    **dict.fromkeys("+=<>#~^", 0.84),
}
SMALL, CAPITAL = 0.645, 0.76
FOREIGN_SMALL, FOREIGN_CAPITAL = 0.85, 1.1  # Ж, щ, س and the like
FULL = 1.3  # CJK has 1, emoji up to this
LATIN = 0x24F  # its last letter


@dataclass(frozen=True, slots=True)
class Font:
    """A size in pixels, the height of a line, and how much wider than the plain one the letters are."""

    size: float
    line: int
    wider: float = 1.0

    def width(self, text: str) -> float:
        """How wide the text will be at most, in pixels."""
        return sum(map(_width, text)) * self.size * self.wider

    def baseline(self, top: int) -> int:
        """Where the letters of a line stand, so that capitals are in the middle of its height."""
        return round(top + self.line / 2 + self.size * 0.36)


def plain(text: str) -> str:
    """One line of visible characters, whatever stood there: no control could reorder or break the picture."""
    return "".join(character if character.isprintable() or character in JOINERS else " " for character in text)


def escaped(text: str, *, lines: bool = False) -> str:
    """As content or attribute of XML; with `lines`, line breaks are kept."""
    return escape("\n".join(map(plain, text.split("\n"))) if lines else plain(text), quote=True)


def wrap(text: str, font: Font, width: float, most: int) -> tuple[str, ...]:
    """At most so many lines of at most this width; what does not fit is left out and an ellipsis says so."""
    lines: list[str] = []
    for word in plain(text).split():
        if lines and font.width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, font, width)
    return tuple(lines) if len(lines) <= most else (*lines[: most - 1], _cut(lines[most - 1], font, width))


def _pieces(word: str, font: Font, width: float) -> list[str]:
    """A word, in pieces if it is longer than a line; never between a letter and its accent."""
    pieces = [""]
    for part in _parts(word):
        for cluster in [part] if font.width(part) <= width else _clusters(part):
            if pieces[-1] and font.width(pieces[-1] + cluster) > width:
                pieces.append("")
            pieces[-1] += cluster
    return pieces


def _parts(word: str) -> list[str]:
    parts = [""]
    for character in word:
        parts[-1] += character
        if character in BREAK_AFTER:
            parts.append("")
    return [part for part in parts if part]


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for character in text:
        joined = clusters and (_width(character) == 0 or clusters[-1].endswith("\u200d"))
        if joined:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _cut(line: str, font: Font, width: float) -> str:
    while font.width(f"{line}…") > width:
        line = "".join(_clusters(line)[:-1])
    return f"{line.rstrip()}…"


def _width(character: str) -> float:
    if combining(character) or character in JOINERS or "\ufe00" <= character <= "\ufe0f":
        return 0.0
    if character in WIDTHS:
        return WIDTHS[character]
    if east_asian_width(character) in "WF" or ord(character) > 0xFFFF:
        return FULL
    if ord(character) > LATIN:
        return FOREIGN_CAPITAL if character.isupper() else FOREIGN_SMALL
    return CAPITAL if character.isupper() else SMALL
