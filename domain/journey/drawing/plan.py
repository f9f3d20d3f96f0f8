"""A journey laid out by its own structure: steps downwards, the ways of a step side by side and joined beneath."""

from domain.journey.drawing.cards import card, label, pill
from domain.journey.drawing.pieces import Lane, Piece, fork, stack
from domain.journey.language import Journey, Step
from domain.journey.telling.notes import entry_in_words
from domain.journey.telling.outline import Way, outline

LABEL_GAP = 24  # between a way's label and its first step


def plan(journey: Journey) -> Piece:
    """The whole way from the entry to the end; no end is drawn where nobody comes to it."""
    body = stack([pill("start", entry_in_words(journey.entry)), *map(_step, journey.steps)])
    return stack([body, pill("end", "Completed")]) if body.leads_on else body


def _step(step: Step) -> Piece:
    read = outline(step)
    return fork(card(read), [_lane(way) for way in read.ways]) if read.ways else card(read)


def _lane(way: Way) -> Lane:
    steps = [_step(step) for step in way.block]
    if way.out:
        steps.append(pill("exit", way.out, leads_on=False))
    head = label(way.label)
    return Lane(stack([head, stack(steps)], LABEL_GAP) if steps else head, way.again)
