"""Delays after wrong codes, the lock-out, and the ways back."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.authenticators.patience import ENDED_FROM, LOCK, LOCKED_FROM, Wait, delay, wait

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        *((0, 0), (1, 0), (2, 0)),  # people mistype
        *((3, 1), (4, 2), (5, 4), (9, 64)),  # doubled
        *((10, 3600), (11, 3600), (99, 3600)),  # locked
    ],
)
def test_each_wrong_code_in_a_row_costs_more(failures: int, seconds: int) -> None:
    """And it is over exactly when it is said to be."""
    assert delay(failures) == timedelta(seconds=seconds)
    if seconds:
        assert wait(failures, NOON, NOON) == Wait(timedelta(seconds=seconds))
        assert wait(failures, NOON, NOON + delay(failures) - MOMENT) == Wait(MOMENT)
    assert wait(failures, NOON, NOON + delay(failures)) is None


def test_two_at_the_same_moment_do_not_hold_each_other_up() -> None:
    """The one that was judged first may have begun second."""
    assert wait(0, NOON, NOON - MOMENT) is None
    assert wait(2, NOON, NOON - MOMENT) is None


@pytest.mark.parametrize("failures", [100, 101, 10_000])
def test_after_a_hundred_waiting_does_not_help(failures: int) -> None:
    """NIST SP 800-63B allows a hundred in a row and no more."""
    found = wait(failures, NOON, NOON + timedelta(days=400))
    assert found is not None
    assert found.until_unlocked


def test_a_clock_that_was_put_back_locks_nobody_out_for_longer() -> None:
    """As after a wrong time at boot."""
    assert wait(LOCKED_FROM, NOON + timedelta(days=400), NOON) == Wait(LOCK)


def test_guessing_without_pause_is_over_in_days_and_in_vain() -> None:
    """As many tries as the rules allow, at the times they allow."""
    now, tries = NOON, 0
    while (found := wait(tries, now, now)) is None or not found.until_unlocked:
        now += delay(tries)
        tries += 1
    assert tries == ENDED_FROM
    assert now - NOON > timedelta(days=3)
