"""How pieces of a picture are put together: one below the other, or side by side and joined again beneath.

A piece is entered at the top of its axis and left at the bottom of it, so what is stacked stands in one line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from domain.journey.drawing.marks import Line, Mark, Point

STEP_GAP = 34  # between steps, with an arrow
LANE_GAP = 30  # between ways
FAN = 36  # from a step down to its ways, and from the ways down to where they are joined
LOOP_ROOM = 22  # beneath and beside a way that leads back


@dataclass(frozen=True, slots=True)
class Piece:
    """Some marks, the space they take, where the axis is, and whether a person can leave at its bottom."""

    width: int
    height: int
    axis: int
    marks: tuple[Mark, ...]
    leads_on: bool = True

    def moved(self, right: int, down: int) -> Iterator[Mark]:
        """Its marks elsewhere."""
        return (mark.moved(right, down) for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Lane:
    """One of several ways: what stands on it, and whether it leads back to where the ways begin."""

    piece: Piece
    again: bool = False

    @property
    def joins(self) -> bool:
        """Whether it leads on to what follows all ways."""
        return self.piece.leads_on and not self.again


def stack(pieces: Sequence[Piece], gap: int = STEP_GAP) -> Piece:
    """One below the other. What stands below a dead end is drawn, and nothing leads to it."""
    axis = max(piece.axis for piece in pieces)
    width = axis + max(piece.width - piece.axis for piece in pieces)
    tops = list(accumulate((piece.height + gap for piece in pieces), initial=0))
    marks: list[Mark] = []
    for piece, top, below in zip(pieces, tops, tops[1:], strict=False):
        marks += piece.moved(axis - piece.axis, top)
        if piece.leads_on and piece is not pieces[-1]:
            marks.append(Line(((axis, below - gap), (axis, below)), arrow=True))
    return Piece(width, tops[-1] - gap, axis, tuple(marks), all(piece.leads_on for piece in pieces))


def fork(head: Piece, lanes: Sequence[Lane]) -> Piece:
    """The ways side by side under their step, one that leads back leftmost, and those that lead on joined beneath."""
    ordered = sorted(lanes, key=lambda lane: not lane.again)
    lefts = list(accumulate((lane.piece.width + LANE_GAP for lane in ordered), initial=0))
    spots = [left + lane.piece.axis for left, lane in zip(lefts, ordered, strict=False)]
    axis, first = _middle(ordered, spots), ordered[0]
    beneath = head.height + FAN + max(lane.piece.height for lane in ordered)
    marks = [*head.moved(axis - head.axis, 0)]
    for lane, left in zip(ordered, lefts, strict=False):
        marks += _lane_marks(lane, left, (axis, head.height), (axis, beneath))
    edge = min(0, axis - head.axis)
    if first.again and first.piece.leads_on:
        edge -= LOOP_ROOM
        end = head.height + FAN + first.piece.height
        marks.append(_loop((spots[0], end), edge, (axis - head.axis, head.height // 2)))
    right = max(lefts[-1] - LANE_GAP, axis - head.axis + head.width)
    joined = any(lane.joins for lane in ordered)
    moved = tuple(mark.moved(-edge, 0) for mark in marks)
    return Piece(right - edge, beneath + (FAN if joined else LOOP_ROOM), axis - edge, moved, joined)


def _lane_marks(lane: Lane, left: int, start: Point, joint: Point) -> Iterator[Mark]:
    """A way from its step at `start` down to the height of `joint`, and there to what follows if it leads on."""
    spot, top = left + lane.piece.axis, start[1] + FAN
    yield _bent(start, (spot, top), start[1] + FAN // 2)
    yield from lane.piece.moved(left, top)
    if lane.joins:
        yield _bent((spot, top + lane.piece.height), (joint[0], joint[1] + FAN), joint[1] + FAN // 2)


def _middle(lanes: Sequence[Lane], spots: Sequence[int]) -> int:
    """Where most can go straight on: amid the ways that lead on, or amid all if none does."""
    joining = [spot for lane, spot in zip(lanes, spots, strict=False) if lane.joins]
    return int(median(joining or spots))


def _bent(start: Point, end: Point, across: int) -> Line:
    """Down, across at that height, and down again."""
    return Line((start, (start[0], across), (end[0], across), end))


def _loop(start: Point, edge: int, end: Point) -> Line:
    """Down, out to the edge, up, and back in."""
    low = start[1] + FAN // 2
    return Line((start, (start[0], low), (edge, low), (edge, end[1]), end), arrow=True)
