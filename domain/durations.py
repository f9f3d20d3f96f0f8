"""Durations as people write them in journey files: 10m, 24h, 6d, 2w. A day is 24 hours; calendar days are `until`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from domain.shown import shown

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
FORM = re.compile(r"([0-9]{1,9})([smhdw])")
LONGEST = timedelta(days=3660)  # ten years: beyond it a typing error is likelier than a plan


def parse_duration(value: object) -> timedelta:
    """Read a duration such as "24h". Raises ValueError, which tells the right form, for anything else."""
    duration = value if isinstance(value, timedelta) else _read(value)
    if not timedelta(0) < duration <= LONGEST:
        raise ValueError(f"{shown(value)} is out of range; a duration is above zero and at most {LONGEST.days} days")
    if duration.microseconds:
        raise ValueError(f"{shown(value)} is no whole number of seconds")
    return duration


def _read(value: object) -> timedelta:
    match = FORM.fullmatch(value) if isinstance(value, str) else None
    if not match:
        form = "write a whole number and a unit, such as 30s, 10m, 24h, 6d or 2w"
        raise ValueError(f"{shown(value)} is no duration; {form}")
    unit = UNITS[match[2]]
    return min(int(match[1]), LONGEST // unit + 1) * unit  # one unit too long is told of as well as a million


def format_duration(duration: timedelta) -> str:
    """The shortest exact form: 48 hours are 2d, 90 minutes 90m."""
    unit = next(unit for unit in "wdhms" if not duration % UNITS[unit])
    return f"{duration // UNITS[unit]}{unit}"


def parse_offset(value: object) -> timedelta:
    """Read a duration that may be before its date, such as "-24h" or "+2d". Raises ValueError as for a duration."""
    if isinstance(value, timedelta):
        return value
    sign = -1 if isinstance(value, str) and value.startswith("-") else 1
    return sign * parse_duration(value[1:] if isinstance(value, str) and value[:1] in ("-", "+") else value)


def format_offset(offset: timedelta) -> str:
    """Like a duration, with a minus where it is before."""
    return f"-{format_duration(-offset)}" if offset < timedelta(0) else format_duration(offset)


Offset = Annotated[timedelta, BeforeValidator(parse_offset), PlainSerializer(format_offset, return_type=str)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
