"""Codes are right once, whoever comes first; wrong ones cost more and more; and nobody learns who exists."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from client.authenticators import helping
from domain.errors import BadInput, Refused, TooMany
from tests.client.authenticators.conftest import AT_ONCE, Desk


def test_the_code_of_a_confirmed_app_is_approved_and_says_which_app_it_was(desk: Desk) -> None:
    """The plain case."""
    app, _ = desk.confirmed("alice")
    approved = desk.check("alice", app.code(desk.now))
    assert (approved.device_id, approved.recovery_codes_left) == (app.id, 10)
    assert desk.view("alice").devices[0].last_used_real_at == desk.now


def test_a_code_is_refused_the_second_time(desk: Desk) -> None:
    """Whoever looked over the shoulder has 30 seconds, and it is too late."""
    app, _ = desk.confirmed("alice")
    code = app.code(desk.now)
    assert [desk.guess("alice", code), desk.guess("alice", code)] == ["right", "Refused"]


def test_the_code_that_confirmed_an_app_is_used_up_as_well(desk: Desk) -> None:
    """It was typed on the same screen."""
    app = desk.enrol("alice")
    desk.devices.confirm("alice", app.id, app.code(desk.now), "key-1", desk.now)
    assert desk.guess("alice", app.code(desk.now)) == "Refused"
    assert desk.guess("alice", app.code(desk.now + timedelta(seconds=30))) == "right"  # the next one is good already


def test_an_older_code_is_refused_once_a_newer_one_was_used(desk: Desk) -> None:
    """Though by the clock alone it would still be good."""
    app, _ = desk.confirmed("alice")
    desk.later(seconds=60)
    assert desk.guess("alice", app.code(desk.now)) == "right"
    assert desk.guess("alice", app.code(desk.now - timedelta(seconds=30))) == "Refused"


def test_of_the_same_right_code_many_times_at_once_exactly_one_is_approved(desk: Desk) -> None:
    """Whatever they were doing when they met: PostgreSQL says who was first."""
    app, _ = desk.confirmed("alice")
    for _ in range(5):
        desk.later(seconds=30)
        results = desk.at_once("alice", app.code(desk.now))
        assert results.count("right") == 1
        assert len(results) == AT_ONCE
        helping.unlock(desk.database, "alice", "key-1", "the next round", desk.now)


def test_each_app_of_a_person_is_good_by_itself(desk: Desk) -> None:
    """A phone and a tablet, with the same code window."""
    phone, _ = desk.confirmed("alice")
    tablet, shown = desk.confirmed("alice", "tablet")
    assert shown == []  # the recovery codes were shown with the first
    assert desk.check("alice", phone.code(desk.now)).device_id == phone.id
    assert desk.check("alice", tablet.code(desk.now)).device_id == tablet.id
    assert desk.guess("alice", phone.code(desk.now)) == "Refused"


def test_an_app_that_is_not_confirmed_opens_nothing(desk: Desk) -> None:
    """Somebody may have begun to set it up with a stolen session."""
    desk.confirmed("alice")
    other = desk.enrol("alice", "tablet")
    assert desk.guess("alice", other.code(desk.now)) == "Refused"


def test_a_code_of_somebody_else_is_refused(desk: Desk) -> None:
    """Apps belong to people."""
    app, shown = desk.confirmed("alice")
    desk.confirmed("bob")
    assert desk.guess("bob", app.code(desk.now)) == "Refused"
    assert desk.guess("bob", shown[0]) == "Refused"


@pytest.mark.parametrize("off", [-1, 1])
def test_a_phone_whose_clock_is_a_little_off_is_let_in(desk: Desk, off: int) -> None:
    """By one step, to either side."""
    app, _ = desk.confirmed("alice")
    desk.later(minutes=2)
    assert desk.guess("alice", app.code(desk.now + timedelta(seconds=off * 30))) == "right"
    assert desk.guess("alice", app.code(desk.now + timedelta(seconds=off * 60))) == "Refused"


def test_each_wrong_code_in_a_row_costs_more_time(desk: Desk) -> None:
    """Three are free; from the tenth on each costs an hour."""
    app, _ = desk.confirmed("alice")
    waits = []
    for _ in range(11):
        with pytest.raises(Refused):
            desk.check("alice", app.wrong(desk.now))
        waits.append(int(desk.view("alice").waits.get("app", timedelta()).total_seconds()))
        desk.later(seconds=waits[-1])
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 3600, 3600]


def test_while_a_delay_runs_nothing_is_judged_not_even_the_right_code(desk: Desk) -> None:
    """And what is tried in vain adds nothing to the wait."""
    app, _ = desk.confirmed("alice")
    for _ in range(3):
        assert desk.guess("alice", app.wrong(desk.now)) == "Refused"
    for _ in range(20):
        with pytest.raises(TooMany, match="try again in 1 s; a recovery code may") as raised:
            desk.check("alice", app.code(desk.now))
        assert raised.value.wait == timedelta(seconds=1)
    desk.later(seconds=1)
    assert desk.guess("alice", app.code(desk.now)) == "right"
    assert desk.view("alice").waits == {}


def test_the_right_code_ends_the_count(desk: Desk) -> None:
    """It is about wrong ones in a row."""
    app, _ = desk.confirmed("alice")
    for _ in range(5):
        assert [desk.guess("alice", app.wrong(desk.now)) for _ in range(2)] == ["Refused", "Refused"]
        assert desk.guess("alice", app.code(desk.now)) == "right"
        desk.later(seconds=30)


def test_many_guesses_at_once_are_judged_no_more_often_than_one_after_the_other(desk: Desk) -> None:
    """The fourth has to wait, however many come together."""
    app, _ = desk.confirmed("alice")
    assert desk.at_once("alice", app.wrong(desk.now), 40).count("Refused") == 3
    assert desk.rows("select failures from code_failures where user_id = 'alice' and kind = 'app'") == [(3,)]


def lock_out(desk: Desk, user: str, code: str, times: int = 10) -> None:
    """As many wrong codes as it takes, with patience."""
    for _ in range(times):
        assert desk.guess(user, code) == "Refused"
        desk.now += max(desk.view(user).waits.values(), default=timedelta())


def test_operators_hear_of_a_lock_out_once(desk: Desk) -> None:
    """When it begins, and when it becomes one that does not end by itself; the code is not told."""
    app, _ = desk.confirmed("alice")
    with capture_logs() as logs:
        lock_out(desk, "alice", app.wrong(desk.now), 9)
    assert logs == []
    with capture_logs() as logs:
        lock_out(desk, "alice", app.wrong(desk.now), 91)
    assert [(entry["event"], entry["wrong"]) for entry in logs] == [("codes.locked_out", 10), ("codes.locked_out", 100)]
    assert app.wrong(desk.now) not in f"{logs}"


def test_whoever_is_locked_out_gets_in_with_a_recovery_code(desk: Desk) -> None:
    """Somebody else's guesses at six digits must not keep the owner out."""
    app, shown = desk.confirmed("alice")
    lock_out(desk, "alice", app.wrong(desk.now))
    assert desk.guess("alice", app.wrong(desk.now)) == "Refused"
    with pytest.raises(TooMany, match="60 minutes; a recovery code may still be tried"):
        desk.check("alice", app.code(desk.now))
    assert desk.check("alice", shown[0]).recovery_codes_left == 9


