"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.durations import LONGEST, Duration, format_duration, parse_duration

WHOLE_SECONDS = st.integers(1, int(LONGEST.total_seconds())).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("text", "duration", "shortest"),
    [
        ("30s", timedelta(seconds=30), "30s"),
        ("60s", timedelta(minutes=1), "1m"),
        ("10m", timedelta(minutes=10), "10m"),
        ("90m", timedelta(minutes=90), "90m"),
        ("24h", timedelta(days=1), "1d"),  # a day is 24 hours
        ("6d", timedelta(days=6), "6d"),
        ("2w", timedelta(days=14), "2w"),
        ("007d", timedelta(days=7), "1w"),
        ("3660d", LONGEST, "3660d"),
        ("316224000s", LONGEST, "3660d"),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, duration: timedelta, shortest: str) -> None:
    """And is written in its shortest exact form."""
    assert parse_duration(text) == duration
    assert format_duration(duration) == shortest


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        *[
            (text, "is no duration; write a whole number and a unit")
            for text in ("", "d", "3", "1y", "1M", "3 d", "3d ")
        ],
        *[
            (text, "is no duration")
            for text in ("-3d", "+3d", "1.5h", "1h30m", "3D", "3d\n", "٣d", "1e3s", "9999999999s")
        ],
        *[(value, "is no duration") for value in (3, 3.5, True, None, ["3d"], {"d": 3})],
        ("0d", "'0d' is out of range; a duration is above zero and at most 3660 days"),
        ("3661d", "'3661d' is out of range"),
        ("999999999w", "is out of range"),
        (timedelta(0), "is out of range"),
        (timedelta(days=-1), "is out of range"),
        (timedelta(milliseconds=1500), "is no whole number of seconds"),
        ("x" * 100_000, "x… is no duration"),  # cut short
    ],
)
def test_anything_else_is_refused_with_the_right_form(value: object, problem: str) -> None:
    """The message stands on its own."""
    with pytest.raises(ValueError, match=r"duration|seconds") as refused:
        parse_duration(value)
    assert problem in str(refused.value)
    assert len(str(refused.value)) < 200


@given(WHOLE_SECONDS)
def test_every_duration_is_read_back_as_it_was_written(duration: timedelta) -> None:
    """In text and through pydantic."""
    adapter: TypeAdapter[timedelta] = TypeAdapter(Duration)
    assert parse_duration(format_duration(duration)) == duration
    assert adapter.validate_json(adapter.dump_json(duration)) == duration


@given(st.text())
def test_no_text_is_read_as_something_strange(text: str) -> None:
    """It is a duration or a ValueError."""
    try:
        assert timedelta(0) < parse_duration(text) <= LONGEST
    except ValueError:
        return
