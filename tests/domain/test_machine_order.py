"""Of things that happen at once, or are heard of in another order than they happened, the right one wins."""

from datetime import timedelta

from domain.journey.facts import Occurrence
from domain.machine.stimuli import Await, TimerFired
from tests.domain.travel import START, Way

HOUR = timedelta(hours=1)
SEND_THEN_WAIT = """
    - {id: hello, send: welcome}
    - {id: first-use, wait_for: {event: used, do: [{id: praise, send: praise}]}, timeout: 24h}
    - {id: after, send: tips}
"""


def test_of_two_awaited_events_the_first_by_the_senders_time_wins() -> None:
    """Not the first to arrive, and not the first in the file unless both are of one instant."""
    steps = """
        - {id: hello, send: welcome}
        - id: w
          wait_for: [{event: left, do: [{id: sorry, send: farewell}]}, {event: upgraded, do: [{id: ok, send: praise}]}]
    """
    late_news = Way(steps).sleeps(hours=2).event("left").event("upgraded", ago=HOUR)
    assert late_news.sent().place == "sending ok"
    assert Way(steps).event("upgraded").event("left").sent().place == "sending sorry"


def test_an_event_beats_the_timer_of_its_instant() -> None:
    """Also when the timer fires late and the event is heard of even later, as long as it happened in time."""
    at_the_end = Way(SEND_THEN_WAIT).sent().sleeps(hours=24).event("used")
    assert at_the_end.place == "sending praise"
    heard_of_late = Way(SEND_THEN_WAIT).sent().sleeps(hours=30).event("used", ago=6 * HOUR)
    assert heard_of_late.place == "sending praise"


def test_an_event_from_after_the_end_of_a_wait_does_not_beat_its_overdue_timer() -> None:
    """After an outage the wait has timed out, and the event counts for what comes then."""
    steps = """
        - id: day
          wait_for: {event: used, do: [{id: quick, send: praise}]}
          timeout: 1d
          on_timeout:
            - {id: nudge, send: nudge}
            - {id: week, wait_for: {event: used, do: [{id: slow, send: praise}]}, timeout: 6d}
    """
    alice = Way(steps).sleeps(days=2).event("used", ago=HOUR)
    assert alice.place == "sending nudge"
    assert alice.sent().place == "sending slow"
    assert alice.take(TimerFired("day", START + 24 * HOUR)).place == "sending slow"  # the timer, late as it is


def test_an_exit_beats_everything() -> None:
    """Also an awaited event of the same name, and an overdue timer."""
    steps = "[{id: w, wait_for: {event: account_deleted, do: [{id: no, send: farewell}]}, timeout: 1h}]"
    assert Way(steps).event("account_deleted").place == "ended: event:account_deleted"
    assert Way(steps).sleeps(days=1).event("account_deleted").place == "ended: event:account_deleted"


def test_a_sender_whose_clock_runs_ahead_does_not_report_the_future() -> None:
    """Otherwise a clock that is a day fast would time out every wait."""
    alice = Way(SEND_THEN_WAIT).sent().event("used", ago=-48 * HOUR)
    assert alice.place == "sending praise"
    assert alice.state.events == {"used": Occurrence(1, START, START)}


def test_a_wait_without_end_is_not_overdue() -> None:
    """Its event is taken however late."""
    alice = Way("[{id: w, wait_for: {event: used, do: [{id: yes, send: praise}]}}]").sleeps(days=999)
    assert alice.command == Await("w", None, ("used",))
    assert alice.take(TimerFired("w", None)).place == "waiting at w"
    assert alice.event("used").sent().place == "ended: completed"