def test_after_a_hundred_wrong_codes_only_an_administrator_lets_in_again(desk: Desk) -> None:
    """Waiting does not help; a recovery code does, and so does being unlocked."""
    app, shown = desk.confirmed("alice")
    lock_out(desk, "alice", app.wrong(desk.now), 100)
    desk.later(days=400)
    with pytest.raises(TooMany, match="an administrator has to unlock"):
        desk.check("alice", app.code(desk.now))
    assert desk.guess("alice", shown[0]) == "right"
    assert desk.guess("alice", app.code(desk.now)) == "TooMany"
    assert helping.unlock(desk.database, "alice", "key-1", "called us, and knew the invoice", desk.now) == 100
    assert desk.guess("alice", app.code(desk.now)) == "right"


def test_somebody_who_has_no_app_and_nobody_at_all_get_the_same_answers(desk: Desk) -> None:
    """Error by error, delay by delay, of either kind of code."""
    app, _ = desk.confirmed("alice")

    def story(user: str) -> list[str]:
        told = []
        for code in [app.wrong(desk.now)] * 5 + ["k3vd-7m0x-2hqp"] * 5:
            try:
                desk.check(user, code)
            except (Refused, TooMany) as error:
                told.append(str(error))
        return told

    assert story("alice") == story("bob") == story("nobody")
    assert len(story("alice")) == 10


def test_what_can_be_no_code_is_told_and_not_counted(desk: Desk) -> None:
    """A slip of the paste."""
    desk.confirmed("alice")
    for text in ("", "hello", "12345", "1" * 100):
        with pytest.raises(BadInput, match="six digits of an authenticator app, or a recovery code"):
            desk.check("alice", text)
    assert desk.rows("select failures from code_failures where kind = 'app'") == []


def test_an_app_is_good_no_more_once_it_is_given_up(desk: Desk) -> None:
    """A lost phone."""
    phone, _ = desk.confirmed("alice")
    tablet, _ = desk.confirmed("alice", "tablet")
    desk.devices.remove("alice", phone.id, "key-1", desk.now)
    assert desk.guess("alice", phone.code(desk.now)) == "Refused"
    assert desk.guess("alice", tablet.code(desk.now)) == "right"
