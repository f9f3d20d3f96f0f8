"""What stands in a journey's head beside its names: who enters, when again, what it is for, and its manners."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Strict, Tag

from domain.contact import hours
from domain.contact.terms import Capped, Priority
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


def _quiet_hours(text: str) -> str:
    hours.read(text)
    return text


class Manners(Part):
    """How messages may disturb people: `quiet_hours` by local time, None for those of the deployment.

    `capped` is what a message does that is one too many, `priority` whose goes when there is room for one.
    """

    quiet_hours: Annotated[str, AfterValidator(_quiet_hours)] | None = None
    capped: Capped = "skip"
    transactional: Annotated[bool, Strict()] = False
    priority: Priority = "normal"
