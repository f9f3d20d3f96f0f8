"""No awaited event is missed, none counts twice, and of things that happen at once the right one wins."""

from datetime import timedelta
from typing import Any

import pytest

from domain.machine.state import MAX_TAKEN
from domain.machine.stimuli import TimerFired
from tests.domain.travel import START, Way

HOUR = timedelta(hours=1)
SEND_THEN_WAIT = """
    - {id: hello, send: welcome}
    - {id: first-use, wait_for: {event: used, do: [{id: praise, send: praise}]}, timeout: 24h}
    - {id: after, send: tips}
"""
SINCE_STEP = SEND_THEN_WAIT.replace("timeout:", "since: step, timeout:")


def test_an_event_before_its_wait_is_taken_at_once_and_makes_no_timer() -> None:
    """It came while the message before was still on its way, through however many retries."""
    alice = Way(SEND_THEN_WAIT).sleeps(hours=3).event("used")
    assert alice.place == "sending hello"
    assert alice.sleeps(hours=3).sent().place == "sending praise"
    assert alice.rearmed == 2


def test_an_event_at_the_instant_at_which_the_wait_begins_is_not_missed() -> None:
    """Whichever of the two is heard of first."""
    assert Way(SEND_THEN_WAIT).event("used").sent().place == "sending praise"
    assert Way(SEND_THEN_WAIT).sent().event("used").place == "sending praise"
    assert Way(SINCE_STEP).event("used").sent().place == "sending praise"


def test_since_step_does_not_count_what_came_before() -> None:
    """The person has to do it once more."""
    alice = Way(SINCE_STEP).event("used").sleeps(seconds=1).sent()
    assert alice.place == "waiting at first-use"
    assert alice.event("used", ago=timedelta(seconds=2)).place == "waiting at first-use"  # heard of late
    assert alice.event("used").place == "sending praise"


def test_an_event_that_ends_nothing_arms_nothing() -> None:
    """No command comes of it, so that the driver's timer stands."""
    alice = Way(SEND_THEN_WAIT.replace("{event: used,", "{event: used, where: {property: n, above: 1},")).sent()
    armed = alice.rearmed
    alice.event("used", n=1).event("unheard_of").learns(plan="free").sleeps(hours=1)
    assert (alice.rearmed, alice.left) == (armed, 23 * HOUR)


def test_events_that_the_journey_does_not_name_leave_no_trace() -> None:
    """Nor do they push the ids of those that matter out of memory."""
    alice = Way(SEND_THEN_WAIT)
    before = alice.state
    assert alice.event("page_viewed", id="1").state == before


def test_a_duplicate_is_taken_once() -> None:
    """A sender that retries does not count twice; two events without an id are two."""
    steps = """
        - {id: rest, wait: 1d}
        - {id: b, branch: [{if: {event: used, at_least: 2}, do: [{id: often, send: praise}]}]}
    """
    assert Way(steps).event("used", id="a").event("used", id="a").passes(days=1).delivered == []
    assert Way(steps).event("used", id="a").event("used", id="b").passes(days=1).delivered == ["often"]
    assert Way(steps).event("used").event("used").passes(days=1).delivered == ["often"]


def test_ids_are_remembered_as_long_as_a_sender_retries_and_no_longer() -> None:
    """The oldest id makes room, so that the state stays small."""
    alice = Way("[{id: w, wait_for: {event: used, where: {property: n, above: 9}}}]")
    for number in range(MAX_TAKEN + 1):
        alice.event("used", id=f"id-{number}")
    assert alice.state.taken == tuple(f"id-{number}" for number in range(1, MAX_TAKEN + 1))


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"amount": 101}, "sending big"),
        ({"amount": 100}, "sending any"),  # above is not from
        ({"amount": "101"}, "sending any"),  # text is no number
        ({"amount": True}, "sending any"),
        ({"amount": None}, "sending any"),
        ({}, "sending any"),
    ],
)
def test_a_condition_on_properties_looks_at_the_event_at_hand(properties: dict[str, Any], place: str) -> None:
    """The same event may go two ways."""
    steps = """
        - id: paid
          wait_for:
            - {event: paid, where: {property: amount, above: 100}, do: [{id: big, send: thank_you}]}
            - {event: paid, do: [{id: any, send: receipt}]}
    """
    assert Way(steps).event("paid", **properties).place == place


def test_conditions_are_judged_when_the_event_happens() -> None:
    """Who was on the free plan then did upgrade from it, whatever they are on when the wait begins."""
    steps = """
        - {id: hello, send: welcome}
        - id: w
          wait_for: {event: paid, where: {attribute: plan, equals: free}, do: [{id: yes, send: thank_you}]}
          timeout: 1h
    """
    assert Way(steps, {"plan": "free"}).event("paid").learns(plan="pro").sent().place == "sending yes"
    assert Way(steps, {"plan": "pro"}).event("paid").learns(plan="free").sent().place == "waiting at w"


def test_an_event_may_be_called_anything() -> None:
    """Also what another step's condition looks like, and still neither is counted for the other."""
    condition = '{"property":"n","above":1.0}'
    steps = f"""
        - id: w
          wait_for: {{event: used, where: {{property: n, above: 1}}, do: [{{id: right, send: praise}}]}}
        - {{id: v, wait_for: [{{event: w.0}}, {{event: 'used {condition}'}}]}}
    """
    alice = Way(steps).event("w.0").event(f"used {condition}")
    assert alice.place == "waiting at w"
    assert alice.event("used", n=2).place == "sending right"


@pytest.mark.parametrize(
    "stale",
    [
        TimerFired("hello", START + 24 * HOUR),  # another step
        TimerFired("first-use", START + HOUR),  # an end that this wait does not have
        TimerFired("first-use", None),
    ],
)
def test_a_stale_timer_changes_nothing(stale: TimerFired) -> None:
    """Only the end of the standing wait ends it."""
    alice = Way(SEND_THEN_WAIT).sent()
    before = alice.state
    assert alice.take(stale).state == before


def test_a_timer_ends_nothing_while_a_message_is_sent() -> None:
    """Nor after the journey is over."""
    alice = Way(SEND_THEN_WAIT)
    assert alice.take(TimerFired("hello", None)).place == "sending hello"
    assert alice.event("account_deleted").take(TimerFired("hello", None)).place == "ended: event:account_deleted"


def test_an_ended_journey_hears_nothing() -> None:
    """Whatever still comes in changes neither the state nor the reason."""
    alice = Way(SEND_THEN_WAIT).event("account_deleted", id="x")
    before = alice.state
    assert alice.event("account_deleted").learns(plan="free").state == before
