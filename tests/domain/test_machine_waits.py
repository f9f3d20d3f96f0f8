"""Waits by the calendar: local times, and dates that move, come too late, or go away."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.machine.stimuli import Order
from tests.domain.travel import Way

NINE = '[{id: nine, wait: {until: "09:00"}}, {id: hello, send: welcome}]'
DAY_BEFORE = """
- id: before
  wait: {until: appointment.starts_at, offset: -24h, if_past: %s}
  do: [{id: remind, send: reminder}]
- {id: after, wait: 30d}
"""
HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def on(day: int) -> dict[str, str]:
    """An appointment on a day of March, at ten."""
    return {"starts_at": f"2026-03-{day:02}T10:00:00+00:00"}


@pytest.mark.parametrize(
    ("zone", "head", "until"),
    [
        ("America/New_York", "", "2026-03-02T14:00"),  # this morning there
        ("Asia/Tokyo", "", "2026-03-03T00:00"),  # tomorrow morning there
        (None, "zone: Asia/Tokyo\n", "2026-03-03T00:00"),  # unknown: the journey's
        (None, "", "2026-03-03T09:00"),  # unknown to both: UTC
        ("Europe/Paris", "zone: Asia/Tokyo\n", "2026-03-03T08:00"),  # the person's comes first
    ],
)
def test_nine_oclock_is_the_persons_own(zone: str | None, head: str, until: str) -> None:
    """Their zone, then the journey's, then UTC."""
    alice = Way(NINE, now=NOON, zone=zone, head=head)
    assert alice.state.until == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_the_night_clocks_go_forward_makes_the_wait_an_hour_shorter() -> None:
    """From nine to nine are 23 hours in New York on 8 March 2026."""
    alice = Way(NINE, now=datetime(2026, 3, 7, 14, 0, 1, tzinfo=UTC), zone="America/New_York")
    assert alice.passes(hours=22, minutes=59).place == "waiting at nine"
    assert alice.passes(minutes=1).place == "sending hello"


def test_who_moves_while_waiting_gets_nine_oclock_of_where_they_are_now() -> None:
    """From New York to Tokyo: nine in the morning comes sooner, and is still in the morning."""
    alice = Way(NINE, now=datetime(2026, 3, 2, 20, 0, tzinfo=UTC), zone="America/New_York")
    alice.moves("Asia/Tokyo")
    assert alice.state.until == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    assert alice.rearmed == 2


def test_a_weekday_is_the_one_on_the_persons_calendar() -> None:
    """Thursday 05:00 in Tokyo is Wednesday evening in UTC."""
    alice = Way('[{id: thu, wait: {until: "05:00", days: [thu]}}, {id: hello, send: welcome}]', zone="Asia/Tokyo")
    assert alice.state.until == datetime(2026, 3, 4, 20, 0, tzinfo=UTC)


def test_a_reminder_comes_a_day_before_its_date() -> None:
    """And the journey goes on after it."""
    alice = Way(DAY_BEFORE % "skip", {"appointment": on(10)})
    assert alice.reaches(datetime(2026, 3, 9, 9, 59, tzinfo=UTC)).place == "waiting at before"
    assert alice.passes(minutes=1).place == "sending remind"
    assert alice.sent().place == "waiting at after"


@pytest.mark.parametrize(
    ("moved", "place"),
    [
        (on(8), "waiting at before"),  # earlier, but still ahead
        (on(20), "waiting at before"),  # later
    ],
)
def test_a_moved_date_moves_the_timer(moved: dict[str, str], place: str) -> None:
    """To a day before the new date, and the old timer means nothing any more."""
    alice = Way(DAY_BEFORE % "skip", {"appointment": on(10)})
    old = alice.state.until
    alice.learns(appointment=moved)
    assert alice.place == place
    assert alice.state.until != old
    day = int(moved["starts_at"][8:10])
    assert alice.state.until == datetime(2026, 3, day - 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("if_past", "date", "place"),
    [
        ("skip", on(3), "waiting at after"),  # less than a day ahead: the reminder is left out
        ("now", on(3), "sending remind"),
        ("exit", on(3), "ended: past:before"),
        ("skip", None, "waiting at after"),  # no date: nothing to remind of
        ("now", None, "waiting at after"),  # and never a reason to send now
        ("exit", None, "ended: past:before"),
        ("now", {"starts_at": "soon"}, "waiting at after"),  # a date that is none is no date
    ],
)
def test_a_past_or_missing_date_is_treated_as_the_file_says(
    if_past: str, date: dict[str, str] | None, place: str
) -> None:
    """Whether it is so from the beginning or becomes so during the wait."""
    late = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert Way(DAY_BEFORE % if_past, {"appointment": date}, now=late).place == place
    waiting = Way(DAY_BEFORE % if_past, {"appointment": on(20)}, now=late)
    assert waiting.learns(appointment=date).place == place


