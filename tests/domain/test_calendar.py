"""Calendar time: zones, daylight saving, weekdays, leap days and date lines."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WEEKDAYS, next_local_time, read_instant

ZONES = [
    "America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns", "Europe/London", "Europe/Istanbul",
    "Africa/Cairo", "Asia/Tokyo", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Kiritimati", "Pacific/Auckland", "UTC",
]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "at", "days", "zone", "expected"),
    [
        # an ordinary morning: later today
        ("2026-06-01T10:00+00:00", "09:00", [], "America/New_York", "2026-06-01T13:00+00:00"),
        # exactly now is now
        ("2026-06-01T13:00+00:00", "09:00", [], "America/New_York", "2026-06-01T13:00+00:00"),
        # a second later is tomorrow
        ("2026-06-01T13:00:01+00:00", "09:00", [], "America/New_York", "2026-06-02T13:00+00:00"),
        # the night clocks go forward: nine o'clock is an hour earlier in UTC than the day before
        ("2026-03-07T15:00+00:00", "09:00", [], "America/New_York", "2026-03-08T13:00+00:00"),
        # the night clocks go back
        ("2026-10-31T14:00+00:00", "09:00", [], "America/New_York", "2026-11-01T14:00+00:00"),
        # 02:30 does not exist that night: it moves forward by the gap, to 03:30
        ("2026-03-08T05:00+00:00", "02:30", [], "America/New_York", "2026-03-08T07:30+00:00"),
        # 01:30 exists twice: it is taken once, the first time
        ("2026-11-01T04:00+00:00", "01:30", [], "America/New_York", "2026-11-01T05:30+00:00"),
        # between the two 01:30 the first is over: tomorrow
        ("2026-11-01T06:00+00:00", "01:30", [], "America/New_York", "2026-11-02T06:30+00:00"),
        # Thursday 05:00 in Tokyo is Wednesday in UTC, planned from a UTC Tuesday
        ("2026-03-03T12:00+00:00", "05:00", ["thu"], "Asia/Tokyo", "2026-03-04T20:00+00:00"),
        # Beirut's clocks skip midnight: 00:30 is shown as 01:30
        ("2026-03-28T12:00+00:00", "00:30", [], "Asia/Beirut", "2026-03-28T22:30+00:00"),
        # a leap day is a day
        ("2028-02-28T23:00+00:00", "09:00", [], "UTC", "2028-02-29T09:00+00:00"),
        # Samoa had no Friday 30 December 2011: its nine o'clock was shown on Saturday
        ("2011-12-30T06:00+00:00", "09:00", [], "Pacific/Apia", "2011-12-30T19:00+00:00"),
        # and who waits for a Friday waits for the next one
        ("2011-12-30T06:00+00:00", "09:00", ["fri"], "Pacific/Apia", "2012-01-05T19:00+00:00"),
        # half an hour of daylight saving, on Lord Howe Island
        ("2026-10-03T15:00+00:00", "02:15", [], "Australia/Lord_Howe", "2026-10-03T15:45+00:00"),
        # several days: the nearest
        ("2026-06-05T20:00+00:00", "09:00", ["mon", "wed"], "Europe/London", "2026-06-08T08:00+00:00"),
    ],
)
def test_the_next_local_time_is_the_one_on_the_persons_wall(
    now: str, at: str, days: list[str], zone: str, expected: str
) -> None:
    """What a person would say looking at their own clock and calendar."""
    found = next_local_time(time.fromisoformat(at), days, ZoneInfo(zone), datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(expected)


@settings(max_examples=60)
@given(
    now=st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001  hypothesis adds no zone itself
    minutes=st.integers(0, 24 * 60 - 1),
    days=st.sets(st.sampled_from(WEEKDAYS)),
    zone=st.sampled_from(ZONES),
)
def test_the_next_local_time_agrees_with_a_walk_through_every_minute(
    now: datetime, minutes: int, days: set[str], zone: str
) -> None:
    """An independent reading: walk minute by minute, until the clock shows the time or has jumped over it."""
    start = now.replace(second=0, microsecond=0, tzinfo=UTC)
    at = time(minutes // 60, minutes % 60)
    found = next_local_time(at, days, ZoneInfo(zone), start)
    assert found >= start
    assert found == _walked(start, at, days, ZoneInfo(zone), found)


def _walked(start: datetime, at: time, days: set[str], zone: ZoneInfo, limit: datetime) -> datetime | None:
    wanted = {WEEKDAYS.index(day) for day in days} or set(range(7))
    seen: set[date] = set()
    instant = start - timedelta(days=2)  # to know which of two equal times is the first, and what a gap has skipped
    while instant <= limit:
        local = instant.astimezone(zone).replace(tzinfo=None)
        before = (instant - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
        shown = local.time() == at and local.date() not in seen
        if shown:
            seen.add(local.date())
        gap = local - before - timedelta(minutes=1)
        if gap > timedelta(0):
            for moved in _skipped(before, local, at):
                target = instant + (moved + gap - local)
                if target >= start and target.astimezone(zone).weekday() in wanted:
                    return min(target, limit) if target <= limit else None
        if shown and instant >= start and local.weekday() in wanted:
            return instant
        instant += timedelta(minutes=1)
    return None


def _skipped(before: datetime, after: datetime, at: time) -> list[datetime]:
    """The wall times of `at` that a jump of the clock leaves out."""
    candidates = [datetime.combine(before.date() + timedelta(days=number), at) for number in range(3)]
    return [candidate for candidate in candidates if before < candidate < after]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-08T09:00:00-05:00", "2026-03-08T14:00:00+00:00"),  # an offset is taken at its word
        ("2026-03-09T09:00", "2026-03-09T13:00:00+00:00"),  # without one it is the person's own time
        ("2026-03-09", "2026-03-09T04:00:00+00:00"),  # a day begins at its midnight
        ("tomorrow", None),
        ("", None),
        (None, None),
        (1700000000, None),  # a number says no unit
        ("0001-01-01T00:00+14:00", None),  # before the calendar begins
    ],
)
def test_instants_are_read_as_people_send_them(value: object, expected: str | None) -> None:
    """Only what can be meant in one way is a time."""
    found = read_instant(value, ZoneInfo("America/New_York"))
    assert found == (datetime.fromisoformat(expected) if expected else None)
