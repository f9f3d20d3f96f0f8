"""Priorities: which of a person's messages gets the room that the caps leave, when more of them wait for it.

A message yields its room to one of higher priority that is held, by night or by a cap, and will be able to take it.
It yields to those alone that would lose by it, and never for longer than a day: then it competes as any other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from domain.contact.caps import Cap, Sent, full
from domain.contact.terms import Priority
from domain.delivery import Decision

YIELDS = "yields_to"  # the rule
ORDER: Sequence[Priority] = ("high", "normal", "low")
RANK = {priority: rank for rank, priority in enumerate(ORDER)}

# How far ahead the one with the higher priority may be held: a night, or a cap of a day. Behind a longer hold the room
# would lie idle for days.
LOOKS_AHEAD = timedelta(days=1)
LONGEST = timedelta(days=1)  # that one message yields, to whomever
# It wakes by a timer of its own, perhaps while thousands do; then it is given a while before nobody counts on it.
AGAIN, OVERDUE = timedelta(minutes=1), timedelta(minutes=10)
# Where journey time is fast, a minute of it is over before a worker has begun: the same in real time, at the least.
AGAIN_REAL, OVERDUE_REAL = timedelta(seconds=2), timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held message of the same person, decided on again at `until`. `since` is when it first yielded, if it has."""

    enrollment: str
    journey: str
    step: str
    channel: str
    topic: str
    priority: Priority
    until: datetime
    since: datetime | None = None


STORED: TypeAdapter[Waiting] = TypeAdapter(Waiting)


@dataclass(frozen=True, slots=True)
class Line:
    """Who of a person's messages waits for room: this one, if it was held before, and the others."""

    mine: Waiting | None = None
    others: Sequence[Waiting] = ()
    pace: float = 1  # of journey time


def yields_to(
    line: Line, priority: Priority, mine: Sent, sent: Sequence[Sent], caps_of: Callable[[str], Sequence[Cap]]
) -> Waiting | None:
    """The one that would lose its room if mine went out now, None if none would.

    `caps_of` are the caps for messages about a topic; mine has room in its own.
    """
    since = line.mine.since if line.mine else None
    if since is not None and mine.at - since >= LONGEST:
        return None
    taken = list(sent)
    for other in _before(line, priority, mine.at):
        caps, there = caps_of(other.topic), max(other.until, mine.at)
        if full(caps, taken, other.channel, other.topic, there):
            continue  # it will find no room whatever becomes of mine
        if full(caps, [*taken, mine], other.channel, other.topic, there):
            return other
        taken.append(Sent(there, other.channel, other.topic))
    return None


def place(
    mine: Waiting | None, held: Decision | None, now: datetime, *about: str, priority: Priority
) -> Waiting | None:
    """Where a message waits after this decision, None if it does not. It is about enrollment, journey, step, topic."""
    if held is None or held.until is None:
        return None
    enrollment, journey, step, topic = about
    before = mine.since if mine and mine.step == step else None
    since = before or (now if held.rule == YIELDS else None)
    return Waiting(enrollment, journey, step, str(held.channel), topic, priority, held.until, since)


def again(other: Waiting, now: datetime, pace: float) -> datetime:
    """When a message that yields is decided on again: just after the other one was."""
    return max(other.until, now) + max(AGAIN, AGAIN_REAL * pace)


def _before(line: Line, priority: Priority, now: datetime) -> Iterable[Waiting]:
    """Those of higher priority that can be counted on, the highest first, then the soonest."""
    overdue = max(OVERDUE, OVERDUE_REAL * line.pace)
    found = [
        one
        for one in line.others
        if RANK[one.priority] < RANK[priority] and now - overdue < one.until <= now + LOOKS_AHEAD
    ]
    return sorted(found, key=lambda one: (RANK[one.priority], one.until, one.enrollment))
