"""A `verify` step: it asks once, and goes on when the contact point is confirmed, or when it never will be."""

from datetime import timedelta

import pytest

from domain.delivery import Outcome
from domain.errors import BadInput
from domain.journey.file import JourneyProblems, parse
from domain.machine import standing
from domain.machine.stimuli import Act, Await, Order
from domain.verification.answers import Answer
from tests.domain.travel import HEAD, Way

STEPS = """
    - id: confirm
      verify: phone
      via: [sms]
      do: [{id: thanks, send: welcome}]
      on_timeout: [{id: remind, send: check_in, via: email}]
    - {id: rest, wait: 1d}
"""
TEN_MINUTES = timedelta(minutes=10)


def test_it_asks_for_a_code_and_waits_as_long_as_one_is_good() -> None:
    """The wait begins when the code is asked for, so that a slow start takes nothing from it."""
    alice = Way(STEPS)
    assert alice.command == Act("confirm", "verify", name="phone", values={"via": ["sms"], "link": False})
    waiting = alice.sleeps(seconds=30).answers(Answer.ASKED)
    assert standing(waiting.program, waiting.state) == Await("confirm", alice.now + TEN_MINUTES, ("phone_verified",))


def test_it_goes_on_when_the_code_was_right() -> None:
    """Whichever verification it was of: what counts is that the phone is theirs."""
    assert Way(STEPS).answers(Answer.ASKED).event("phone_verified", purpose="login").place == "sending thanks"


def test_another_contact_point_is_no_confirmation() -> None:
    """The mailbox says nothing of the phone."""
    assert Way(STEPS).answers(Answer.ASKED).event("email_verified").place == "waiting at confirm"


def test_a_code_that_is_right_before_the_answer_is_there_counts() -> None:
    """The activity's result may be late, after an outage say."""
    assert Way(STEPS).event("phone_verified").answers(Answer.ASKED).place == "sending thanks"


def test_a_confirmation_from_before_the_step_is_not_of_its_address() -> None:
    """The address may have changed since; what is known of it is asked of the books."""
    steps = f"\n    - {{id: first, wait: 1h}}{STEPS}"
    alice = Way(steps).event("phone_verified").passes(hours=1)
    assert alice.answers(Answer.ASKED).place == "waiting at confirm"


def test_what_is_confirmed_already_is_passed_at_once() -> None:
    """No code, no wait."""
    assert Way(STEPS).answers(Answer.KNOWN).place == "sending thanks"


def test_nobody_waits_for_a_code_that_cannot_come() -> None:
    """Without an address it is as if the time were over, at once; the outcome says so."""
    alice = Way(STEPS).answers(Answer.OUT_OF_REACH)
    assert (alice.place, alice.state.outcomes) == ("sending remind", {"confirm": Outcome.SKIPPED})


def test_whoever_does_not_confirm_in_time_goes_the_other_way() -> None:
    """And a confirmation that comes later leads nowhere back."""
    alice = Way(STEPS).answers(Answer.ASKED).passes(minutes=10)
    assert (alice.place, alice.delivered) == ("sending remind", ["remind"])
    assert alice.event("phone_verified").place == "sending remind"


def test_support_may_skip_it() -> None:
    """As any wait: it is left as if its time were over."""
    assert Way(STEPS).answers(Answer.ASKED).order(Order.SKIP).place == "sending remind"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (Answer.KNOWN, "sending thanks"),
        (Answer.OUT_OF_REACH, "sending remind"),
        (Answer.ASKED, "waiting at confirm"),
    ],
)
def test_an_answer_during_a_pause_leads_on_after_it(answer: Answer, place: str) -> None:
    """Nothing is sent while somebody holds the journey, and nobody is asked twice."""
    alice = Way(STEPS).order(Order.PAUSE).answers(answer)
    assert alice.delivered == []
    assert alice.order(Order.RESUME).place == place


def test_a_confirmation_during_a_pause_counts_after_it() -> None:
    """The person has done their part."""
    alice = Way(STEPS).answers(Answer.ASKED).order(Order.PAUSE).event("phone_verified")
    assert alice.place == "paused, waiting at confirm"
    assert alice.order(Order.RESUME).place == "sending thanks"


def test_each_lap_asks_anew() -> None:
    """And one that could not be asked does not stand for the next."""
    alice = Way("""
        - id: again
          repeat: {every: 1d, at_most: 2}
          do: [{id: confirm, verify: email, on_timeout: [{id: sorry, send: check_in}]}]
    """)
    assert alice.answers(Answer.OUT_OF_REACH).place == "sending sorry"
    alice.sent().passes(days=1)
    assert [effect.pass_number for effect in alice.effects] == [1, 2]
    assert alice.answers(Answer.KNOWN).place == "ended: completed"
    assert alice.delivered == ["sorry"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("verify: phone, via: email", "`via` names email; the code goes to the phone by sms"),
        ("verify: email, via: [email, sms]", "`via` names sms; the code goes to the email by email"),
        ("verify: fax", "phone"),
        ("verify: phone, via: fax", "sms"),
        ("verify: phone, timeout: 0m", "above zero"),
    ],
)
def test_mistakes_are_told(step: str, said: str) -> None:
    """With what would be right."""
    with pytest.raises((JourneyProblems, BadInput)) as caught:
        parse(f"{HEAD} - {{id: confirm, {step}}}", "test.yaml")
    assert said in str(caught.value)
