"""Boxes and lines as elements of SVG. Whatever came from a journey is escaped here."""

from collections.abc import Iterator, Sequence
from math import dist

from domain.journey.drawing.cards import ICON, PADDING, PILL_ICON
from domain.journey.drawing.looks import looks
from domain.journey.drawing.marks import Box, Line, Point, Text
from domain.journey.drawing.text import escaped

BEND = 12  # radius of a line's corners
ARROW = 5  # half the width of an arrowhead
CORNERS = {"card": 13, "label": 11, "pill": 18, "note": 10}
ICON_FIELD = 24  # in which icons are drawn
CARD_ICON = 21


def line(mark: Line) -> str:
    """A line with rounded corners, and its arrowhead."""
    points = [point for point, before in zip(mark.points, (None, *mark.points), strict=False) if point != before]
    drawn = f'<path class="line" d="{_rounded(points)}"/>'
    return drawn + _head(points[-2], points[-1]) if mark.arrow else drawn


def box(mark: Box) -> str:
    """A box with its icon, its lines of text, and all of its text for whoever points at it."""
    named = f' data-step="{escaped(mark.step)}"' if mark.step else ""
    parts = "".join(_inside(mark))
    return f'<g class="{mark.style} {mark.look}"{named} transform="translate({mark.x} {mark.y})">{parts}</g>'


def _inside(mark: Box) -> Iterator[str]:
    yield f"<title>{escaped(mark.tip, lines=True)}</title>"
    if mark.style in CORNERS:
        radius = min(CORNERS[mark.style], mark.height // 2)
        yield f'<rect class="box" width="{mark.width}" height="{mark.height}" rx="{radius}"/>'
    if mark.style == "card":
        yield f'<rect class="chip" x="{PADDING}" y="{PADDING}" width="{ICON}" height="{ICON}" rx="10"/>'
        yield _icon(mark.look, PADDING + ICON / 2, PADDING + ICON / 2, CARD_ICON)
    elif mark.look:
        yield _icon(mark.look, PADDING + PILL_ICON / 2, mark.height / 2, PILL_ICON)
    yield from map(_text, mark.lines)


def _icon(look: str, x: float, y: float, size: int) -> str:
    """An icon around this point."""
    scale = size / ICON_FIELD
    place = f"translate({x - size / 2:g} {y - size / 2:g}) scale({scale:g})"
    return f'<path class="icon" transform="{place}" d="{looks()[look].icon}"/>'


def _text(text: Text) -> str:
    style = f"{text.style} centred" if text.centred else text.style
    return f'<text class="{style}" x="{text.x}" y="{text.y}">{escaped(text.text)}</text>'


def _head(before: Point, tip: Point) -> str:
    """An arrowhead at `tip`, which is reached from `before` straight down or to the right."""
    x, y = tip
    if before[0] == x:
        return f'<path class="head" d="M{x - ARROW} {y - 7}L{x} {y}L{x + ARROW} {y - 7}z"/>'
    return f'<path class="head" d="M{x - 7} {y - ARROW}L{x} {y}L{x - 7} {y + ARROW}z"/>'


def _rounded(points: Sequence[Point]) -> str:
    parts = ["M{} {}".format(*points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(BEND, dist(before, corner) / 2, dist(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{start}Q{corner[0]} {corner[1]} {end}")
    return "".join([*parts, "L{} {}".format(*points[-1])])


def _towards(start: Point, end: Point, far: float) -> str:
    """The point so far from `start` on the way to `end`."""
    part = far / dist(start, end)
    return f"{start[0] + (end[0] - start[0]) * part:g} {start[1] + (end[1] - start[1]) * part:g}"
