"""Finds the links in what a message says and puts others in their place; everything else stays as it is.

`make` is given an address and answers with what shall stand there, or None if it shall stay.
"""

import re
import unicodedata
from collections.abc import Callable
from copy import copy
from html import escape, unescape
from html.entities import html5
from html.parser import HTMLParser

from linkify_it import LinkifyIt

Make = Callable[[str], str | None]

LONGEST = 2_000  # characters; longer ones work in few places, and are left alone
WEB = re.compile(r"https?://[^\s/?#\\]+(?:[/?#]\S*)?", re.IGNORECASE)
HOST = re.compile(r"https?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?""")
REFERENCE = re.compile(r"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)(=?)")
# What marks a link as nobody's to count: for us, and for SendGrid.
UNTRACKED = {("data-track", "off"), ("clicktracking", "off")}


def _finder() -> LinkifyIt:
    found = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for other in ("ftp:", "mailto:", "//"):
        found.add(other, None)
    return found


FINDER = _finder()  # keeps notes while it looks, so that each text is given a copy


def is_web(address: str) -> bool:
    """Whether a browser can be sent there by http or https, and nothing else can be meant."""
    return len(address) <= LONGEST and address.isprintable() and WEB.fullmatch(address) is not None


def host(address: str) -> str:
    """Whose site it is.

    >>> host("https://shop.example:8443/a?b")
    'shop.example'
    """
    found = HOST.match(address)
    return found[1].lower() if found else ""


def addresses(text: str) -> list[str]:
    """The web addresses in a plain text, without the punctuation behind them.

    >>> addresses("Look (https://x.example/a_(b)), or ask.")
    ['https://x.example/a_(b)']
    """
    return [text[begin:end] for begin, end in _spans(text)]


def rewrite_text(text: str, make: Make) -> tuple[str, list[str]]:
    """The text with other links, and the addresses that they stand for."""
    return _replaced(text, [(begin, end, text[begin:end]) for begin, end in _spans(text)], make)


def rewrite_html(html: str, make: Make) -> tuple[str, list[str]]:
    """The same for what the `a` elements of HTML lead to, unless they say `data-track="off"`."""
    return _replaced(html, _anchors(html).found, make, written=escape)


def marked(html: str) -> set[str]:
    """The addresses of those that do say so: they stand in the mail's plain text as well."""
    return _anchors(html).marked


def _replaced(
    text: str, found: list[tuple[int, int, str]], make: Make, written: Callable[[str], str] = str
) -> tuple[str, list[str]]:
    parts, rest, taken = [], 0, []
    for begin, end, address in found:
        other = make(address) if is_web(address) else None
        if other is not None:
            parts += [text[rest:begin], written(other)]
            rest = end
            taken.append(address)
    return "".join([*parts, text[rest:]]), taken


def _spans(text: str) -> list[tuple[int, int]]:
    if "://" not in text:
        return []
    found = copy(FINDER).match(_without_symbols(text)) or []
    return [(one.index, _end(text, one.index, one.last_index)) for one in found]


def _end(text: str, begin: int, end: int) -> int:
    """WhatsApp shows what stands between two stars as bold: the second is no part of the address either."""
    return end - 1 if begin and text[begin - 1] == "*" == text[end - 1] else end


def _without_symbols(text: str) -> str:
    """The same length, without what no address is written with: a heart behind a link is not part of it."""
    if text.isascii():
        return text
    return "".join(one if one.isascii() or unicodedata.category(one)[0] in "LMN" else " " for one in text)


def _anchors(html: str) -> "_Anchors":
    # Of all malformed HTML only "<![" makes the parser raise; in its place something as long that is skipped alike.
    readable = html.replace("<![", "<?[")
    parser = _Anchors(readable)
    parser.feed(readable)
    parser.close()
    return parser


class _Anchors(HTMLParser):
    """Where in the page the addresses of its links stand, and what they say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[int, int, str]] = []
        self.marked: set[str] = set()
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        first = dict(reversed(attrs))  # of the same attribute twice, browsers take the first
        given = first.get("href")
        if tag != "a" or not given:
            return
        line, column = self.getpos()
        begin = self._lines[line - 1] + column
        span = _value(self.get_starttag_text() or "", "href")
        if span and given in (span[2], unescape(span[3])):  # otherwise we have not read what the parser has
            raw = span[3]
            if UNTRACKED & {(name, (value or "").lower()) for name, value in attrs}:
                self.marked.add(span[2].strip())
                return
            lead = len(raw) - len(raw.lstrip())
            self.found.append((begin + span[0] + lead, begin + span[0] + len(raw.rstrip()), span[2].strip()))


def _value(tag: str, name: str) -> tuple[int, int, str, str] | None:
    """Where the value of an attribute stands in a tag, what it means, and how it is written."""
    for match in ATTRIBUTE.finditer(tag, 2):
        if match[1].lower() == name:
            group = next((one for one in (2, 3, 4) if match[one] is not None), None)
            return (*match.span(group), _decoded(match[group]), match[group]) if group else None
    return None


def _decoded(value: str) -> str:
    """As browsers read it: `&copy=1` in an address is a parameter, and no sign."""

    def read(match: re.Match[str]) -> str:
        name = match[1]
        exact = name.startswith("#") or name.endswith(";") or (name in html5 and not match[2])
        return unescape(f"&{name}") + match[2] if exact else match[0]

    return REFERENCE.sub(read, value)
