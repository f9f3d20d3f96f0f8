"""Plain text from the HTML of a mail, so that the two always tell the same story."""

import re
from html.parser import HTMLParser

SILENT = {"head", "script", "style", "title"}
# Line breaks that a browser shows before and after an element: two stand for an empty line.
BREAKS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "hr", "ol", "p", "pre", "table", "ul"), 2),
    **dict.fromkeys(("div", "li", "td", "th", "tr"), 1),
}


def plain(html: str) -> str:
    """The text of a mail: paragraphs apart, list items with a dash, links as "label: address".

    >>> plain('<p>Hi,</p><p><a href="https://x.example">Open it</a></p>')
    'Hi,\\n\\nOpen it: https://x.example'
    """
    parser = _Plain()
    # Of all malformed HTML only this makes the parser raise (AssertionError); apart it is a comment.
    parser.feed(html.replace("<![", "<! ["))
    parser.close()
    return "\n".join(line.rstrip() for line in "".join(parser.parts).split("\n")).strip()


class _Plain(HTMLParser):
    """Collects text in `parts`; line breaks wait until text follows, so that those of nested elements do not add up."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._breaks = 0
        self._lead = ""  # the dash of a list item whose text is still to come
        self._open: list[str] = []  # silent and preformatted elements around the text
        self._link: tuple[str, int] | None = None  # its address and where its label begins

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._lead:
            self._breaks = self._breaks + 1 if tag == "br" else max(self._breaks, BREAKS.get(tag, 0))
        if tag in SILENT or tag == "pre":
            self._open.append(tag)
        elif tag == "li":
            self._lead = "- "
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        self._breaks = max(self._breaks, BREAKS.get(tag, 0))
        if tag == "li":
            self._lead = ""
        if tag in self._open:
            self._open.remove(tag)
        elif tag == "a" and self._link:
            self._close_link(*self._link)

    def handle_data(self, data: str) -> None:
        if SILENT.intersection(self._open):
            return
        if "pre" in self._open:
            self._add(data)
            return
        data = re.sub(r"\s+", " ", data)
        if self._breaks or self._lead or not self.parts or self.parts[-1].endswith((" ", "\n")):
            data = data.lstrip()
        if data:
            self._add(data)

    def _add(self, text: str) -> None:
        self.parts += ["\n" * self._breaks + self._lead, text]
        self._breaks, self._lead = 0, ""

    def _close_link(self, address: str, start: int) -> None:
        self._link = None
        label = "".join(self.parts[start:]).strip()
        shown = address.removeprefix("mailto:")
        if shown and shown != label:
            self._add(f": {shown}" if label else shown)
