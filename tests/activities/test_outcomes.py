"""What becomes of a delivery: which outcome, what the books say, and whose fault it was."""

from dataclasses import replace
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
    assert desk.ended() == {"sms": "opted_out", "whatsapp": None, "email": None}


def test_an_ended_address_is_not_tried_again(desk: Desk, fakes: Fakes) -> None:
    """The next step goes to the next channel without asking the provider, and says why."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "opted_out")]
    desk.deliver(desk.order())
    desk.deliver(desk.order(step="again"))
    assert (len(fakes["sms"].taken), len(fakes["email"].taken)) == (0, 2)
    [ended] = [row for row in desk.decisions() if row.rule == "address_ended"]
    assert (ended.channel, ended.verdict, ended.inputs["reason"]) == ("sms", "refused", "opted_out")


def test_a_new_address_begins_afresh(desk: Desk, fakes: Fakes) -> None:
    """What a provider said of the old number does not stick to the person."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "opted_out")]
    desk.deliver(desk.order(via=("sms",)))
    desk.enroll(phone="+14155550199")
    assert desk.deliver(desk.order(via=("sms",), step="again")) == SENT


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


REFUSALS = [
    ({"via": ("whatsapp",), "template": "text_only"}, [("whatsapp", "no_text_for_channel")]),
    ({"via": ("sms",), "user": "carol"}, [("sms", "no_address")]),
    ({"user": "dave"}, [("", "no_channel_preferred")]),
]


@pytest.mark.parametrize(("change", "rules"), REFUSALS)
def test_a_message_that_cannot_go_anywhere_is_skipped_with_its_reason(
    desk: Desk, change: dict[str, str], rules: list[tuple[str, str]]
) -> None:
    """The decision is stored with its rule and what it looked at, never with an address."""
    desk.enroll("carol", phone=None, channels=("email",))
    desk.enroll("dave", phone=None, email=None, channels=())
    order = desk.order(**change)
    assert desk.deliver(order) == SKIPPED
    assert (desk.rules(order.user), desk.messages(order.user)) == (rules, [])
    [stored] = desk.decisions(order.user)
    assert (stored.step, stored.verdict, stored.decided_at, "via" in stored.inputs) == ("say", "refused", NOW, True)


def test_a_channel_that_is_not_configured_is_passed_over(desk: Desk, fakes: Fakes) -> None:
    """Another that is configured takes the message, and the decision says what happened."""
    bare = Desk(desk.database, {"email": fakes["email"]}, enrollments=desk.enrollments)
    assert bare.deliver(desk.order()) == SENT
    assert desk.rules() == [("sms", "channel_not_configured"), ("email", "address_usable")]


def test_decisions_hold_nothing_personal(desk: Desk, fakes: Fakes) -> None:
    """They are kept longer than addresses are."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "opted_out")]
    desk.deliver(desk.order())
    desk.deliver(desk.order(step="again"))
    stored = repr([row.model_dump() for row in desk.decisions()])
    assert not [secret for secret in (ALICE["phone"], ALICE["email"]) if str(secret) in stored]


def test_a_person_nobody_knows_is_skipped(desk: Desk) -> None:
    """A workflow started by hand may name anybody."""
    assert desk.deliver(replace(desk.order(), user="nobody")) == SKIPPED
    assert desk.rules("nobody") == [("", "unknown_person")]


def test_an_enrollment_that_was_erased_meanwhile_is_skipped(desk: Desk) -> None:
    """There is nobody left to write to, and nothing to retry."""
    assert desk.deliver(desk.order(enrollment="gone")) == SKIPPED


def test_a_person_without_a_preference_gets_mail_first_then_what_there_is(desk: Desk, fakes: Fakes) -> None:
    """E-mail, WhatsApp, SMS: as far as there are addresses."""
    desk.enroll("erin", email=None, channels=())
    assert desk.deliver(desk.order(user="erin")) == SENT
    assert (desk.rules("erin"), len(fakes["whatsapp"].taken)) == (
        [("whatsapp", "address_usable"), ("sms", "address_usable")],
        1,
    )


def test_a_step_that_was_sent_is_never_sent_again(desk: Desk, fakes: Fakes) -> None:
    """Temporal may run an activity again after it has succeeded."""
    outcomes = [desk.deliver(desk.order()) for _ in range(3)]
    assert (outcomes, len(fakes["sms"].taken), len(desk.decisions())) == ([SENT] * 3, 1, 2)


def test_the_last_message_closes_the_enrollment(desk: Desk) -> None:
    """One activity and one transaction less for every person."""
    assert desk.deliver(desk.order(last=True)) == Delivered(Outcome.SENT, closed=True)
