"""Attempts that overlap, as when Temporal gives one up that is only slow: one of them sends, the others wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy.exc import IntegrityError
from temporalio.exceptions import ApplicationError

from activities.failures import LONGEST_SEND
from activities.ledger import HOLD
from activities.orders import Delivered
from channels.protocol import Failure
from domain.delivery import Outcome
from tests.activities.conftest import Fakes
from tests.activities.desk import NOW, Desk, environment
from tests.fakes import refusal
from workflows import options

SENT = Delivered(Outcome.SENT, closed=False)
WORKERS = 8


def everybody_delivers(desk: Desk, channel: str) -> list[str]:
    """The same order on several workers at the same moment; what each came to."""
    barrier = Barrier(WORKERS)
    order = desk.order(via=(channel,))

    def attempt() -> str:
        barrier.wait(10)
        try:
            return str(desk.deliver(order).outcome)
        except ApplicationError as error:
            return str(error.type)

    with ThreadPoolExecutor(WORKERS) as threads:
        return [future.result() for future in [threads.submit(attempt) for _ in range(WORKERS)]]


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_simultaneous_attempts_send_once(desk: Desk, fakes: Fakes, channel: str) -> None:
    """One takes the message; who comes while it is with the provider is told to come back, who comes after is done."""
    came_to = everybody_delivers(desk, channel)
    assert len(fakes[channel].taken) == 1
    assert set(came_to) <= {"sent", "Busy"}
    assert desk.deliver(desk.order(via=(channel,))) == SENT
    assert len(fakes[channel].taken) == 1


def test_who_comes_while_another_is_with_the_provider_neither_asks_nor_sends(desk: Desk, fakes: Fakes) -> None:
    """Asking about a message that is still on its way would answer no, and send it twice."""
    with_provider, may_go_on = Event(), Event()

    def slow() -> None:
        with_provider.set()
        may_go_on.wait(10)

    fakes["sms"].on_send = slow
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(desk.deliver, desk.order())
        assert with_provider.wait(10)
        assert desk.refused(desk.order()).type == "Busy"
        may_go_on.set()
        assert first.result() == SENT
    assert len(fakes["sms"].taken) == 1


def test_an_attempt_that_ended_with_an_error_keeps_nobody_waiting(desk: Desk, fakes: Fakes) -> None:
    """Only one that may still be with the provider is waited for."""
    fakes["sms"].raises = [refusal(Failure.AMBIGUOUS)]
    desk.refused(desk.order())
    assert desk.deliver(desk.order()) == SENT


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_an_attempt_that_was_held_up_does_not_begin_to_send(desk: Desk, fakes: Fakes, channel: str) -> None:
    """A machine that slept, a database that crawled: the next attempt may be under way already, so this one ends."""
    late = Desk(desk.database, fakes, enrollments=desk.enrollments)
    order = late.order(via=(channel,))
    readings = iter([timedelta(0), HOLD - LONGEST_SEND + timedelta(seconds=1)])
    activities = late.activities()
    activities._sending._real_now = lambda: desk.real_now() + next(readings)
    with pytest.raises(ApplicationError) as raised:
        environment().run(activities.deliver, order)
    assert (raised.value.type, fakes[channel].taken) == ("Late", [])
    assert desk.story() == [(channel, "retrying", None)]
    assert desk.deliver(order) == SENT


def test_a_delivery_that_was_given_up_stays_as_it_was_settled(desk: Desk, fakes: Fakes) -> None:
    """An attempt that fails after the end of the delivery does not bring it back to life."""
    order = desk.order()
    fakes["sms"].on_send = lambda: desk.give_up(order)
    fakes["sms"].raises = [refusal(Failure.TRANSIENT)]
    desk.refused(order)
    assert desk.story() == [("sms", "unknown", "gave_up")]


def test_acceptance_is_recorded_even_after_giving_up(desk: Desk, fakes: Fakes) -> None:
    """What the provider has taken is true, however late it is known."""
    order = desk.order()
    fakes["sms"].on_send = lambda: desk.give_up(order)
    assert desk.deliver(order) == SENT
    assert desk.story() == [("sms", "accepted", None)]


def test_two_rows_never_claim_one_message_of_the_provider(desk: Desk, fakes: Fakes) -> None:
    """When two steps find the same message at once, the second to record it asks again, and sends its own."""
    desk.deliver(desk.order(via=("sms",), step="other"))
    fakes["sms"].taken.clear()  # so that it gives the same id again
    order = desk.order(via=("sms",))
    with pytest.raises(IntegrityError, match="uq_messages_channel_provider_id"):
        desk.deliver(order)
    desk.waited = HOLD
    assert desk.deliver(order) == SENT
    assert sorted(str(row.provider_id) for row in desk.messages()) == ["sms-1", "sms-2"]


def test_the_times_fit_together() -> None:
    """An attempt is waited for as long as Temporal lets it run, and in that time a send can begin and end."""
    assert LONGEST_SEND < HOLD <= options.DELIVERY["start_to_close_timeout"]


def test_giving_up_without_any_attempt_leaves_a_decision(desk: Desk) -> None:
    """A template that nobody mended in time is told of in the person's story."""
    assert desk.give_up(desk.order("nowhere", last=True)) == Delivered(Outcome.FAILED, closed=True)
    [decision] = desk.decisions()
    assert (decision.rule, decision.verdict, decision.decided_at) == ("gave_up", "refused", NOW)


def test_giving_up_on_a_message_that_waited_for_its_provider_has_failed(desk: Desk, fakes: Fakes) -> None:
    """It is known not to have gone out."""
    fakes["sms"].raises = [refusal(Failure.TRANSIENT, "rate_limited")]
    desk.refused(desk.order())
    assert desk.give_up(desk.order()) == Delivered(Outcome.FAILED, closed=False)
    assert desk.story() == [("sms", "failed", "gave_up")]


def test_giving_up_on_a_message_in_doubt_is_unknown(desk: Desk, fakes: Fakes) -> None:
    """It may have gone out."""
    fakes["sms"].raises = [refusal(Failure.AMBIGUOUS)]
    desk.refused(desk.order())
    assert desk.give_up(desk.order()) == Delivered(Outcome.UNKNOWN, closed=False)
    assert desk.story() == [("sms", "unknown", "gave_up")]
