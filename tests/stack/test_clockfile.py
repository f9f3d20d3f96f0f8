"""The clock of a state folder: journey time goes on when the stack is started again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import BadInput
from stack.clockfile import clock_of


def test_the_first_start_chooses_the_clock_and_the_next_keeps_it(state_dir: Path) -> None:
    """Pace and origin, so that the same instant is the same journey time."""
    first = clock_of(state_dir, 86_400)
    assert (datetime.now(UTC) - first.origin).total_seconds() < 5
    assert clock_of(state_dir, 86_400) == clock_of(state_dir, None) == first


def test_without_a_pace_a_new_folder_runs_at_pace_one(state_dir: Path) -> None:
    """As production does."""
    assert clock_of(state_dir, None).pace == 1


def test_another_pace_is_refused_with_what_to_do(state_dir: Path) -> None:
    """People in their journeys carry the clock they started with."""
    clock_of(state_dir, 60)
    with pytest.raises(BadInput, match=r"runs at pace 60, .* ask for 60, or delete .*\.homing to begin again at 10"):
        clock_of(state_dir, 10)


@pytest.mark.parametrize("pace", [0, -1])
def test_a_pace_that_is_not_above_zero_is_refused(state_dir: Path, pace: float) -> None:
    """And nothing is stored."""
    with pytest.raises(BadInput, match="pace must be a number above 0"):
        clock_of(state_dir, pace)
    assert list(state_dir.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",  # a full disk
        '{"pace": 60}',  # an older or foreign file
        '{"pace": 60, "origin": "2026-01-01T00:00:00"}',  # no time zone
    ],
)
def test_a_damaged_file_is_named(state_dir: Path, text: str) -> None:
    """Not replaced: that would put everybody's journeys on another clock."""
    (state_dir / "clock.json").write_text(text)
    with pytest.raises(BadInput, match=r"clock\.json is damaged"):
        clock_of(state_dir, None)
