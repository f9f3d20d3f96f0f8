"""A journey as a picture: one SVG text that needs no script, font or file beside it, and is always the same."""

from collections.abc import Iterable

from domain.journey.drawing.cards import CARD_WIDTH, header
from domain.journey.drawing.elements import box, line
from domain.journey.drawing.marks import Box, Line, Mark
from domain.journey.drawing.plan import plan
from domain.journey.drawing.style import style_sheet
from domain.journey.drawing.text import escaped
from domain.journey.language import Journey
from domain.journey.telling.notes import entry_in_words, notes
from domain.journey.telling.outline import outline
from domain.journey.telling.words import counted
from domain.journey.walking import every_step

MARGIN = 32
NARROWEST, HEAD_WIDTH = 2 * CARD_WIDTH, 4 * CARD_WIDTH  # room for a title, and the most that it takes


def svg(journey: Journey) -> str:
    """The picture, as the text of an SVG file."""
    flow = plan(journey)
    inner = max(flow.width, NARROWEST)
    head, top = header(journey.title, _subtitle(journey), notes(journey), min(inner, HEAD_WIDTH))
    moved = flow.moved(MARGIN + (inner - flow.width) // 2, top + 2 * MARGIN)
    marks = [*(box.moved(MARGIN, MARGIN) for box in head), *moved]
    return _document(journey, marks, inner + 2 * MARGIN, top + flow.height + 3 * MARGIN)


def _subtitle(journey: Journey) -> str:
    steps = sum(1 for _ in every_step(journey.steps))
    return f"{journey.journey} · {counted(steps, 'step')} · topic {journey.topic}"


def _document(journey: Journey, marks: Iterable[Mark], width: int, height: int) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="homing-journey" role="img" {size}>',
            f"<title>{escaped(journey.title)}</title>",
            f"<desc>{escaped(_description(journey))}</desc>",
            f"<style>\n{style_sheet()}\n</style>",
            f'<rect class="ground" width="{width}" height="{height}" rx="16"/>',
            *_in_order(marks),
            "</svg>\n",
        ]
    )


def _in_order(marks: Iterable[Mark]) -> list[str]:
    """Lines first, so that boxes stand upon them."""
    found = list(marks)
    lines = [line(mark) for mark in found if isinstance(mark, Line)]
    return lines + [box(mark) for mark in found if isinstance(mark, Box)]


def _description(journey: Journey) -> str:
    """For whoever cannot see the picture: the steps in the order of the file."""
    titles = "; ".join(outline(step).title for step in every_step(journey.steps))
    return f"A flowchart that begins with {entry_in_words(journey.entry)}. Its steps: {titles}."
