"""A message whose receipt stays away is followed by the next channel: each once, and never when it has arrived."""

import pytest

from domain.delivery import Outcome, Reported
from domain.journey.language import Journey
from domain.machine.stimuli import Await, Deliver, Executed, Order
from tests.domain.travel import STORED, Way, program

DELIVERED, FAILED, OPENED, CLICKED = Reported

CALL = """
- {id: call, send: hello, via: [push, whatsapp, sms], fallback: {unless: delivered, after: 30m}}
- id: check
  branch:
    - {if: {step: call, outcome: delivered}, do: [{id: was-delivered, wait: 1d}]}
    - {if: {step: call, outcome: failed}, do: [{id: was-failed, wait: 1d}]}
    - {if: {step: call, outcome: sent}, do: [{id: was-sent, wait: 1d}]}
    - {else: [{id: was-otherwise, wait: 1d}]}
"""
OPEN = CALL.replace("unless: delivered", "unless: opened")


def past(way: Way) -> tuple[str, ...] | None:
    """The channels that have had their turn when the next one is asked for."""
    assert isinstance(way.command, Deliver), way.command
    return way.command.past


@pytest.mark.parametrize(
    ("journey", "receipts", "place"),
    [
        (CALL, [], "waiting at call"),
        (CALL, [DELIVERED], "waiting at was-delivered"),
        (CALL, [CLICKED], "waiting at was-delivered"),  # who clicks has got it
        (CALL, [FAILED], "sending call"),
        (OPEN, [DELIVERED], "waiting at call"),
        (OPEN, [DELIVERED, CLICKED], "waiting at was-delivered"),
        (OPEN, [DELIVERED, FAILED], "sending call"),  # it bounced later
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_a_receipt_settles_the_step_or_moves_it_on(
    journey: str, receipts: list[Reported], place: str, early: bool
) -> None:
    """Also one that was faster than the answer to the send."""
    alice = Way(journey)
    if not early:
        alice.sent()
    for reported in receipts:
        alice.hears("call", reported, "push")
    assert (alice.sent() if early else alice).place == place


def test_in_silence_each_channel_gets_its_turn_once() -> None:
    """The step ends as sent, when the last one has had its time too."""
    alice = Way(CALL)
    for turns in ((), ("push",), ("push", "whatsapp"), ("push", "whatsapp", "sms")):
        assert past(alice) == turns
        alice.sent().passes(minutes=30)
    assert (alice.place, alice.state.outcomes) == ("waiting at was-sent", {"call": Outcome.SENT})


def test_the_wait_is_one_rest_that_nothing_else_arms_anew() -> None:
    """One timer for a message, whatever comes meanwhile."""
    alice = Way(OPEN).sent()
    before = alice.rearmed
    alice.hears("call", DELIVERED, "push").event("used").learns(plan="pro")
    assert alice.rearmed == before
    assert isinstance(alice.command, Await)
    assert (alice.command.receipt, alice.left) == ("opened", alice.state.until and alice.state.until - alice.now)


def test_a_late_receipt_is_recorded_and_nothing_more_is_sent() -> None:
    """While the next message waits for its own receipt, or for its hour, or is on its way; and after all of it."""
    late = Way(CALL).sent().passes(minutes=30).sent().hears("call", DELIVERED, "push")
    assert (late.place, late.delivered) == ("waiting at was-delivered", ["call"] * 2)
    gone = Way(CALL).sent().passes(hours=2).sent(Outcome.SKIPPED)
    assert gone.hears("call", DELIVERED, "push").place == "waiting at was-sent"
    assert gone.state.receipts["call"].reported == DELIVERED


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("paused", [False, True])
def test_what_is_not_with_a_provider_when_an_earlier_one_arrives_is_let_go(held: bool, paused: bool) -> None:
    """While it waits for its hour, or for a provider that is busy; the driver clears it away, once."""
    alice = Way(CALL).sent().passes(minutes=30)
    alice = alice.holds(hours=9) if held else alice
    alice = alice.order(Order.PAUSE) if paused else alice
    alice.hears("call", DELIVERED, "push").hears("call", OPENED, "push")
    alice = alice.order(Order.RESUME) if paused else alice
    assert isinstance(alice.command, Deliver)
    assert (alice.command.arrived, alice.command.past) == (True, ("push",))
    assert alice.sent().place == "waiting at was-delivered"
    assert alice.state.outcomes == {"call": Outcome.SENT}


def test_what_a_provider_has_taken_meanwhile_is_on_record() -> None:
    """It cannot be called back, and nothing follows it."""
    alice = Way(CALL).sent().passes(minutes=30).hears("call", DELIVERED, "push")
    assert alice.take(Executed("call", Outcome.SENT, channel="whatsapp")).place == "waiting at was-delivered"
    assert alice.state.receipts["call"].channels == ("push", "whatsapp")


def test_a_late_failure_of_an_earlier_channel_says_nothing_of_the_next() -> None:
    """Carriers give up after hours; the mail that followed is in nobody's way."""
    alice = Way(CALL).sent().passes(minutes=30).sent()
    assert alice.hears("call", FAILED, "push").place == "waiting at call"
    assert alice.hears("call", FAILED, "whatsapp").place == "sending call"
    assert alice.hears("call", FAILED, "push").sent(Outcome.SKIPPED).place == "waiting at was-failed"


def test_the_failure_of_a_message_that_is_just_sent_is_not_taken_for_an_earlier_one() -> None:
    """Both have failed, and both count."""
    alice = Way(CALL).sent().hears("call", FAILED, "push").hears("call", FAILED, "whatsapp").sent()
    assert past(alice) == ("push", "whatsapp")


def test_a_receipt_without_a_channel_is_of_the_newest_message() -> None:
    """As plain signals and older clients tell it."""
    assert Way(CALL).hears("call", FAILED).sent().place == "sending call"
    assert Way(CALL).sent().passes(minutes=30).sent().hears("call", FAILED).place == "sending call"


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        (Outcome.SENT, Outcome.SKIPPED, Outcome.SENT),  # nobody allowed a second one
        (Outcome.SENT, Outcome.FAILED, Outcome.SENT),
        (Outcome.UNKNOWN, Outcome.SKIPPED, Outcome.UNKNOWN),
        (Outcome.FAILED, None, Outcome.FAILED),  # every channel refused it: nothing to wait for
        (Outcome.SKIPPED, None, Outcome.SKIPPED),
    ],
)
def test_the_step_ends_with_the_outcome_that_it_has(first: Outcome, second: Outcome | None, ends: Outcome) -> None:
    """What went out is not unsaid by a channel that does not take it."""
    alice = Way(CALL).sent(first)
    if second:
        assert alice.place == "waiting at call"
        alice.passes(minutes=30).sent(second)
    assert alice.state.outcomes == {"call": ends}


