"""Recovery codes: ten, shown once, kept as hashes, each good once."""

import pytest

from domain.authenticators.recovery import COUNT
from domain.authenticators.typed import read
from domain.errors import Conflict
from tests.client.authenticators.conftest import Desk


def test_ten_codes_are_shown_with_the_first_app_and_none_is_kept(desk: Desk) -> None:
    """Nor is anything that could be searched without the key."""
    _, shown = desk.confirmed("alice")
    assert len(set(shown)) == COUNT
    kept = f"{desk.rows('select * from recovery_codes')}{desk.rows('select * from recovery_sets')}"
    for code in shown:
        typed = read(code)
        assert typed is not None
        assert typed.code not in kept
        assert code not in kept


def test_each_of_them_is_good_once(desk: Desk) -> None:
    """And it is told how many are left."""
    _, shown = desk.confirmed("alice")
    assert [desk.check("alice", code.upper()).recovery_codes_left for code in shown] == list(range(9, -1, -1))
    assert desk.guess("alice", shown[0]) == "Refused"


def test_the_same_code_many_times_at_once_lets_in_exactly_one(desk: Desk) -> None:
    """PostgreSQL says who was first."""
    _, shown = desk.confirmed("alice")
    assert desk.at_once("alice", shown[3]).count("right") == 1
    assert desk.view("alice").recovery_codes_left == 9


def test_new_codes_end_the_old_ones(desk: Desk) -> None:
    """As after a lost sheet of paper."""
    _, old = desk.confirmed("alice")
    new = desk.regenerate("alice")
    assert len({*old, *new}) == 2 * COUNT
    assert [desk.guess("alice", old[0]), desk.guess("alice", new[0])] == ["Refused", "right"]


def test_codes_without_an_app_are_refused(desk: Desk) -> None:
    """They stand in for one."""
    desk.enrol("alice")
    for user in ("alice", "nobody"):
        with pytest.raises(Conflict, match="none is confirmed; set one up first"):
            desk.regenerate(user)


def test_with_the_last_app_they_go_too(desk: Desk) -> None:
    """Otherwise an account without a second factor would still have half of one."""
    app, shown = desk.confirmed("alice")
    desk.devices.remove("alice", app.id, "key-1", desk.now)
    assert desk.guess("alice", shown[0]) == "Refused"
    assert len(desk.confirmed("alice")[1]) == COUNT


def test_wrong_ones_are_counted_by_themselves(desk: Desk) -> None:
    """Whoever mistypes the long codes may still use the app."""
    app, _ = desk.confirmed("alice")
    assert [desk.guess("alice", "k3vd-7m0x-2hqp") for _ in range(4)] == ["Refused"] * 3 + ["TooMany"]
    assert desk.guess("alice", app.code(desk.now)) == "right"
    assert set(desk.view("alice").waits) == {"recovery"}
