"""All ways through a journey at once: what they add up to, step by step and lap by lap, is kept and used again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from domain.journey.costing.billing import ACTIVITY, NOTHING
from domain.journey.costing.rests import Onward, Situation
from domain.journey.costing.tallies import Tally
from domain.journey.costing.ways import Ways, out_of
from domain.journey.language import Repeat, Step
from domain.journey.moves import NO_TIME
from domain.journey.patience import Patience
from domain.journey.walking import Block

V = TypeVar("V")
Outcomes = dict[Situation | None, V]  # what has led to each situation; None is the end


@dataclass
class Crossing(Generic[V]):
    """Ways, added up by a tally."""

    ways: Ways
    tally: Tally[V]
    patience: Patience
    _kept: dict[tuple[str, bool, Situation], Outcomes[V]] = field(default_factory=dict)

    def whole(self) -> V:
        """All ways from the begin to the end. Raises TooManyWays."""
        outcomes = self._through(self.ways.program.journey.steps, self.ways.begin)
        closed = self._then(outcomes, lambda _: {None: self.tally.of(ACTIVITY, 1, None)})
        return closed[None]

    def _through(self, block: Block, situation: Situation) -> Outcomes[V]:
        outcomes: Outcomes[V] = {situation: self.tally.nothing}
        for step in block:
            outcomes = self._then(outcomes, partial(self._past, step))
        return outcomes

    def _past(self, step: Step, situation: Situation) -> Outcomes[V]:
        if isinstance(step, Repeat):
            return self._keep(step, situation, lambda: self._repeat(step, situation))
        return self._keep(step, situation, lambda: self._go(self.ways.onward(step, situation)))

    def _go(self, ways: Iterable[Onward]) -> Outcomes[V]:
        return self._merged(
            self._then({way.to: self.tally.of(way.toll, way.chance, way.stop)}, partial(self._through, way.block))
            for way in ways
        )

    def _repeat(self, step: Repeat, situation: Situation) -> Outcomes[V]:
        lap: Outcomes[V] = {situation._replace(laps=(*situation.laps, NO_TIME)): self.tally.nothing}
        over: Outcomes[V] = {}
        for number in range(1, step.repeat.at_most + 1):
            lap = self._then(lap, partial(self._lap, step, number == step.repeat.at_most))
            outside = {to: value for to, value in lap.items() if to is None or len(to.laps) == len(situation.laps)}
            over = self._merged([over, outside])
            lap = {to: value for to, value in lap.items() if to not in outside}
        return over

    def _lap(self, step: Repeat, last: bool, due: Situation) -> Outcomes[V]:
        """From where a lap is due to where the next one is, or out of the repeat."""
        return self._keep(step, due, lambda: self._run(step, last, due), last)

    def _run(self, step: Repeat, last: bool, due: Situation) -> Outcomes[V]:
        return self._merged(
            self._ended(step, last, self._then({due: self._chance(chance)}, partial(self._through, step.do)))
            if begins
            else {out_of(due): self._chance(chance)}
            for begins, chance in self.ways.before_lap(step, due)
        )

    def _ended(self, step: Repeat, last: bool, done: Outcomes[V]) -> Outcomes[V]:
        if last:
            return self._then(done, lambda at: {out_of(at): self.tally.nothing})
        return self._then(done, lambda at: self._go(self.ways.after_lap(step, at)))

    def _chance(self, chance: float) -> V:
        return self.tally.of(NOTHING, chance, None)

    def _then(self, outcomes: Outcomes[V], onward: Callable[[Situation], Outcomes[V]]) -> Outcomes[V]:
        self.patience.spend(len(outcomes))
        return self._merged(
            {to: self.tally.then(value, more) for to, more in onward(situation).items()} if situation else {None: value}
            for situation, value in outcomes.items()
        )

    def _merged(self, groups: Iterable[Outcomes[V]]) -> Outcomes[V]:
        found: Outcomes[V] = {}
        for group in groups:
            self.patience.spend(len(group))
            for to, value in group.items():
                found[to] = self.tally.either(found[to], value) if to in found else value
        return found

    def _keep(
        self, step: Step, situation: Situation, find: Callable[[], Outcomes[V]], last: bool = False
    ) -> Outcomes[V]:
        key = (step.id, last, situation)
        if key not in self._kept:
            self._kept[key] = find()
        return self._kept[key]
