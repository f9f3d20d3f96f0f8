"""What became of items that were taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ignored:
    """An item that was not taken, by its place among those given, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many items were new, how many said nothing new, and which were not taken."""

    new: int
    repeated: int
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What an event led to: whether it was new, which workflows it started, and which were told of it."""

    new: bool
    started: list[str]
    told: list[str]
