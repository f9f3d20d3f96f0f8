"""A journey laid out by its own structure: steps downwards, the ways of a step side by side and joined beneath."""

from domain.journey.drawing.cards import card, label, pill
from domain.journey.drawing.pieces import Lane, Piece, fork, stack
from domain.journey.language import Journey, Step
from domain.journey.outline import Way, outline

LABEL_GAP = 24  # between a way's label and its first step


def plan(journey: Journey) -> Piece:
    """The whole way from the entry to the end; no end is drawn where nobody comes to it."""
    body = stack([pill("start", journey.entry.event), *map(_step, journey.steps)])
    return stack([body, pill("end", "Completed")]) if body.leads_on else body


def _step(step: Step) -> Piece:
    read = outline(step)
    return fork(card(read), [_lane(way) for way in read.ways]) if read.ways else card(read)


def _lane(way: Way) -> Lane:
    head = label(way.label)
    if not way.block:
        return Lane(head, way.again)
    return Lane(stack([head, stack([_step(step) for step in way.block])], LABEL_GAP), way.again)
