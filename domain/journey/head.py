"""What stands in a journey's head beside its names: who enters, when again, and what the journey is for."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from domain.durations import Duration
from domain.journey.conditions import Condition
from domain.journey.names import EventName
from domain.journey.parts import Part, tag
from domain.journey.waits import Path


class Entry(Part):
    """What starts the journey; with `key`, one enrollment for each value of that property of the event."""

    event: EventName
    key: Path | None = None
    where: Condition | None = None


class After(Part):
    """`{after: 30d}`: again so long after the last time ended."""

    after: Duration


def _rule(value: object) -> str:
    return tag("after" if isinstance(value, Mapping | After) else "word")


Reentry = Annotated[
    Annotated[Literal["never", "always"], Tag(tag("word"))] | Annotated[After, Tag(tag("after"))], Discriminator(_rule)
]


class Goal(Part):
    """What the journey is for: an event, within a while of the enrollment."""

    event: EventName
    within: Duration | None = None
