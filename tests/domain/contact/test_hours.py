"""Quiet hours, against an independent reading of the calendar: clock by clock, minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.hours import DEFAULT, QuietHours, quiet_until, read, whereabouts
from domain.errors import BadInput

NIGHT = QuietHours(time(21), time(8))
ZONES = (
    *("UTC", "America/New_York", "America/Sao_Paulo", "Europe/Istanbul", "Asia/Kathmandu", "Pacific/Kiritimati"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin", "America/St_Johns"),
)
A_MINUTE = timedelta(minutes=1)
# In each of these nights clocks change in some of these zones.
CHANGES = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))
]

clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
spans = st.builds(QuietHours, clocks, clocks).filter(lambda one: one.begins != one.ends)
instants = st.one_of(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: CHANGES[0] + timedelta(minutes=minutes, seconds=7)),
    st.builds(lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-900, 2300)),
)


def shown(instant: datetime, zone: ZoneInfo) -> int:
    """What a clock on the wall shows, in minutes of the day."""
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute


def is_quiet(hours: QuietHours, minute: int) -> bool:
    """The same rule, counted on a dial of 1440 minutes instead of compared."""
    begins, ends = (one.hour * 60 + one.minute for one in (hours.begins, hours.ends))
    return (minute - begins) % 1440 < (ends - begins) % 1440


@given(spans, st.sampled_from(ZONES).map(ZoneInfo), instants)
def test_a_message_is_held_until_the_first_minute_at_which_it_is_not_quiet(
    hours: QuietHours, zone: ZoneInfo, now: datetime
) -> None:
    """Never earlier, which would wake somebody up, and never later; whatever clocks do in between."""
    until = quiet_until(hours, zone, now)
    if not is_quiet(hours, shown(now, zone)):
        assert until is None
        return
    assert until is not None
    assert now < until <= now + timedelta(hours=26)
    assert not is_quiet(hours, shown(until, zone))
    probe = now
    while probe < until:
        assert is_quiet(hours, shown(probe, zone))
        probe += A_MINUTE


@given(st.sampled_from(ZONES).map(ZoneInfo), instants)
def test_whoever_comes_back_when_told_is_let_through(zone: ZoneInfo, now: datetime) -> None:
    """Otherwise a hold would lead to a hold, for ever."""
    until = quiet_until(NIGHT, zone, now)
    assert until is None or quiet_until(NIGHT, zone, until) is None


NIGHTS = [
    # an ordinary night, from its first to its last minute
    ("Europe/Berlin", "2026-03-02T20:00:00Z", "2026-03-03T07:00:00Z"),
    ("Europe/Berlin", "2026-03-02T19:59:59Z", None),
    ("Europe/Berlin", "2026-03-03T06:59:59Z", "2026-03-03T07:00:00Z"),
    ("Europe/Berlin", "2026-03-03T07:00:00Z", None),
    # clocks go forward: the night is an hour shorter
    ("Europe/Berlin", "2026-03-28T22:30:00Z", "2026-03-29T06:00:00Z"),
    # clocks go back: an hour longer
    ("Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T07:00:00Z"),
    ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T13:00:00Z"),
    # half an hour, on Lord Howe Island
    ("Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T21:30:00Z"),
]


@pytest.mark.parametrize(("zone", "now", "until"), NIGHTS)
def test_nights_of_all_lengths(zone: str, now: str, until: str | None) -> None:
    """In the person's own zone."""
    found = quiet_until(NIGHT, ZoneInfo(zone), datetime.fromisoformat(now))
    assert found == (datetime.fromisoformat(until) if until else None)


def test_an_end_that_comes_twice_counts_once_it_is_quiet_no_more() -> None:
    """From 22:00 to 01:30, in a night in which 01:30 comes twice: it is quiet again for half an hour."""
    early = QuietHours(time(22), time(1, 30))
    new_york, half_past_one = ZoneInfo("America/New_York"), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert quiet_until(early, new_york, datetime(2026, 11, 1, 4, 0, tzinfo=UTC)) == half_past_one
    assert quiet_until(early, new_york, datetime(2026, 11, 1, 6, 10, tzinfo=UTC)) == half_past_one + timedelta(hours=1)


@pytest.mark.parametrize(
    ("person", "journey", "name", "whose"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo", "person"),
        ("", "Europe/Berlin", "Europe/Berlin", "journey"),
        ("Mars/Olympus", "Europe/Berlin", "Europe/Berlin", "journey"),  # a name that has gone out of use, say
        (None, "Mars/Olympus", "UTC", "nobody"),
    ],
)
def test_whose_zone_it_is(person: str | None, journey: str | None, name: str, whose: str) -> None:
    """The person's, then the journey's, then UTC, as for waits by local time."""
    assert whereabouts(person, journey)[1:] == (name, whose)


@pytest.mark.parametrize("text", ["", "21-8", "21:00", "21:00-21:00", "24:00-08:00", "off", "21:00 - 08:00"])
def test_what_are_no_quiet_hours_is_said(text: str) -> None:
    """With the right form."""
    with pytest.raises(BadInput, match="21:00-08:00"):
        read(text)


def test_the_default_is_the_strictest_law() -> None:
    """And `none` turns it off."""
    assert (read(DEFAULT), read("none")) == (NIGHT, None)
