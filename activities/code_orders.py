"""What the workflow of a verification asks of activities. Plain data, without addresses and codes. Times are real."""

from dataclasses import dataclass
from datetime import datetime

TEMPLATE = "code"


@dataclass(frozen=True, slots=True)
class CodeOrder:
    """Make one send of a verification's code: the `number`th, on this channel."""

    verification: str
    number: int
    channel: str
    now: datetime
    template: str = TEMPLATE


@dataclass(frozen=True, slots=True)
class FallBackOrder:
    """Reserve a send on the next channel, unless the last one, the `number`th, has arrived or it is over."""

    verification: str
    number: int
    now: datetime


@dataclass(frozen=True, slots=True)
class NextSend:
    """A send that is reserved and waits to be made."""

    number: int
    channel: str


@dataclass(frozen=True, slots=True)
class CloseCodeOrder:
    """The ten minutes are over: note what became of it."""

    verification: str
    now: datetime
