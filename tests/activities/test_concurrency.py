"""Attempts that overlap, as when Temporal gives one up that is only slow: one of them sends, the others wait."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy.exc import IntegrityError
from temporalio.exceptions import ApplicationError

from activities.attempts import HOLD
from activities.failures import LONGEST_CALL
from activities.gate import OpenGate, Turn
from activities.orders import Delivered
from channels.protocol import Channel, Failure
from domain.delivery import Outcome
from models import messages
from tests.activities.conftest import Fakes
from tests.activities.desk import NOW, Desk
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


@dataclass
class HeldUp(OpenGate):
    """It takes so long to get to the provider that there is no time for it any more."""

    desk: Desk

    @contextmanager
    def passing(self, channel: Channel, slot: datetime | None) -> Iterator[Turn]:
        """As the protocol says."""
        self.desk.waited += HOLD - LONGEST_CALL + timedelta(seconds=1)
        with super().passing(channel, slot) as turn:
            yield turn


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_an_attempt_that_was_held_up_does_not_begin_to_send(desk: Desk, fakes: Fakes, channel: str) -> None:
    """A machine that slept, a database that crawled: the next attempt may be under way already, so this one ends."""
    order = desk.order(via=(channel,))
    desk.gate = HeldUp(desk)
    assert (desk.refused(order).type, fakes[channel].taken) == ("Late", [])
    desk.gate = None
    assert desk.story() == [(channel, "retrying", None)]
    assert desk.deliver(order) == SENT


def test_an_attempt_has_one_time_for_all_its_channels(desk: Desk, fakes: Fakes) -> None:
    """The first provider took long to say no: Temporal may have begun another attempt, which nobody else would stop."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT)]
    fakes["sms"].on_send = lambda: setattr(desk, "waited", LONGEST_CALL)
    assert desk.refused(desk.order()).type == "Late"
    assert fakes["email"].taken == []
    assert desk.deliver(desk.order()) == SENT


def test_who_comes_back_from_the_provider_too_late_frees_nothing(desk: Desk, fakes: Fakes) -> None:
    """Its message is with another attempt by now, and would be sent once more if that one died."""

    def time_passes() -> None:
        fakes["sms"].on_send = lambda: None
        desk.waited = HOLD
        fakes["sms"].raises = [refusal(Failure.AMBIGUOUS)]
        assert desk.refused(desk.order()).type == "ambiguous"
        fakes["sms"].raises = [refusal(Failure.TRANSIENT)]

    fakes["sms"].on_send = time_passes
    desk.refused(desk.order())
    assert desk.story() == [("sms", "sending", "because")]


def test_a_receipt_that_comes_while_a_message_is_taken_up_again_is_not_forgotten(desk: Desk, fakes: Fakes) -> None:
    """The provider said "busy" and has taken it all the same: a row that says accepted is never sent again."""
    fakes["sms"].raises = [refusal(Failure.TRANSIENT)]
    desk.refused(desk.order())
    [message] = desk.messages()
    with ThreadPoolExecutor(1) as thread:
        with desk.database.session() as session:
            messages.accept(session, message.id, "sms-1", NOW)
            again = thread.submit(desk.deliver, desk.order())
            while not desk.waiting_for_locks():
                pass
        assert again.result(10) == SENT
    assert fakes["sms"].taken == []


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


def test_a_dead_worker_whose_clock_was_ahead_holds_nothing_for_longer_than_others(desk: Desk, fakes: Fakes) -> None:
    """Temporal has waited for it already, by its own clock."""
    desk.waited = timedelta(hours=1)
    fakes["sms"].on_send = lambda: 1 // 0
    with pytest.raises(ZeroDivisionError):
        desk.deliver(desk.order())
    desk.waited, fakes["sms"].on_send = timedelta(0), lambda: None
    assert desk.deliver(desk.order()) == SENT


def test_the_times_fit_together() -> None:
    """An attempt is waited for as long as Temporal lets it run, and in that time a send can begin and end."""
    assert LONGEST_CALL < HOLD <= options.DELIVERY["start_to_close_timeout"]


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
