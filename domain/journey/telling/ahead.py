"""What comes next for somebody who is at a step: each way onward, what makes them go it, and where it leads."""

from dataclasses import dataclass

from domain.journey.program import Program
from domain.journey.telling.outline import outline
from domain.journey.telling.reading import Way

AFTER = "then"
END = "the journey ends"


@dataclass(frozen=True, slots=True)
class Ahead:
    """One way onward. Without a step the journey ends there; `what` says what is done, in words."""

    when: str
    step: str | None
    what: str


def title(program: Program, step: str) -> str:
    """What a step is, in words."""
    return outline(program.nodes[step].step).title


def ahead(program: Program, step: str) -> list[Ahead]:
    """The ways onward from a step."""
    node = program.nodes[step]
    seen = outline(node.step)
    if seen.ends:
        return [Ahead(AFTER, None, END)]
    ways = seen.ways or (Way(AFTER),)
    return [_ahead(program, way, node.next) for way in ways]


def _ahead(program: Program, way: Way, follower: str | None) -> Ahead:
    if way.out:
        return Ahead(way.label, None, way.out)
    step = way.block[0].id if way.block else follower
    return Ahead(way.label, step, title(program, step) if step else END)
