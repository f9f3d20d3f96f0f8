"""What a `wait` may wait for: a duration on the clock, a local time, or a date of the person's."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainSerializer, Tag

from domain.durations import Duration, Offset
from domain.journey.parts import Part, tag
from domain.shown import shown

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
# Names with dots between, such as appointment.starts_at: into an attribute, or after `event.` into properties.
PATH = re.compile(r"[^\s.]+(\.[^\s.]+)*")


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        raise ValueError(f'{shown(value)} is no local time; write hours and minutes in quotes, such as "09:00"')
    return time.fromisoformat(value)


def _path(value: str) -> str:
    if not PATH.fullmatch(value):
        raise ValueError(f"{shown(value)} is no path; write names with dots between, such as appointment.starts_at")
    return value


def _weekdays(value: object) -> object:
    return (value,) if isinstance(value, str) else value


LocalClock = Annotated[time, BeforeValidator(_clock), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Path = Annotated[str, AfterValidator(_path), Field(max_length=200)]


class LocalTime(Part):
    """`{until: "09:00", days: [mon, tue]}`: the next such time in the person's zone."""

    until: LocalClock
    days: Annotated[tuple[Weekday, ...], BeforeValidator(_weekdays)] = ()


class FromDate(Part):
    """`{until: trial.ends_at, offset: -24h, if_past: skip}`: from an attribute, or `event.` and a property."""

    until: Path
    offset: Offset = timedelta(0)
    if_past: Literal["skip", "now", "exit"]


def _form(value: object) -> str:
    """A local time is told from a date by its look, so that each gets the errors of its own kind."""
    if isinstance(value, LocalTime | FromDate):
        return tag("time" if isinstance(value, LocalTime) else "date")
    if not isinstance(value, Mapping):
        return tag("duration")
    until = value.get("until")
    dated = "if_past" in value or "offset" in value
    timed = "days" in value or not isinstance(until, str) or until[:1].isdigit()
    return tag("time" if timed and not dated else "date")


Until = Annotated[
    Annotated[Duration, Tag(tag("duration"))]
    | Annotated[LocalTime, Tag(tag("time"))]
    | Annotated[FromDate, Tag(tag("date"))],
    Discriminator(_form),
]
