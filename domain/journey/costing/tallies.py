"""How tolls add up along ways and across them: to the least, to the most, or to what is likely."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from domain.journey.costing.billing import NOTHING, Toll
from domain.journey.moves import NO_TIME, How


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of a way at which there was a choice, and what was chosen."""

    step: str
    chosen: str
    how: How = How.AT_ONCE
    time: timedelta = NO_TIME  # that passes, as far as it is known


# A way of many thousand stops is put together from others without copying them.
Trail = tuple["Trail", "Trail"] | Stop | None


def stops(trail: Trail) -> Iterator[Stop]:
    """The stops of a trail, from its begin."""
    left: list[Trail] = [trail]
    while left:
        match left.pop():
            case Stop() as stop:
                yield stop
            case (before, after):
                left += [after, before]


V = TypeVar("V")


class Tally(Protocol[V]):
    """Values of stretches of ways: `then` puts one after another, `either` puts them beside each other."""

    @property
    def nothing(self) -> V:
        """The value of a stretch without anything."""
        ...

    def of(self, toll: Toll, chance: float, stop: Trail) -> V:
        """The value of a stretch that is taken with that chance."""
        ...

    def then(self, first: V, second: V) -> V:
        """Of one after another."""
        ...

    def either(self, one: V, other: V) -> V:
        """Of a choice."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way, and what it costs."""

    toll: Toll
    trail: Trail = None


@dataclass(frozen=True, slots=True)
class Extreme:
    """The way with the highest rank; chances do not matter, as long as it is possible."""

    rank: Callable[[Toll], tuple[float, ...]]
    nothing: Way = Way(NOTHING)

    def of(self, toll: Toll, chance: float, stop: Trail) -> Way:
        """As the protocol says."""
        return Way(toll, stop)

    def then(self, first: Way, second: Way) -> Way:
        """As the protocol says."""
        trail = (first.trail, second.trail) if first.trail and second.trail else first.trail or second.trail
        return Way(first.toll + second.toll, trail)

    def either(self, one: Way, other: Way) -> Way:
        """As the protocol says; of two that rank alike it is the first in the file."""
        return other if self.rank(other.toll) > self.rank(one.toll) else one


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the people go some ways, and what that costs on average over all people."""

    chance: float
    toll: Toll


@dataclass(frozen=True, slots=True)
class Average:
    """What all ways cost on average, each with its chance."""

    nothing: Share = Share(1, NOTHING)

    def of(self, toll: Toll, chance: float, stop: Trail) -> Share:
        """As the protocol says."""
        return Share(chance, toll * chance)

    def then(self, first: Share, second: Share) -> Share:
        """As the protocol says."""
        return Share(first.chance * second.chance, first.toll * second.chance + second.toll * first.chance)

    def either(self, one: Share, other: Share) -> Share:
        """As the protocol says."""
        return Share(one.chance + other.chance, one.toll + other.toll)


CHEAPEST = Extreme(lambda toll: (-toll.actions, -toll.events))
DEAREST = Extreme(lambda toll: (toll.actions, toll.events))
MOST_MESSAGES = Extreme(lambda toll: (toll.messages,))
LIKELY = Average()
