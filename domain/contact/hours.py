"""Quiet hours: when nobody wants to hear a phone, by the clocks of where the person is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from domain.errors import BadInput
from domain.identifiers import zone as zone_of
from domain.shown import shown

# 8:00 to 21:00 at the called party's location is when telemarketing may reach people in the United States (47 CFR
# 64.1200(c)(1)), and no law that we know of allows more. 21:00 itself is quiet, 8:00 is not.
DEFAULT = "21:00-08:00"
NONE = "none"
FORM = re.compile(r"((?:[01][0-9]|2[0-3]):[0-5][0-9])-((?:[01][0-9]|2[0-3]):[0-5][0-9])")
A_MINUTE = timedelta(minutes=1)
# The longest quiet hours, and the most that a change of clocks has ever lengthened a day by.
LONGEST_HOLD = timedelta(hours=48)
# Where neither person nor journey has a zone, nobody can know when it is night: the middle of the world's clocks is
# off by the least for the most, and it is what waits by local time mean then as well.
NOWHERE = "UTC"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one local time to another; over midnight if it begins later than it ends."""

    begins: time
    ends: time

    def has(self, clock: time) -> bool:
        """Whether it is quiet when clocks show this.

        >>> night = QuietHours(time(21), time(8))
        >>> [night.has(time(hour)) for hour in (20, 21, 3, 8)]
        [False, True, True, False]
        """
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


def read(text: str) -> QuietHours | None:
    """`21:00-08:00`; None for `none`. Raises BadInput for anything else."""
    if text == NONE:
        return None
    match = FORM.fullmatch(text)
    if not match or match[1] == match[2]:
        raise BadInput(f"{shown(text)} are no quiet hours; write begin and end, such as {DEFAULT}, or {NONE}")
    return QuietHours(time.fromisoformat(match[1]), time.fromisoformat(match[2]))


def quiet_until(hours: QuietHours | None, zone: tzinfo, now: datetime) -> datetime | None:
    """The first instant at which it is quiet no more, in UTC; None if it is not quiet now.

    >>> from zoneinfo import ZoneInfo
    >>> night, berlin = QuietHours(time(21), time(8)), ZoneInfo("Europe/Berlin")
    >>> quiet_until(night, berlin, datetime(2026, 3, 28, 22, 30, tzinfo=UTC)).isoformat()  # clocks go forward at two
    '2026-03-29T06:00:00+00:00'
    """
    local = now.astimezone(zone)
    if hours is None or not hours.has(local.time()):
        return None
    today = datetime.combine(local.date(), hours.ends)
    wall = local.replace(tzinfo=None, fold=0)
    left = (today if today > wall else today + timedelta(days=1)) - wall
    end = now.astimezone(UTC) + left
    same_offset = end.astimezone(zone).utcoffset() == local.utcoffset()
    return end if same_offset else _look_for_end(hours, zone, now)


def _look_for_end(hours: QuietHours, zone: tzinfo, now: datetime) -> datetime:
    """Minute by minute, in the few nights in which clocks change: a time may be left out, or come twice."""
    instant = now.astimezone(UTC).replace(second=0, microsecond=0)
    latest = instant + LONGEST_HOLD
    while instant < latest:
        instant += A_MINUTE
        if not hours.has(instant.astimezone(zone).time()):
            return instant
    return latest


def whereabouts(person: str | None, journey: str | None) -> tuple[tzinfo, str, str]:
    """The zone to go by, its name, and whose it is: the person's, then the journey's, then UTC.

    A name that is no zone, or none any more, is as good as none.

    >>> whereabouts("Mars/Olympus", "Asia/Tokyo")[1:], whereabouts("", None)[1:]
    (('Asia/Tokyo', 'journey'), ('UTC', 'nobody'))
    """
    for name, whose in ((person, "person"), (journey, "journey")):
        if name:
            try:
                return zone_of(name), name, whose
            except BadInput:
                continue
    return UTC, NOWHERE, "nobody"