def test_a_date_without_an_offset_of_its_own_is_in_the_persons_zone() -> None:
    """People book for ten o'clock, theirs."""
    starts = {"starts_at": "2026-03-10T10:00"}
    alice = Way(DAY_BEFORE % "skip", {"appointment": starts}, zone="America/New_York")
    assert alice.state.until == datetime(2026, 3, 9, 14, 0, tzinfo=UTC)  # still standard time where it began: 9 EDT
    assert alice.moves("Europe/Paris").state.until == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_the_date_of_an_event_follows_the_events_that_update_it() -> None:
    """Booked, then moved: each enrollment has the date of its own appointment."""
    steps = """
    - id: before
      wait: {until: event.starts_at, offset: -1h, if_past: skip}
      do: [{id: remind, send: reminder}]
    """
    alice = Way(steps, entry=on(10), head="updated_by: moved\n")
    assert alice.state.until == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    alice.event("moved", starts_at=on(12)["starts_at"])
    assert alice.state.until == datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
    assert alice.event("moved").state.until == datetime(2026, 3, 12, 9, 0, tzinfo=UTC)  # it brings no date
    assert alice.event("moved", starts_at=None).place == "ended: completed"  # cancelled


def test_news_that_change_nothing_leave_the_timer_alone() -> None:
    """A billable timer is set again only when its end moves."""
    alice = Way(DAY_BEFORE % "skip", {"appointment": on(10)})
    alice.learns(appointment=on(10)).learns(plan="pro").event("noise")
    assert alice.rearmed == 1


def test_a_pause_does_not_push_a_date_back() -> None:
    """An appointment does not wait for support: after the pause the date counts as it is."""
    alice = Way(DAY_BEFORE % "skip", {"appointment": on(10)})
    alice.order(Order.PAUSE).passes(days=2)
    alice.order(Order.RESUME)
    assert alice.state.until == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    alice.order(Order.PAUSE).passes(days=20)
    assert alice.order(Order.RESUME).place == "waiting at after"


def test_a_skip_does_what_the_date_was_waited_for() -> None:
    """Support sends the reminder early."""
    assert Way(DAY_BEFORE % "skip", {"appointment": on(10)}).order(Order.SKIP).place == "sending remind"


def test_news_after_a_local_time_do_not_put_it_off_to_tomorrow() -> None:
    """The worker was away at nine; what it hears first on its return is not the timer."""
    late = Way(NINE, now=NOON).sleeps(hours=22)
    assert late.learns(plan="pro").place == "waiting at nine"  # nothing that the journey looks at
    assert late.moves("Asia/Tokyo").place == "sending hello"


def test_news_after_a_dates_time_do_not_lose_its_reminder() -> None:
    """The wait was over, though its timer is late; only a date that has moved is waited for anew."""
    steps = DAY_BEFORE % "skip"
    for news in (on(10) | {"room": "2"}, on(10)):
        late = Way(steps, {"appointment": on(10)}).reaches(datetime(2026, 3, 9, 9, 0, tzinfo=UTC)).sleeps(hours=2)
        assert late.learns(appointment=news).moves("Asia/Tokyo").place == "sending remind"
    moved = Way(steps, {"appointment": on(10)}).reaches(datetime(2026, 3, 9, 9, 0, tzinfo=UTC)).sleeps(hours=2)
    assert moved.learns(appointment=on(20)).state.until == datetime(2026, 3, 19, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "\0", "../../etc/passwd"])
def test_a_zone_that_nobody_knows_is_as_good_as_none(zone: str) -> None:
    """Anybody may signal one, and no journey stops for it."""
    alice = Way(NINE, now=NOON, zone=zone, head="zone: Asia/Tokyo\n")
    assert alice.state.until == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


def test_an_older_update_that_is_heard_of_late_does_not_undo_a_newer_one() -> None:
    """Moved twice; the messages overtook each other."""
    steps = "[{id: w, wait: {until: event.starts_at, if_past: skip}, do: [{id: remind, send: reminder}]}]"
    alice = Way(steps, entry=on(10), head="updated_by: moved\n").sleeps(hours=3)
    alice.event("moved", starts_at="2026-03-12T10:00Z").event("moved", ago=HOUR, starts_at="2026-03-11T10:00Z")
    assert alice.state.until == datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


def test_other_news_of_the_person_neither_move_the_timer_nor_forget_their_zone() -> None:
    """Though the journey looks at them elsewhere."""
    steps = f"{NINE[:-1]}, {{id: b, branch: [{{if: {{attribute: plan, equals: pro}}}}]}}]"
    alice = Way(steps, now=NOON, zone="America/New_York").learns(plan="pro")
    assert (alice.rearmed, alice.state.person.zone) == (1, "America/New_York")


def test_a_date_is_in_time_at_its_very_instant() -> None:
    """Past is what is before now."""
    alice = Way(DAY_BEFORE % "skip", {"appointment": on(10)}, now=datetime(2026, 3, 9, 10, 0, tzinfo=UTC))
    assert alice.passes().place == "sending remind"


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-12:00"])
def test_a_date_at_the_edge_of_the_calendar_is_no_date(date: str) -> None:
    """Some systems write it for never."""
    assert Way(DAY_BEFORE % "now", {"appointment": {"starts_at": date}}).place == "waiting at after"
