"""Support agents pause, resume, skip and end journeys, at any point of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.delivery import Outcome
from domain.machine.state import MAX_REASON
from domain.machine.stimuli import Await, Order, TimerFired
from tests.domain.travel import START, Way

DAY = timedelta(days=1)
STEPS = """
    - {id: hello, send: welcome}
    - {id: first-use, wait_for: {event: used, do: [{id: praise, send: praise}]}, timeout: 3d}
    - {id: after, send: tips}
"""


def sending() -> Way:
    """Alice's message is on its way."""
    return Way(STEPS)


def waiting() -> Way:
    """She has not used it yet."""
    return Way(STEPS).sent()


def paused_waiting() -> Way:
    """Her wait stands still."""
    return waiting().order(Order.PAUSE)


def paused_sending() -> Way:
    """The journey stands still while a message is on its way."""
    return sending().order(Order.PAUSE)


def paused_between() -> Way:
    """The message arrived during the pause, and the next step is not reached."""
    return paused_sending().sent()


PLACES = [sending, waiting, paused_waiting, paused_sending, paused_between]


@pytest.mark.parametrize("there", PLACES)
def test_an_exit_is_immediate_everywhere(there: Callable[[], Way]) -> None:
    """By event or by order, in every phase, paused or not."""
    assert there().event("account_deleted").place == "ended: event:account_deleted"
    assert there().order(Order.EXIT, "moved away").place == "ended: moved away"


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("x" * 500, "x" * MAX_REASON),  # the column that holds it
        ("", "asked"),
        ("a\0b\nc\ud800", "abc"),  # PostgreSQL takes no zero bytes, UTF-8 no half characters
        ("\n", "asked"),
    ],
)
def test_the_reason_of_an_exit_can_always_be_stored(reason: str, kept: str) -> None:
    """It is anybody's words, and a journey that could not record its end would never end."""
    assert waiting().order(Order.EXIT, reason).state.ended == kept


def test_a_year_of_pause_in_the_middle_of_a_wait_leaves_the_rest_of_it() -> None:
    """Two of three days are left, whenever it goes on."""
    alice = waiting().passes(days=1).order(Order.PAUSE)
    assert alice.command == Await("first-use", None, ("used",))
    assert alice.passes(days=365).order(Order.RESUME).left == 2 * DAY
    assert alice.passes(days=2, microseconds=-1).place == "waiting at first-use"
    assert alice.passes(microseconds=1).place == "sending after"


def test_pauses_add_up() -> None:
    """Each freezes what is left at its beginning."""
    alice = waiting()
    for _ in range(3):
        alice.passes(hours=12).order(Order.PAUSE).passes(days=30).order(Order.RESUME)
    assert alice.left == 1.5 * DAY


def test_the_timer_from_before_a_pause_is_stale() -> None:
    """Neither during the pause nor after it does it end the wait."""
    old = TimerFired("first-use", START + 3 * DAY)
    alice = waiting().passes(days=1).order(Order.PAUSE).passes(days=10).take(old)
    assert alice.place == "paused, waiting at first-use"
    assert alice.order(Order.RESUME).take(old).place == "waiting at first-use"


def test_an_awaited_event_during_a_pause_ends_the_wait_on_resuming() -> None:
    """Nobody is sent anything while they are paused."""
    alice = paused_waiting().event("used").passes(days=9)
    assert alice.place == "paused, waiting at first-use"
    assert alice.order(Order.RESUME).place == "sending praise"


def test_pausing_lets_a_message_arrive_that_is_on_its_way() -> None:
    """It can no longer be called back; the step after it is held until the journey goes on."""
    alice = paused_sending()
    assert (alice.place, alice.rearmed) == ("paused, sending hello", 1)
    assert alice.sent().command == Await("hello", None, ())
    assert alice.passes(days=9).place == "paused, done with hello"
    assert alice.order(Order.RESUME).left == 3 * DAY


def test_resuming_before_the_message_has_arrived_leaves_it_on_its_way() -> None:
    """It is not sent again."""
    alice = paused_sending().order(Order.RESUME)
    assert (alice.place, alice.rearmed) == ("sending hello", 1)
    assert alice.sent().place == "waiting at first-use"


def test_a_pause_after_which_nothing_comes_does_not_keep_the_journey_from_ending() -> None:
    """The last message closes the enrollment, so that nobody could order the journey to go on."""
    alice = Way("[{id: hello, send: welcome}]").order(Order.PAUSE)
    assert alice.sent().place == "ended: completed"


def test_a_required_message_that_fails_during_a_pause_ends_the_journey() -> None:
    """There is nothing to go on to."""
    steps = "[{id: hello, send: welcome, required: true}, {id: rest, wait: 1h}]"
    assert Way(steps).order(Order.PAUSE).sent(Outcome.FAILED).place == "ended: required:hello"


@pytest.mark.parametrize(
    ("there", "order"),
    [
        (paused_waiting, Order.PAUSE),  # the first pause counts
        (waiting, Order.RESUME),
        (sending, Order.RESUME),
        (sending, Order.SKIP),  # there is no wait at hand
        (paused_waiting, Order.SKIP),  # what is paused does not move
        (paused_between, Order.SKIP),
    ],
)
def test_an_order_that_does_not_fit_changes_nothing(there: Callable[[], Way], order: Order) -> None:
    """It is no error: whoever gave it may have seen an older state."""
    alice = there()
    before = (alice.state, alice.rearmed)
    alice.sleeps(hours=1).order(order)
    assert (alice.state, alice.rearmed) == before


def test_skipping_ends_the_wait_at_hand_as_its_timer_would() -> None:
    """Also one without a timer."""
    assert waiting().order(Order.SKIP).place == "sending after"
    assert Way("[{id: w, wait: 9d}, {id: hello, send: welcome}]").order(Order.SKIP).place == "sending hello"
    assert Way("[{id: w, wait_for: {event: used}}]").order(Order.SKIP).place == "ended: completed"


def test_attributes_change_at_any_point() -> None:
    """The journey keeps those that its conditions name; one that is taken away becomes nothing."""
    steps = """
        - {id: hello, send: welcome}
        - {id: b, branch: [{if: {attribute: plan, exists: true}, do: [{id: yes, send: tips}]}]}
    """
    for prepare in (Way(steps), Way(steps).order(Order.PAUSE)):
        assert prepare.learns(plan="pro", age=7).state.person.attributes == {"plan": "pro"}
    assert Way(steps, {"plan": "pro"}).learns(plan=None).sent().place == "ended: completed"
