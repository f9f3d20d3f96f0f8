"""Durations and instants as test authors write them, and what is wrong with those that cannot be meant."""

from datetime import UTC, datetime, timedelta, tzinfo

from domain.calendar import read_instant
from domain.durations import parse_duration
from domain.errors import BadInput
from domain.shown import shown

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

# A Monday morning, far from any change of clocks.
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read_duration(value: str | timedelta) -> timedelta:
    """A duration as in a journey file, such as "25h" or "6d". Raises BadInput for anything else."""
    try:
        return parse_duration(value)
    except ValueError as error:
        raise BadInput(f"{error}; two units are two calls, and a date is for until()") from error


def read_time(value: str | datetime, zone: tzinfo) -> datetime:
    """An instant, such as "2026-03-08 09:00"; without an offset it is meant in the zone. Raises BadInput for none."""
    instant = read_instant(value, zone)
    if instant is None:
        form = 'write "2026-03-08 09:00", meant in the person\'s zone, or give a datetime'
        raise BadInput(f"{shown(value)} is no time; {form}")
    return instant


def check_forward(now: datetime, then: datetime, zone: tzinfo) -> datetime:
    """Return the later instant. Raises BadInput if it is the earlier one."""
    if then < now:
        message = f"time does not go back: it is {local(now, zone)} already, and {local(then, zone)} was asked for"
        raise BadInput(f"{message}; let people enter in the order of their times")
    return then


def local(instant: datetime, zone: tzinfo) -> str:
    """As a calendar on the wall shows it; seconds only if there are any."""
    there = instant.astimezone(zone)
    clock = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
    return f"{there:%a} {there.day} {there:%b %Y} {clock}"
