"""A step's message on one channel after another: what went out stays, and each channel has its turn once."""

import pytest

from activities.orders import Delivered
from channels.protocol import Failure
from domain.contact.policy import Policy
from domain.delivery import Outcome
from tests.activities.conftest import Fakes
from tests.activities.desk import Desk
from tests.fakes import refusal

BY_SMS = Delivered(Outcome.SENT, closed=False, channel="sms")
BY_MAIL = Delivered(Outcome.SENT, closed=False, channel="email")
NOTHING_MORE = Delivered(Outcome.FAILED, closed=False)


def test_each_turn_sends_on_the_next_channel_however_often_it_is_asked_for(desk: Desk, fakes: Fakes) -> None:
    """A turn that is run again finds its own message, and not that of another turn."""
    for past, expected in (((), BY_SMS), (("sms",), BY_MAIL), (("sms", "email"), NOTHING_MORE)):
        assert [desk.deliver(desk.order(past=past)) for _ in range(2)] == [expected] * 2
    assert desk.story() == [("sms", "accepted", None), ("email", "accepted", None)]
    assert len(fakes["sms"].taken) == len(fakes["email"].taken) == 1
    assert desk.rules() == [("sms", "address_usable"), ("email", "address_usable"), ("", "no_channel_left")]
    assert [row.inputs.get("past") for row in desk.decisions()] == [None, ["sms"], ["sms", "email"]]


def test_a_turn_is_decided_on_anew(desk: Desk, fakes: Fakes) -> None:
    """By the policy of then, of which the first message has taken its room."""
    desk.policy = Policy.read("none", "overall 1/1d", "* implied")
    assert desk.deliver(desk.order(past=())) == BY_SMS
    assert desk.deliver(desk.order(past=("sms",))) == NOTHING_MORE
    assert (desk.rules()[-1], fakes["email"].taken) == (("email", "capped"), [])


def test_a_channel_that_refused_before_has_had_its_turn(desk: Desk, fakes: Fakes) -> None:
    """It is not asked again in a later turn."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "unreachable")]
    assert desk.deliver(desk.order(past=())) == BY_MAIL
    assert desk.deliver(desk.order(past=("email",))) == NOTHING_MORE
    assert fakes["sms"].taken == []


@pytest.mark.parametrize(("past", "told"), [((), "email"), (None, None)])
def test_a_message_that_may_have_gone_out_is_named_to_who_waits_for_its_receipt(
    desk: Desk, fakes: Fakes, past: tuple[str, ...] | None, told: str | None
) -> None:
    """It may still be told of; and whoever does not wait hears no more than before."""
    fakes["email"].raises = [refusal(Failure.AMBIGUOUS, "timed_out")]
    order = desk.order(via=("email", "sms"), past=past)
    desk.refused(order)
    assert desk.deliver(order) == Delivered(Outcome.UNKNOWN, closed=False, channel=told)
    if past is not None:
        assert desk.deliver(desk.order(via=("email", "sms"), past=("email",))) == BY_SMS


def test_a_turn_that_is_given_up_says_so(desk: Desk, fakes: Fakes) -> None:
    """The message before it is not taken for its own."""
    assert desk.deliver(desk.order(past=())) == BY_SMS
    fakes["email"].raises = [refusal(Failure.TRANSIENT, "busy")]
    desk.refused(desk.order(past=("sms",)))
    assert desk.give_up(desk.order(past=("sms",))) == NOTHING_MORE
    assert desk.story() == [("sms", "accepted", None), ("email", "failed", "gave_up")]


def test_a_turn_that_is_not_needed_any_more_is_let_go(desk: Desk, fakes: Fakes) -> None:
    """A message that a busy provider had put off gets no further attempt; without one the decision says why."""
    assert desk.deliver(desk.order(past=())) == BY_SMS
    fakes["email"].raises = [refusal(Failure.TRANSIENT, "busy")]
    desk.refused(desk.order(past=("sms",)))
    assert desk.give_up(desk.order(past=("sms",), arrived=True)) == NOTHING_MORE
    assert desk.story() == [("sms", "accepted", None), ("email", "failed", "arrived_before")]
    assert desk.give_up(desk.order(past=("sms", "email"), arrived=True)) == NOTHING_MORE
    assert desk.rules()[-1] == ("", "arrived_before")
