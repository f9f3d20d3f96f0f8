"""How often what may happen does: the model behind what a journey is likely to cost.

While a person rests in a wait with a timeout, one of the awaited events comes in half of the cases, each as often as
the others; without a timeout one of them comes in the end. Cases of a branch are equally frequent, a split has its
shares, dates lie ahead, and nobody leaves by `exit_on`. For any event a rate of its own can be given: how often it
comes while a person rests at one step that it would end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

AN_EVENT_IN_TIME = 0.5
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates from 0 to 1 by event."""

    given: Mapping[str, float] = field(default_factory=dict)

    def of_exits(self, exits: Sequence[str]) -> dict[str, float]:
        """The chance of each event that ends the journey, at one rest."""
        return _at_most_one({event: self.given.get(event, 0) for event in exits})

    def of_events(self, events: Sequence[str], *, timed: bool) -> list[float]:
        """The chance of each awaited event to end the wait; what is left is that of the timeout."""
        known = [self.given.get(event, 0) for event in events]
        unknown = sum(event not in self.given for event in events)
        left = AN_EVENT_IN_TIME * unknown / len(events) if timed else 1 - min(sum(known), 1)
        each = left / unknown if unknown else 0
        guessed = [self.given.get(event, each) for event in events]
        return list(_at_most_one(dict(enumerate(guessed))).values())


def _at_most_one(chances: Mapping[K, float]) -> dict[K, float]:
    """What cannot be true together is made smaller together."""
    total = max(sum(chances.values()), 1)
    return {what: chance / total for what, chance in chances.items()}
