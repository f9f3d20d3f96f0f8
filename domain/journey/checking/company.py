"""Journeys among each other: which of them let people into which, and where people would go round for ever."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.journey.conditions import PropertyIs
from domain.journey.facts import Facts
from domain.journey.head import Entry
from domain.journey.language import Emit, Enter, Exit, Journey, Repeat, Send, Set, Step, WaitFor
from domain.journey.moves import How, Passing, moves
from domain.journey.walking import Block, every_step, leaves_of

Company = Mapping[str, Journey]
AT_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # conditions on properties do not look at the clock


@dataclass(frozen=True, slots=True)
class Circle:
    """Journeys that let people into each other at once, beginning and ending with the same; `step` closes it."""

    names: tuple[str, ...]
    step: str  # of the first journey, which lets people into the second

    def __str__(self) -> str:
        return " -> ".join(self.names)


def strangers(journey: Journey, company: Company) -> list[Enter]:
    """The steps that enter a journey which is not there."""
    steps = every_step(journey.steps)
    return [step for step in steps if isinstance(step, Enter) and step.enter not in company]


def circles(journey: Journey, company: Company) -> Iterator[Circle]:
    """The circles through this journey that nothing ever ends: no wait, and no rule that keeps anybody from entering.

    A journey that enters itself is one whatever its rule is: nobody is in it twice at a time, so it is a mistake.
    """
    company = {**company, journey.journey: journey}
    doors = {name: list(_doors(one, company)) for name, one in company.items()}
    for step, name in doors[journey.journey]:
        way = _way(name, journey.journey, doors)
        if way and (len(way) == 1 or all(company[passed].reentry == "always" for passed in way)):
            yield Circle((journey.journey, *way), step)


def _way(start: str, goal: str, doors: Mapping[str, Iterable[tuple[str, str]]]) -> tuple[str, ...]:
    """A shortest way through doors, none if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:  # which grows meanwhile
        if way[-1] == goal:
            return way
        further = [name for _, name in doors[way[-1]] if name not in seen]
        seen |= set(further)
        ways += [(*way, name) for name in further]
    return ()


def _doors(journey: Journey, company: Company) -> Iterator[tuple[str, str]]:
    """The steps that people come to without a wait and that let them into journeys, with those."""
    start = _Start({journey.entry.event})
    start.through(journey.steps)
    for step in start.reached:
        for name, other in company.items():
            if name == step.enter if isinstance(step, Enter) else _lets_in(other.entry, step):
                yield step.id, name


def _lets_in(entry: Entry, step: Emit) -> bool:
    """Whether an emitted event may; what a condition on the person says is not known."""
    if entry.event != step.emit or (entry.key and entry.key not in step.properties):
        return False
    if entry.where is None or not all(isinstance(leaf, PropertyIs) for leaf in leaves_of(entry.where)):
        return True
    return entry.where.holds(Facts(AT_ANY_TIME, properties=step.properties))


@dataclass(slots=True)
class _Start:
    """The steps that take no time, from the begin of a journey on."""

    known: set[str]  # events that have happened by then
    reached: list[Emit | Enter] = field(default_factory=list)

    def through(self, block: Block) -> bool:
        """Whether people may come out of the block without having waited."""
        return all(self._past(step) for step in block)

    def _past(self, step: Step) -> bool:
        match step:
            case Send() | Set():
                return True
            case Emit() | Enter():
                self.reached.append(step)
                self.known |= {step.emit} if isinstance(step, Emit) else set()
                return True
            case Exit():
                return False
            case Repeat():
                through = self.through(step.do)
                return bool(step.repeat.until) or (through and step.repeat.at_most == 1)
            case _:
                return self._choose(step)

    def _choose(self, step: Passing) -> bool:
        blocks = [move.block for move in moves(step) if move.how is How.AT_ONCE and not move.ends]
        if isinstance(step, WaitFor) and step.since == "enrollment":
            blocks += [one.do for one in step.wait_for if one.where is None and one.event in self.known]
        ways = [self.through(block) for block in blocks]  # all of them, for what they reach
        return any(ways)
