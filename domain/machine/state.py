"""What the machine remembers of one person: small, plain, serialisable. What is copied at each step has no slots."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.delivery import Outcome
from domain.journey.facts import Occurrence, Receipt

MAX_TAKEN = 200  # ids of events remembered against duplicates; a sender's retries come within far fewer events
MAX_REASON = 200  # characters of the reason for which a journey ended


class Phase(StrEnum):
    """What the person's journey is doing at its step."""

    SENDING = "sending"
    ACTING = "acting"  # changing an attribute, reporting an event, entering another journey
    WAITING = "waiting"
    HELD = "held"  # its message may go later, and is then decided on again
    DONE = "done"  # the step is over, but a pause keeps the next one from being reached
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap of a `repeat`: the how many'th, and when it was due to begin."""

    number: int
    began: datetime


@dataclass(frozen=True)
class Person:
    """Who goes through the journey: their id for splits, their IANA zone, and the attributes it looks at."""

    id: str
    zone: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far they came: for the numbers, not for the way."""

    goal_at: datetime | None = None
    milestones: dict[str, datetime] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)  # the share taken at each split


@dataclass(frozen=True)
class State:
    """Where a person is. `until` is the journey time at which the wait ends, None for a wait without end."""

    person: Person
    step: str
    phase: Phase
    enrolled: datetime
    reached: datetime
    until: datetime | None = None
    paused_at: datetime | None = None
    properties: dict[str, Any] = field(default_factory=dict)  # the newest values that events brought for dates
    updated_at: datetime | None = None  # when they did, by the sender's time
    events: dict[str, Occurrence] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)  # of the steps whose receipts the journey looks at
    progress: Progress = Progress()
    laps: dict[str, Lap] = field(default_factory=dict)  # of the repeats that the person is in
    passes: int = 1  # grows with each lap, so that a step's message of one lap is not that of another
    taken: tuple[str, ...] = ()
    ended: str | None = None
