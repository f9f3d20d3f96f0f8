"""What workflows ask of activities, and what they get back. Plain data, readable in the Temporal UI."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from domain.clock import Clock
from domain.contact.terms import Terms
from domain.delivery import Outcome
from domain.machine.state import Progress

NOTHING_REACHED = Progress()
USUAL_TERMS = Terms()
PROGRESS: TypeAdapter[Progress] = TypeAdapter(Progress)


def as_json(progress: Progress) -> dict[str, Any]:
    """For storing."""
    stored: dict[str, Any] = PROGRESS.dump_python(progress, mode="json", exclude_defaults=True)
    return stored


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Enroll a person in a journey's newest version, for a workflow that was started with names alone."""

    journey: str
    user: str
    key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """The enrollment, with the journey that travels with it and the attributes it looks at."""

    enrollment: str
    definition: dict[str, Any]
    attributes: dict[str, Any] = field(default_factory=dict)
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryOrder:
    """Deliver one step's message once. `now` is the journey time of asking; `last` closes the enrollment too.

    `past` are the channels by which it went out without the receipt that is waited for: the next one is asked for. None
    if no receipt is waited for. With `arrived` one has come late, and nothing more is to go out.
    """

    enrollment: str
    user: str
    journey: str
    step: str
    template: str
    via: tuple[str, ...] | None
    topic: str
    last: bool
    now: datetime
    clock: Clock
    pass_number: int = 1
    progress: Progress = NOTHING_REACHED
    terms: Terms = USUAL_TERMS
    past: tuple[str, ...] | None = None
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it, and whether the enrollment is closed now.

    With `held_until` nothing has become of it yet: it is to be asked for again at that journey time. `channel` is the
    one that has the message, told to who waits for its receipt.
    """

    outcome: Outcome | None
    closed: bool
    held_until: datetime | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """End the enrollment."""

    enrollment: str
    reason: str
    now: datetime
    progress: Progress = NOTHING_REACHED


@dataclass(frozen=True, slots=True)
class EffectOrder:
    """Do one step's effect once: `set` values, `emit` the event `name` with values, `enter` the journey `name`."""

    enrollment: str
    user: str
    step: str
    pass_number: int
    effect: str
    name: str
    key: str
    values: dict[str, Any]
    now: datetime
