"""What the machine is told, and what it asks for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from domain.delivery import Outcome, Reported
from domain.verification.answers import Answer


class Order(StrEnum):
    """What a person or service may tell a running journey."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    EXIT = "exit"


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
    """A delivery, or an effect (outcome None), has ended; `answer` is that of a `verify`.

    `channel` is the one that took the message, told where its receipt is waited for.
    """

    step: str
    outcome: Outcome | None = None
    answer: Answer | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The step's message may not go now; it is to be asked for again then."""

    step: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ordered:
    """Somebody's order; `reason` is kept for an exit. An empty id is never a duplicate."""

    order: Order
    reason: str = "asked"
    id: str = ""


@dataclass(frozen=True, slots=True)
class AttributesChanged:
    """The person's attributes are now these, as far as the journey names them; `zone` too, if it is given."""

    attributes: dict[str, Any]
    zone: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """A provider says what became of the message of a step, in a pass. The same again changes nothing."""

    step: str
    pass_number: int
    reported: Reported
    at: datetime | None = None
    channel: str | None = None  # of the message; None for that of the newest


Stimulus = EventSeen | TimerFired | Executed | Held | Ordered | AttributesChanged | ReceiptSeen


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send a template; `via` None means the person's own order; `last` when nothing follows in the journey.

    `past` are the channels by which it went out already, without the receipt that is waited for; None if none is. With
    `arrived` that has come late, and what is not with a provider yet is to be let go.
    """

    step: str
    template: str
    via: tuple[str, ...] | None
    last: bool
    pass_number: int = 1
    past: tuple[str, ...] | None = None
    arrived: bool = False
    kind: Literal["deliver"] = "deliver"


@dataclass(frozen=True, slots=True)
class Act:
    """Do something beside messages.

    `set` attributes, `emit` an event with properties, `enter` a journey with a key, `verify` a contact point.
    """

    step: str
    effect: Literal["set", "emit", "enter", "verify"]
    name: str = ""
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    pass_number: int = 1
    kind: Literal["act"] = "act"


@dataclass(frozen=True, slots=True)
class Await:
    """Rest until an instant of journey time, or for ever, unless a stimulus changes what is asked for.

    `held` is whether a message is what waits; `receipt` what a receipt must say, if it is one that is waited for.
    """

    step: str
    until: datetime | None
    events: tuple[str, ...]
    held: bool = False
    receipt: str = ""
    kind: Literal["await"] = "await"


@dataclass(frozen=True, slots=True)
class Complete:
    """The journey is over."""

    reason: str
    kind: Literal["complete"] = "complete"


Command = Deliver | Act | Await | Complete
