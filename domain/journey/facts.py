"""What conditions look at: the person's attributes, what has happened, and what became of earlier messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.delivery import Reported


@dataclass(frozen=True, slots=True)
class Occurrence:
    """How often a thing was seen, and when first and last (the sender's time); `recent` are the last times kept."""

    count: int
    first: datetime
    last: datetime
    recent: tuple[datetime, ...] = ()

    def again(self, at: datetime, kept: int) -> "Occurrence":
        """The same, seen once more, keeping this many times."""
        recent = tuple(sorted((*self.recent, at))[-kept:]) if kept else ()
        return Occurrence(self.count + 1, min(self.first, at), max(self.last, at), recent)


def once(at: datetime, kept: int) -> Occurrence:
    """Seen for the first time."""
    return Occurrence(1, at, at, (at,) if kept else ())


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt that tells most of a step's newest message: that of this pass. None as long as there is none.

    Where one message after another goes out, `channels` are theirs, the newest last; `told` is the furthest of each.
    """

    pass_number: int
    reported: Reported | None = None
    at: datetime | None = None
    channels: tuple[str, ...] = ()
    told: dict[str, Reported] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may look at. `properties` are those of the event at hand, if there is one."""

    now: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Occurrence] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)  # how steps ended
    receipts: Mapping[str, Receipt] = field(default_factory=dict)  # what has been reported of their messages
