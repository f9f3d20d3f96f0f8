"""Where a person is on a way, as far as it matters to what comes, and what a rest there may end with."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from domain.durations import LONGEST
from domain.journey.costing.billing import ACTIVITY, CANCELED, FIRES, NOTHING, SHOWN, SIGNAL, TIMER, Toll
from domain.journey.costing.tallies import Stop, Trail
from domain.journey.language import Emit, Repeat, Step, WaitFor
from domain.journey.moves import NO_TIME, How
from domain.journey.program import Program
from domain.journey.walking import Block, event_names, every_step


class Situation(NamedTuple):
    """What was shown last, which events have come of those that are looked at again, how long ago laps began."""

    shown: str
    seen: frozenset[str] = frozenset()
    laps: tuple[timedelta, ...] = ()

    def later(self, time: timedelta) -> "Situation":
        """After a while."""
        return self._replace(laps=tuple(min(lap + time, LONGEST) for lap in self.laps))


@dataclass(frozen=True, slots=True)
class Onward:
    """One way from a step onward; to None when the journey is over."""

    to: Situation | None
    toll: Toll = NOTHING
    chance: float = 1
    stop: Trail = None
    block: Block = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A rest at a step; `timed` when a timer runs."""

    step: str
    timed: bool
    situation: Situation

    @property
    def _shown(self) -> Toll:
        return NOTHING if self.situation.shown == self.step else SHOWN

    @property
    def _interrupted(self) -> Toll:
        return self._shown + (TIMER + CANCELED if self.timed else NOTHING) + SIGNAL

    def by_time(self, label: str, chance: float, time: timedelta = NO_TIME, block: Block = ()) -> Onward:
        """Its timer ends it."""
        reached = self.situation._replace(shown=self.step).later(time)
        return Onward(reached, self._shown + TIMER + FIRES, chance, Stop(self.step, label, How.BY_TIME, time), block)

    def by_event(self, event: str, chance: float, seen: Collection[str], block: Block = ()) -> Onward:
        """An event ends it, at once."""
        reached = self.situation._replace(shown=self.step, seen=self.situation.seen | set(seen))
        return Onward(reached, self._interrupted, chance, Stop(self.step, event, How.BY_EVENT), block)

    def by_exit(self, chances: dict[str, float]) -> Iterator[Onward]:
        """An event ends the journey."""
        for event, chance in chances.items():
            yield Onward(None, self._interrupted + ACTIVITY, chance, Stop(self.step, event, How.BY_EVENT))

    def for_ever(self, chance: float) -> Onward:
        """Nothing ends it."""
        return Onward(None, self._shown, chance)


def looked_at_again(program: Program) -> frozenset[str]:
    """The keys of events of which it matters at more than one place, or again in a later lap, that they came."""
    found = Counter([program.journey.entry.event])
    for step in every_step(program.journey.steps):
        found.update(_looks(program, step))
        for inner in every_step(step.do) if isinstance(step, Repeat) else ():
            found.update(_looks(program, inner))
    return frozenset(key for key, places in found.items() if places > 1)


def _looks(program: Program, step: Step) -> set[str]:
    if isinstance(step, WaitFor) and step.since == "enrollment":
        return set(program.nodes[step.id].awaits)
    if isinstance(step, Repeat) and step.repeat.until:
        return set(event_names(step.repeat.until))
    return {one.key for one in program.interests.get(step.emit, ())} if isinstance(step, Emit) else set()
