"""What each kind of step asks for, and where a person goes from it."""

from datetime import timedelta
from typing import Any

import pytest

from domain.delivery import ChannelName, Outcome
from domain.machine.stimuli import Await, Complete, Deliver, Executed
from tests.domain.travel import Way

HOUR = timedelta(hours=1)


def test_a_send_is_asked_for_once_and_its_outcome_leads_on() -> None:
    """The channel order goes with the command, and the last message of a journey says that it is the last."""
    alice = Way("""
        - {id: hello, send: welcome, via: [whatsapp, sms]}
        - {id: more, send: tips}
    """)
    assert alice.command == Deliver("hello", "welcome", (ChannelName.WHATSAPP, ChannelName.SMS), last=False)
    assert alice.sent().command == Deliver("more", "tips", None, last=True)
    assert alice.sent().command == Complete("completed")
    assert alice.delivered == ["hello", "more"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_journey_goes_on_whatever_became_of_a_message(outcome: Outcome) -> None:
    """A message that could not be sent is no reason to forget the person."""
    alice = Way("[{id: hello, send: welcome}, {id: rest, wait: 1h}]").sent(outcome)
    assert alice.place == "waiting at rest"
    assert alice.state.outcomes == {"hello": outcome}


@pytest.mark.parametrize(
    ("outcome", "place"),
    [
        (Outcome.SENT, "waiting at rest"),
        (Outcome.UNKNOWN, "waiting at rest"),  # it may well have arrived
        (Outcome.SKIPPED, "ended: required:hello"),  # no address, say
        (Outcome.FAILED, "ended: required:hello"),
    ],
)
def test_a_required_message_that_cannot_go_out_ends_the_journey(outcome: Outcome, place: str) -> None:
    """What follows would make no sense without it."""
    alice = Way("[{id: hello, send: welcome, required: true}, {id: rest, wait: 1h}]")
    assert alice.sent(outcome).place == place


def test_a_required_message_never_closes_the_journey_by_itself() -> None:
    """Whoever delivers cannot know yet whether it ends as completed."""
    assert Way("[{id: hello, send: welcome, required: true}]").command == Deliver("hello", "welcome", None, last=False)


def test_a_message_before_an_exit_is_not_the_last_step() -> None:
    """The reason of the exit has still to be recorded."""
    alice = Way("[{id: bye, send: farewell}, {id: out, exit: gave_up}]")
    assert alice.command == Deliver("bye", "farewell", None, last=False)
    assert alice.sent().place == "ended: gave_up"


def test_a_wait_lasts_as_long_as_it_says() -> None:
    """Not a microsecond less."""
    alice = Way("[{id: rest, wait: 3d}, {id: hello, send: welcome}]")
    assert alice.command == Await("rest", alice.now + timedelta(days=3), ())
    assert alice.passes(days=3, microseconds=-1).place == "waiting at rest"
    assert alice.passes(microseconds=1).place == "sending hello"


def test_a_wait_for_events_ends_with_the_first_of_them() -> None:
    """Each event has its own way on, and then the ways meet again."""
    steps = """
        - id: choice
          wait_for:
            - {event: upgraded, do: [{id: thanks, send: thank_you}]}
            - {event: cancelled, do: [{id: sorry, send: farewell}]}
            - {event: renewed}
          timeout: 24h
          on_timeout: [{id: ask, send: survey}]
        - {id: rest, wait: 1h}
    """
    assert Way(steps).command == Await("choice", Way(steps).now + 24 * HOUR, ("upgraded", "cancelled", "renewed"))
    assert Way(steps).event("upgraded").place == "sending thanks"
    assert Way(steps).event("cancelled").place == "sending sorry"
    assert Way(steps).event("renewed").place == "waiting at rest"
    assert Way(steps).passes(hours=24).place == "sending ask"
    assert Way(steps).passes(hours=24).sent().place == "waiting at rest"


def test_a_wait_without_a_timeout_has_no_timer() -> None:
    """It lasts until its event, a skip or an exit."""
    alice = Way("[{id: forever, wait_for: {event: upgraded}}]")
    assert alice.left is None
    assert alice.passes(days=4000).place == "waiting at forever"
    assert alice.event("upgraded").place == "ended: completed"


def test_a_timeout_without_steps_goes_on_with_what_follows() -> None:
    """`on_timeout` may be left out."""
    steps = "[{id: first, wait_for: {event: used}, timeout: 1h}, {id: hello, send: welcome}]"
    assert Way(steps).passes(hours=1).place == "sending hello"


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"plan": "team"}, "sending call"),
        ({"plan": "free", "seats": 50}, "sending mail"),  # the second case
        ({"plan": "team", "seats": 50}, "sending call"),  # the first of two that hold
        ({"plan": "free"}, "sending other"),
        ({}, "sending other"),
    ],
)
def test_a_branch_takes_the_first_case_that_holds(attributes: dict[str, Any], place: str) -> None:
    """Branches take no time."""
    steps = """
        - id: help
          branch:
            - {if: {attribute: plan, in: [team, business]}, do: [{id: call, send: call_back}]}
            - {if: {attribute: seats, above: 10}, do: [{id: mail, send: support_offer}]}
            - {else: [{id: other, send: tips}]}
        - {id: rest, wait: 1h}
    """
    assert Way(steps, attributes).place == place
    assert Way(steps, attributes).sent().place == "waiting at rest"


