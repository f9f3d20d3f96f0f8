"""Journey time, which may run faster than real time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.clock import EPOCH, Clock

ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
FAST = Clock(pace=86_400, origin=ORIGIN)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def test_at_pace_one_journey_time_is_real_time() -> None:
    """Exactly, wherever the origin lies."""
    odd = datetime(2026, 3, 2, 9, 0, 0, 123_457, tzinfo=UTC)
    for clock in (Clock(), Clock(origin=ORIGIN)):
        assert clock.journey(odd) == clock.real(odd) == odd
        assert clock.real_duration(3 * DAY) == 3 * DAY


def test_at_pace_86400_a_day_passes_in_a_second() -> None:
    """Both before and after the origin, at which the two times meet."""
    assert FAST.journey(ORIGIN) == ORIGIN
    assert FAST.journey(ORIGIN + 2 * SECOND) == ORIGIN + 2 * DAY
    assert FAST.journey(ORIGIN - SECOND) == ORIGIN - DAY
    assert FAST.real(ORIGIN + 7 * DAY) == ORIGIN + 7 * SECOND
    assert FAST.real_duration(14 * DAY) == 14 * SECOND


@given(st.integers(0, 10**15), st.floats(1, 1e5))
def test_a_real_instant_survives_the_way_there_and_back(microseconds: int, pace: float) -> None:
    """To the microsecond, thirty years from the origin and at any pace from real time to a day a second."""
    real = ORIGIN + timedelta(microseconds=microseconds // int(pace))
    clock = Clock(pace, ORIGIN)
    assert abs(clock.real(clock.journey(real)) - real) <= timedelta(microseconds=1)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(1, 1e5))
def test_time_never_runs_backwards(one: int, other: int, pace: float) -> None:
    """What came first really came first in the journey."""
    early, late = (ORIGIN + timedelta(microseconds=moment) for moment in sorted((one, other)))
    assert Clock(pace, ORIGIN).journey(early) <= Clock(pace, ORIGIN).journey(late)


@pytest.mark.parametrize("clock", [Clock(), FAST])
def test_an_instant_without_a_zone_is_refused(clock: Clock) -> None:
    """It could mean any hour of a day."""
    naive = ORIGIN.replace(tzinfo=None)
    for translate in (clock.journey, clock.real):
        with pytest.raises(ValueError, match="2026-01-01T00:00:00 needs a time zone"):
            translate(naive)


def test_instants_of_any_zone_mean_the_same() -> None:
    """Zones are how people write instants."""
    brazil = timezone(-timedelta(hours=3))
    assert FAST.journey((ORIGIN + SECOND).astimezone(brazil)) == ORIGIN + DAY


@pytest.mark.parametrize("pace", [0, -1, float("nan"), float("inf"), float("-inf")])
def test_a_pace_is_a_number_above_zero(pace: float) -> None:
    """Time neither stands still nor runs backwards nor ends at once."""
    with pytest.raises(ValueError, match="pace must be a number above 0, not"):
        Clock(pace=pace)


def test_the_origin_needs_a_zone() -> None:
    """Otherwise nobody would know when it was."""
    with pytest.raises(ValueError, match="origin needs a time zone"):
        Clock(2, ORIGIN.replace(tzinfo=None))


def test_a_clock_travels_with_its_enrollment() -> None:
    """Through JSON, where a wrong one is refused, too."""
    adapter = TypeAdapter(Clock)
    assert adapter.validate_json(adapter.dump_json(FAST)) == FAST
    assert adapter.validate_json("{}") == Clock(1.0, EPOCH)
    with pytest.raises(ValidationError, match="pace must be a number above 0"):
        adapter.validate_json('{"pace": -1}')
