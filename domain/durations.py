"""Durations as people write them in journey files: 10m, 24h, 6d, 2w. A day is 24 hours; calendar days are `until`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
FORM = re.compile(r"(\d{1,6})([smhdw])")
LONGEST = timedelta(days=3660)  # ten years: beyond it a typing error is likelier than a plan


def parse_duration(text: object) -> timedelta:
    """Read a duration such as "24h". Raises ValueError, which tells the right form, for anything else."""
    if isinstance(text, timedelta):
        return text
    match = FORM.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is no duration; write a whole number and a unit, such as 30s, 10m, 24h, 6d or 2w")
    duration = int(match[1]) * UNITS[match[2]]
    if not timedelta(0) < duration <= LONGEST:
        raise ValueError(f"{text!r} is out of range; a duration is above zero and at most {LONGEST.days} days")
    return duration


def format_duration(duration: timedelta) -> str:
    """The shortest exact form: 48 hours are 2d, 90 minutes 90m."""
    seconds = int(duration.total_seconds())
    unit = next(unit for unit in "wdhms" if seconds % int(UNITS[unit].total_seconds()) == 0)
    return f"{seconds // int(UNITS[unit].total_seconds())}{unit}"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