def test_a_branch_without_a_case_that_holds_is_passed() -> None:
    """As is a case without steps."""
    steps = "[{id: b, branch: [{if: {attribute: vip, equals: true}}]}, {id: hello, send: welcome}]"
    assert Way(steps).place == Way(steps, {"vip": True}).place == "sending hello"


def test_branches_see_outcomes_events_and_attributes_as_they_are_when_reached() -> None:
    """What was learnt during the wait before counts."""
    steps = """
        - {id: hello, send: welcome}
        - {id: rest, wait: 1d}
        - id: check
          branch:
            - if: {all: [{step: hello, outcome: failed}, {event: used, at_least: 2}, {attribute: plan, equals: pro}]}
              do: [{id: yes, send: tips}]
            - else: [{id: no, send: survey}]
    """
    alice = Way(steps, {"plan": "free"}).sent(Outcome.FAILED).learns(plan="pro", unasked="x").event("used")
    assert alice.event("used").passes(days=1).delivered == ["hello", "yes"]
    assert alice.state.person.attributes == {"plan": "pro"}
    assert Way(steps, {"plan": "pro"}).sent(Outcome.FAILED).event("used").passes(days=1).delivered == ["hello", "no"]


def test_a_journey_may_end_as_it_begins() -> None:
    """Steps that take no time are passed at once, the last one too."""
    assert Way("[{id: b, branch: [{else: []}]}]").place == "ended: completed"
    assert Way("[{id: out, exit: not_now}]").place == "ended: not_now"


def test_deep_nesting_returns_to_the_step_after_the_outermost() -> None:
    """However deep a block lies, what follows it is what follows its parents."""
    steps = """
        - id: one
          wait_for: {event: used}
          timeout: 1h
          on_timeout:
            - id: two
              branch:
                - else:
                    - id: three
                      wait_for: {event: used, do: [{id: four, send: tips}]}
                      timeout: 1h
        - {id: after, send: welcome}
    """
    assert Way(steps).passes(hours=1).event("used").sent().place == "sending after"
    assert Way(steps).passes(hours=2).place == "sending after"


@pytest.mark.parametrize("stray", [Executed("hello", Outcome.SENT), Executed("rest", Outcome.SENT)])
def test_an_outcome_that_nobody_waits_for_changes_nothing(stray: Executed) -> None:
    """Of a step long left, of one that sends nothing, or of another message."""
    alice = Way("[{id: hello, send: welcome}, {id: rest, wait: 1h}]").sent(Outcome.SKIPPED)
    before = alice.state
    assert alice.take(stray).state == before
    assert Way("[{id: other, send: tips}]").take(stray).place == "sending other"
