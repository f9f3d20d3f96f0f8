"""What the machine remembers of one person, what it is told, and what it asks for: small, plain, serialisable."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from domain.delivery import Outcome
from domain.journey.facts import Occurrence

MAX_TAKEN = 200  # ids of events remembered against duplicates; a sender's retries come within far fewer events
MAX_REASON = 200  # characters of the reason for which a journey ended


class Order(StrEnum):
    """What a person or service may tell a running journey."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    EXIT = "exit"


class Phase(StrEnum):
    """What the person's journey is doing at its step."""

    SENDING = "sending"
    WAITING = "waiting"
    DONE = "done"  # the step is over, but a pause keeps the next one from being reached
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class State:
    """Where a person is. `until` is the journey time at which the wait ends, None for a wait without end."""

    attributes: dict[str, Any]
    step: str
    phase: Phase
    reached: datetime
    until: datetime | None = None
    paused_at: datetime | None = None
    events: dict[str, Occurrence] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event of this person, at the sender's time. An empty id is never a duplicate."""

    name: str
    at: datetime
    id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The wait of this step has come to this end."""

    step: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Executed:
    """A delivery has ended."""

    step: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ordered:
    """Somebody's order; `reason` is kept for an exit."""

    order: Order
    reason: str = "asked"


@dataclass(frozen=True, slots=True)
class AttributesChanged:
    """The person's attributes are now these, as far as the journey names them."""

    attributes: dict[str, Any]


Stimulus = EventSeen | TimerFired | Executed | Ordered | AttributesChanged


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send a template; `via` None means the person's own order; `last` when nothing follows in the journey."""

    step: str
    template: str
    via: tuple[str, ...] | None
    last: bool
    kind: Literal["deliver"] = "deliver"


@dataclass(frozen=True, slots=True)
class Await:
    """Rest until an instant of journey time, or for ever, unless a stimulus changes what is asked for."""

    step: str
    until: datetime | None
    events: tuple[str, ...]
    kind: Literal["await"] = "await"


@dataclass(frozen=True, slots=True)
class Complete:
    """The journey is over."""

    reason: str
    kind: Literal["complete"] = "complete"


Command = Deliver | Await | Complete
