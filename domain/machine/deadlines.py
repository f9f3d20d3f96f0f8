"""When a wait ends: in a while, at a local time, or at a date of the person's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, TypeGuard, assert_never

from domain.calendar import next_local_time, read_instant
from domain.errors import BadInput
from domain.identifiers import zone as zone_of
from domain.journey.language import Wait, WaitFor
from domain.journey.program import OF_EVENT, Program
from domain.journey.waits import LocalTime
from domain.machine.state import State


class Deadline(NamedTuple):
    """When a wait ends; None for never. `missed` when its date is past, or is no date."""

    until: datetime | None
    missed: bool = False


def deadline(program: Program, state: State, step: Wait | WaitFor, now: datetime) -> Deadline:
    """The end of a wait that begins, or is looked at again, now."""
    match step:
        case Wait():
            return _of_wait(program, state, step, now)
        case WaitFor():
            return Deadline(now + step.timeout if step.timeout else None)
        case _:
            assert_never(step)


def follows_the_calendar(step: object) -> TypeGuard[Wait]:
    """Whether a wait ends by the calendar, so that a pause does not push it back, and its end may move."""
    return isinstance(step, Wait) and not isinstance(step.wait, timedelta)


def has_passed(program: Program, state: State, step: Wait, now: datetime) -> bool:
    """Whether a wait by the calendar is over, though its timer is late; a date that moved since is waited for anew."""
    if state.until is None or state.until >= now:
        return False
    return isinstance(step.wait, LocalTime) or deadline(program, state, step, now).until == state.until


def _of_wait(program: Program, state: State, step: Wait, now: datetime) -> Deadline:
    wait = step.wait
    if isinstance(wait, timedelta):
        return Deadline(now + wait)
    if isinstance(wait, LocalTime):
        return Deadline(next_local_time(wait.until, wait.days, _zone(program, state), now))
    date = read_instant(_value(state, wait.until), _zone(program, state))
    until = _moved(date, wait.offset)
    return Deadline(until, missed=until is None or until < now)


def _moved(date: datetime | None, offset: timedelta) -> datetime | None:
    try:
        return date + offset if date else None
    except OverflowError:  # a date at the calendar's edge
        return None


def _zone(program: Program, state: State) -> tzinfo:
    """The person's zone, then the journey's, then UTC. One that nobody knows is as good as none."""
    for name in filter(None, (state.person.zone, program.journey.zone)):
        try:
            return zone_of(name)
        except BadInput:
            continue
    return UTC


def _value(state: State, path: str) -> Any:
    of_event = path.startswith(OF_EVENT)
    value: Any = state.properties if of_event else state.person.attributes
    for name in path.removeprefix(OF_EVENT).split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
