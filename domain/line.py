"""The line in which messages wait for a sender: by its rate, because the provider asked for it, or is down.

Pure: the caller fetches the line, this decides, the caller stores. All times are real ones.

Every message that has to wait gets a slot of its own in the line, a moment after the one before it. So a thousand that
wait for a provider do not come back at one instant, and each comes back once for each time it is told to wait.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.clock import Clock
from domain.rates import Rate

# So many failures in a row are no accident: at a provider that fails one call in ten by chance, this happens once in
# a hundred thousand calls.
OPENS_AFTER = 5
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=2)  # as late as this is noticed that a provider is back
# A rehearsal a thousand times faster has no minutes to give.
LONGEST_IN_JOURNEY = timedelta(minutes=15)
# For as long others wait for a probe whose outcome nobody has told: a provider's answer takes 20 s at most.
PROBE = timedelta(seconds=25)
# Most probes are answered within this, so that those who come behind it know.
BEHIND_PROBE = timedelta(seconds=2)
# Those who have waited without a rate come back a hundred a second: many, and no flood.
SPREAD = timedelta(milliseconds=10)
# Who comes later than this, from a night or a worker that was down, comes with all the others: they begin anew.
KEPT_FOR = timedelta(seconds=10)
LONGEST_ASKED = timedelta(hours=1)  # a provider that asks for more than this has miscounted


class Why(StrEnum):
    """Why a message waits."""

    PACED = "paced"  # its rate says so
    RATE_LIMITED = "rate_limited"  # the provider has asked for it
    PROVIDER_DOWN = "provider_down"


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long a provider that is down is left alone, the first time and at most."""

    first: timedelta = FIRST_PAUSE
    longest: timedelta = LONGEST_PAUSE

    @classmethod
    def of(cls, clock: Clock) -> Self:
        """At a deployment's pace."""
        most = clock.real_duration(LONGEST_IN_JOURNEY)
        return cls(min(FIRST_PAUSE, most), min(LONGEST_PAUSE, most))

    def after(self, failures: int) -> timedelta:
        """The pause after so many failures in a row; each probe that fails doubles it.

        >>> [Pauses().after(n).seconds for n in (5, 6, 7, 8, 9, 500)]
        [10, 20, 40, 80, 120, 120]
        """
        doublings = min(max(failures - OPENS_AFTER, 0), 10)
        return min(self.first * (1 << doublings), self.longest)


USUAL = Pauses()


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one sender. Those in a hurry have slots of their own, ahead of the others."""

    next_slot: datetime | None = None
    next_urgent_slot: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0  # in a row
    since: datetime | None = None  # down since then
    reason: str | None = None  # of the last failure

    @property
    def is_down(self) -> bool:
        """Whether the circuit is open: the provider gets nothing but a probe now and then."""
        return self.failures >= OPENS_AFTER

    def is_open(self, now: datetime) -> bool:
        """Whether everybody may pass, as far as there is no rate."""
        return not self.is_down and not self.blocks(now)

    def blocks(self, now: datetime) -> bool:
        """Whether nobody may pass now."""
        return self.not_before is not None and now < self.not_before

    def keeps(self, slot: datetime, now: datetime) -> bool:
        """Whether a slot that was given is still good."""
        missed, of_another_rate = slot <= now - KEPT_FOR, slot > max(now, self.end or now)
        return not (missed or of_another_rate or (self.blocks(now) and self.blocks(slot)))

    @property
    def end(self) -> datetime | None:
        """All slots that were given are before it."""
        return max(filter(None, (self.next_slot, self.next_urgent_slot)), default=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """When a message may pass: now, or `at` its slot for a reason. A `probe` finds out for all."""

    at: datetime
    why: Why | None = None
    probe: bool = False


def admit(
    line: Line, rate: Rate | None, now: datetime, slot: datetime | None = None, *, urgent: bool = False
) -> tuple[Line, Entry]:
    """Whether a message passes; `slot` is the one that it was given before.

    It keeps it, unless nobody passes then, it has missed it, or the line is shorter by now: it goes at another rate.
    """
    blocked = line.blocks(now)
    if line.is_down and not blocked:
        return replace(line, not_before=now + PROBE), Entry(now, probe=True)
    if slot and line.keeps(slot, now):
        return line, Entry(slot, None if slot <= now else _why(line, now))
    if not blocked and rate is None:
        return line, Entry(now)
    return take_slot(line, rate, now, urgent=urgent)


def take_slot(line: Line, rate: Rate | None, now: datetime, *, urgent: bool = False) -> tuple[Line, Entry]:
    """The next slot of the line.

    Somebody in a hurry waits for others in a hurry only, and pushes the end of the line back by one all the same: so
    the rate is kept on the whole.
    """
    floor = max(now, line.not_before or now)
    interval = rate.interval if rate else SPREAD
    ahead = line.next_urgent_slot if urgent else line.next_slot
    slot = max(floor, ahead or floor)
    # Who is first after a pause will be the probe.
    behind = slot + (max(BEHIND_PROBE, interval) if line.is_down and slot == line.not_before else interval)
    if urgent:
        line = replace(line, next_urgent_slot=behind, next_slot=max(floor, line.next_slot or floor) + interval)
    else:
        line = replace(line, next_slot=behind)
    return line, Entry(slot, None if slot <= now else _why(line, now))


def failed(
    line: Line,
    now: datetime,
    reason: str,
    pauses: Pauses = USUAL,
    counts: bool = True,
    probe: bool = False,
    asked: timedelta | None = None,
) -> Line:
    """After a call that was not taken. `counts` if it speaks of a provider that is down, and not of one that is busy.

    `asked` is how long the provider wants to be left alone. Calls that were under way when the circuit opened say
    nothing new.
    """
    if probe:  # what it kept the others waiting for is known
        line = replace(line, not_before=None)
    if asked is not None:
        until = now + min(asked, LONGEST_ASKED)
        line = replace(line, not_before=max(until, line.not_before or until), reason=reason)
    if not counts:
        return replace(line, failures=0, since=None, reason=reason)
    if line.is_down and not probe:
        return line
    line = replace(line, failures=line.failures + 1, reason=reason)
    if not line.is_down:
        return line
    until = now + pauses.after(line.failures)
    return replace(line, not_before=max(until, line.not_before or until), since=line.since or now)


def gave_way(line: Line, probe: Entry) -> Line:
    """After a probe that came back without having called: the next one finds out, and need not wait for this one."""
    nobody_told = line.is_down and line.not_before == probe.at + PROBE
    return replace(line, not_before=probe.at) if nobody_told else line


def answered(line: Line) -> Line:
    """After any answer of the provider that has taken, or judged, a message: it is there."""
    not_before = None if line.is_down else line.not_before
    return replace(line, failures=0, since=None, not_before=not_before)


def _why(line: Line, now: datetime) -> Why:
    if line.is_down:
        return Why.PROVIDER_DOWN
    return Why.RATE_LIMITED if line.blocks(now) else Why.PACED