def test_a_required_message_that_went_out_once_ends_nothing() -> None:
    """A second channel that is not there does not make it unsent."""
    required = CALL.replace("send: hello", "send: hello, required: true")
    assert Way(required).sent().passes(minutes=30).sent(Outcome.SKIPPED).place == "waiting at was-sent"
    assert Way(required).sent(Outcome.SKIPPED).place == "ended: required:call"


def test_a_pause_keeps_what_is_left_and_sends_nothing() -> None:
    """Neither by time nor by failure, and what came meanwhile counts when it is over."""
    alice = Way(CALL).sent().passes(minutes=10).order(Order.PAUSE).passes(days=9)
    assert alice.place == "paused, waiting at call"
    assert alice.order(Order.RESUME).passes(minutes=19).place == "waiting at call"
    assert alice.passes(minutes=1).place == "sending call"
    lost = Way(CALL).sent().order(Order.PAUSE).hears("call", FAILED, "push")
    assert (lost.place, lost.order(Order.RESUME).place) == ("paused, waiting at call", "sending call")


def test_a_pause_while_it_is_sent_waits_with_the_receipt() -> None:
    """What is on its way is not called back, and nothing follows it."""
    alice = Way(CALL).order(Order.PAUSE).sent()
    assert alice.place == "paused, waiting at call"
    assert alice.order(Order.RESUME).passes(minutes=30).place == "sending call"


def test_skips_exits_and_a_late_timer_are_as_at_other_rests() -> None:
    """A skip is as if the time were over; an event that ends the journey ends it here too."""
    assert past(Way(CALL).sent().order(Order.SKIP)) == ("push",)
    assert Way(CALL).sent().event("account_deleted").place == "ended: event:account_deleted"
    assert Way(CALL).sent().order(Order.EXIT).place == "ended: asked"
    heard = Way("- {id: a, wait_for: {event: x}, timeout: 1d}\n" + CALL).passes(days=1).sent().sleeps(hours=5)
    assert heard.event("x").place == "sending call"  # the wait was over before that
    assert Way(CALL).sent().sleeps(hours=5).hears("call", DELIVERED, "push").place == "waiting at was-delivered"


def test_the_last_step_of_a_journey_does_not_close_it_before_it_is_settled() -> None:
    """Or nobody would hear the receipt."""
    alice = Way("- {id: bye, send: hello, fallback: {unless: clicked, after: 1d}}")
    assert isinstance(alice.command, Deliver)
    assert not alice.command.last
    assert alice.sent().place == "waiting at bye"
    assert alice.hears("bye", CLICKED, "email").place == "ended: completed"


def test_each_lap_has_all_channels_anew() -> None:
    """And receipts of the lap before end no wait."""
    news = "{id: news, send: hello, via: [sms, email], fallback: {unless: delivered, after: 1h}}"
    alice = Way(f"- {{id: r, repeat: {{every: 1d, at_most: 2}}, do: [{news}]}}").sent().hears("news", DELIVERED, "sms")
    assert past(alice.passes(days=1)) == ()
    assert alice.sent().hears("news", DELIVERED, "sms", lap=1).place == "waiting at news"
    assert past(alice.passes(hours=1)) == ("sms",)


def test_a_worker_of_before_that_names_no_channel_is_not_waited_for() -> None:
    """Nobody could say which one is next."""
    alice = Way(CALL)
    assert isinstance(alice.command, Deliver)
    assert alice.take(Executed("call", Outcome.SENT)).place == "waiting at was-sent"


def test_a_state_from_before_is_taken_on_and_definitions_keep_their_hash() -> None:
    """Who sleeps since then knows neither channels nor what each was told."""
    alice = Way("- {id: a, send: x}\n- {id: w, wait: 1d}\n- {id: b, branch: [{if: {step: a, outcome: opened}}]}").sent()
    stored = STORED.dump_python(alice.hears("a", OPENED).state, mode="json")
    for new in ("channels", "told"):
        del stored["receipts"]["a"][new]
    assert STORED.validate_python(stored) == alice.state
    plain = program("- {id: a, send: x, via: [sms, email]}").journey
    assert "fallback" not in plain.definition()["steps"][0]
    falls = program("- {id: a, send: x, via: [sms, email], fallback: {unless: opened, after: 90m}}").journey
    assert Journey.model_validate(falls.definition()) == falls
