"""What becomes of a delivery: which outcome, what the books say, and whose fault it was."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from activities.failures import LOOK_AGAIN_AFTER
from activities.orders import Delivered
from channels.protocol import Failure
from domain.delivery import Outcome
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, NOW, Desk
from tests.fakes import refusal

SENT = Delivered(Outcome.SENT, closed=False)
FAILED = Delivered(Outcome.FAILED, closed=False)
SKIPPED = Delivered(Outcome.SKIPPED, closed=False)


def test_a_message_goes_out_on_the_preferred_channel(desk: Desk, fakes: Fakes) -> None:
    """The row holds what was sent, where, under whose id, and when."""
    assert desk.deliver(desk.order()) == SENT
    [row], [taken] = desk.messages(), fakes["sms"].taken
    assert (row.channel, row.state, row.provider_id, row.attempts) == ("sms", "accepted", "sms-1", 1)
    assert (taken.message_id, taken.to, taken.text) == (row.id, ALICE["phone"], row.content["text"])
    assert (row.reserved_at, row.settled_at) == (NOW, NOW)


def test_the_row_is_committed_before_the_provider_is_called(desk: Desk, fakes: Fakes) -> None:
    """Whatever dies in between leaves a trace that says so."""
    seen: list[tuple[str, str, str | None]] = []
    fakes["sms"].on_send = lambda: seen.extend(desk.story())  # another connection, so it sees only what is committed
    desk.deliver(desk.order())
    assert seen == [("sms", "sending", None)]


def test_an_address_that_refuses_for_good_is_ended_and_the_next_channel_tried_at_once(desk: Desk, fakes: Fakes) -> None:
    """One attempt does it all, and the books tell the story."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "opted_out")]
    assert desk.deliver(desk.order()) == SENT
    assert desk.story() == [("sms", "failed", "opted_out"), ("email", "accepted", None)]
    assert desk.rules() == [("sms", "address_usable"), ("email", "address_usable")]
    assert desk.ended() == {"sms": "opted_out", "whatsapp": None, "voice": None, "email": None}


def test_when_every_channel_refuses_for_good_the_step_has_failed(desk: Desk, fakes: Fakes) -> None:
    """Nothing is left to try, and nothing is retried."""
    for name in ("sms", "email"):
        fakes[name].raises = [refusal(Failure.PERMANENT, "unreachable")]
    assert desk.deliver(desk.order()) == FAILED
    assert desk.story() == [("sms", "failed", "unreachable"), ("email", "failed", "unreachable")]


@pytest.mark.parametrize("wait", [timedelta(seconds=42), None])  # as the provider asks, or as Temporal's policy has it
def test_a_busy_provider_is_tried_again_when_it_asks_to(desk: Desk, fakes: Fakes, wait: timedelta | None) -> None:
    """Retry-After travels to Temporal, and the second attempt sends once, the very same words."""
    busy = refusal(Failure.TRANSIENT, "rate_limited")
    busy.retry_after = wait
    fakes["sms"].raises = [busy]
    error = desk.refused(desk.order())
    assert (error.type, error.next_retry_delay) == ("transient", wait)
    assert desk.story() == [("sms", "retrying", "rate_limited")]
    assert desk.deliver(desk.order()) == SENT
    assert desk.story() == [("sms", "accepted", None)]
    assert (len(fakes["sms"].taken), desk.messages()[0].attempts) == (1, 2)


def test_a_message_in_doubt_that_nobody_would_notice_twice_is_sent_again(desk: Desk, fakes: Fakes) -> None:
    """What replaces itself by its id, as in an inbox of ours, needs neither a question nor a receipt."""
    fakes["email"].repeatable, fakes["email"].takes_anyway = True, True
    fakes["email"].raises = [refusal(Failure.AMBIGUOUS)]
    order = desk.order(via=("email",))
    desk.refused(order)
    assert desk.deliver(order) == SENT
    assert len({one.message_id for one in fakes["email"].taken}) == 1


def alerts(lines: list[EventDict]) -> list[str]:
    """The events that were logged as errors."""
    return [line["event"] for line in lines if line["log_level"] == "error"]


def test_our_own_mistake_is_held_and_nobodys_bounce(desk: Desk, fakes: Fakes) -> None:
    """It alerts, waits to be mended, ends no address and tries no other channel."""
    fakes["sms"].raises = [refusal(Failure.CONFIGURATION, "credentials_refused")]
    with capture_logs() as lines:
        error = desk.refused(desk.order())
    assert (error.type, error.next_retry_delay) == ("configuration", LOOK_AGAIN_AFTER)
    assert desk.story() == [("sms", "retrying", "credentials_refused")]
    assert set(desk.ended().values()) == {None}
    assert alerts(lines) == ["message.refused"]
    assert desk.deliver(desk.order()) == SENT


def test_a_template_that_cannot_be_rendered_is_held(desk: Desk) -> None:
    """Nothing is reserved, and when the template is mended the message goes out."""
    desk.enroll(attributes={"odd": True})
    with capture_logs() as lines:
        error = desk.refused(desk.order("fragile"))
    assert (error.type, error.next_retry_delay, desk.messages()) == ("configuration", LOOK_AGAIN_AFTER, [])
    assert alerts(lines) == ["delivery.held"]
    desk.enroll(attributes={"odd": False})
    assert desk.deliver(desk.order("fragile")) == SENT


def test_a_template_that_does_not_exist_here_is_held(desk: Desk) -> None:
    """A worker with older files than the journey waits for newer ones."""
    error = desk.refused(desk.order("nowhere"))
    assert (error.type, desk.messages(), desk.decisions()) == ("configuration", [], [])


def test_a_channel_that_another_worker_had_is_waited_for(desk: Desk, fakes: Fakes) -> None:
    """The message stays known as unsent, also a mail, which could not be asked about."""
    fakes["email"].raises = [refusal(Failure.TRANSIENT)]
    order = desk.order(via=("email",))
    desk.refused(order)
    bare = Desk(desk.database, {"sms": fakes["sms"]}, enrollments=desk.enrollments)
    with capture_logs() as lines:
        for _ in range(2):
            assert (bare.refused(order).type, desk.story()) == ("configuration", [("email", "retrying", "because")])
    assert alerts(lines) == ["delivery.held"] * 2
    assert desk.deliver(order) == SENT


def test_a_step_that_was_sent_is_never_sent_again(desk: Desk, fakes: Fakes) -> None:
    """Temporal may run an activity again after it has succeeded."""
    outcomes = [desk.deliver(desk.order()) for _ in range(3)]
    assert (outcomes, len(fakes["sms"].taken), len(desk.decisions())) == ([SENT] * 3, 1, 1)


def test_the_last_message_closes_the_enrollment(desk: Desk) -> None:
    """One activity and one transaction less for every person."""
    assert desk.deliver(desk.order(last=True)) == Delivered(Outcome.SENT, closed=True)


def test_a_message_that_comes_back_goes_where_the_person_is_by_then(desk: Desk, fakes: Fakes) -> None:
    """It may have waited for a night, and no provider has it."""
    fakes["sms"].raises = [refusal(Failure.TRANSIENT, "busy")]
    desk.refused(desk.order())
    desk.enroll(phone="+14155550199")
    assert desk.deliver(desk.order()) == SENT
    assert [one.to for one in fakes["sms"].taken] == [desk.messages()[0].address] == ["+14155550199"]
