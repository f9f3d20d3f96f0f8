"""Local times in IANA zones: the next 09:00 on a weekday, right across daylight saving and skipped days.

A time that does not exist that day moves forward by the gap (02:30 becomes 03:30 where clocks jump from two to
three); a time that exists twice is taken once, the first time. Weekdays are those of the person's own calendar.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A fortnight: a zone that crosses the date line can lose the wanted weekday of one week, and never of two.
SEARCHED_DAYS = 15


def next_local_time(at: time, days: Collection[str], zone: tzinfo, now: datetime) -> datetime:
    """The first instant, `now` or later, at which clocks in the zone show this time on one of these weekdays.

    No days means any day. The result is in UTC. Raises ValueError for a weekday that is none.

    >>> from zoneinfo import ZoneInfo
    >>> tuesday_evening_in_utc = datetime(2026, 3, 3, 20, 30, tzinfo=UTC)
    >>> next_local_time(time(5), ["thu"], ZoneInfo("Asia/Tokyo"), tuesday_evening_in_utc).isoformat()
    '2026-03-04T20:00:00+00:00'
    """
    wanted = {WEEKDAYS.index(day) for day in days} or set(range(7))
    today = now.astimezone(zone).date()
    # From yesterday: where a zone skips a day, that day's time is shown on the next.
    for offset in range(-1, SEARCHED_DAYS):
        instant = datetime.combine(today + timedelta(days=offset), at, zone).astimezone(UTC)
        if instant >= now and instant.astimezone(zone).weekday() in wanted:
            return instant
    raise ValueError(f"{at} on {sorted(days)} does not come within {SEARCHED_DAYS} days")


def read_instant(value: object, zone: tzinfo) -> datetime | None:
    """An ISO 8601 time as people send it, None if it is none; without an offset it is meant in the person's zone."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:  # the year 1 or 9999, at the calendar's edge
        return None
