"""The boxes of a picture: a card for a step, a label for a way, pills for where a journey begins and ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from domain.journey.drawing.marks import Box, Text
from domain.journey.drawing.pieces import Piece
from domain.journey.drawing.text import Font, wrap
from domain.journey.telling.reading import Note, Outline

BOLD = 1.13  # how much wider bold letters are
FONTS = {
    "heading": Font(22, 28, BOLD),
    "title": Font(14, 19, BOLD),
    "detail": Font(12, 17),
    "id": Font(10.5, 16),
    "label": Font(11.5, 15),
    "pill": Font(13, 17, BOLD),
}
CARD_WIDTH, LABEL_WIDTH, PADDING, NOTE_GAP = 252, 196, 13, 10
ICON, PILL_ICON = 34, 17
TEXT_LEFT = PADDING + ICON + 11
MOST_LINES = 4  # of one text; whatever is cut stands in the tip


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around a text that makes its box as wide as it needs: `icon` is the room for one, at the left."""

    font: str
    side: int
    above: int
    icon: int = 0
    centred: bool = True


FRAMES = {
    "label": Frame("label", 10, 4),
    "pill": Frame("pill", 16, 9, PILL_ICON + 5),
    "note": Frame("detail", 13, 7, PILL_ICON + 7, centred=False),
}


def card(step: Outline) -> Piece:
    """A step: its icon, title, details and id."""
    texts = [("title", step.title), *(("detail", detail) for detail in step.details), ("id", step.id)]
    lines, bottom = _lines(texts, TEXT_LEFT, PADDING - 2, CARD_WIDTH - TEXT_LEFT - PADDING)
    height = max(bottom + PADDING - 3, ICON + 2 * PADDING)
    tip = "\n".join([f"{step.id}: {step.title}", *step.details])
    return _alone(Box("card", 0, 0, CARD_WIDTH, height, lines, tip, step.kind, step.id), leads_on=not step.ends)


def label(text: str) -> Piece:
    """What makes a person go a way."""
    return _alone(_framed("label", text, LABEL_WIDTH))


def pill(look: str, text: str, *, leads_on: bool = True) -> Piece:
    """Where the journey begins or ends without a step."""
    return _alone(_framed("pill", text, CARD_WIDTH, look), leads_on=leads_on)


def header(title: str, subtitle: str, notes: Iterable[Note], width: int) -> tuple[list[Box], int]:
    """The title, beneath it what holds everywhere in rows, and how high they are together."""
    lines, bottom = _lines([("heading", title), ("detail", subtitle)], 0, 0, width)
    boxes = [Box("header", 0, 0, width, bottom, lines, title)]
    left, top = 0, bottom + NOTE_GAP
    for note in notes:
        box = _framed("note", note.text, width, note.kind)
        if left + box.width > width:
            left, top = 0, bottom + NOTE_GAP
        boxes.append(box.moved(left, top))
        left, bottom = left + box.width + NOTE_GAP, max(bottom, top + box.height)
    return boxes, bottom


def _framed(style: str, text: str, most: int, look: str = "") -> Box:
    """A box as wide as its text."""
    frame = FRAMES[style]
    font, left = FONTS[frame.font], frame.side + frame.icon
    found = wrap(text, font, most - left - frame.side, MOST_LINES)
    inner = ceil(max((font.width(line) for line in found), default=0))
    middle = left + inner // 2 if frame.centred else left
    lines, bottom = _lines([(frame.font, line) for line in found], middle, frame.above, most, centred=frame.centred)
    return Box(style, 0, 0, left + inner + frame.side, bottom + frame.above, lines, text, look)


def _lines(
    texts: Iterable[tuple[str, str]], left: int, top: int, width: int, *, centred: bool = False
) -> tuple[tuple[Text, ...], int]:
    """The texts, each in its style, wrapped one below the other; and where the last line ends."""
    lines: list[Text] = []
    for style, text in texts:
        font = FONTS[style]
        for line in wrap(text, font, width, MOST_LINES):
            lines.append(Text(style, left, font.baseline(top), line, centred))
            top += font.line
    return tuple(lines), top


def _alone(box: Box, *, leads_on: bool = True) -> Piece:
    return Piece(box.width, box.height, box.width // 2, (box,), leads_on)
