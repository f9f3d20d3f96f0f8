"""Why a message went where it went, or nowhere: the decisions that are kept, and which addresses are used."""

from dataclasses import replace

import pytest

from activities.orders import Delivered
from channels.protocol import Failure
from domain.delivery import Outcome
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, NOW, Desk
from tests.fakes import refusal

SENT = Delivered(Outcome.SENT, closed=False)
SKIPPED = Delivered(Outcome.SKIPPED, closed=False)


def test_an_ended_address_is_not_tried_again(desk: Desk, fakes: Fakes) -> None:
    """The next step goes to the next channel without asking the provider, and says why."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "unreachable")]
    desk.deliver(desk.order())
    desk.deliver(desk.order(step="again"))
    assert (len(fakes["sms"].taken), len(fakes["email"].taken)) == (0, 2)
    [ended] = [row for row in desk.decisions() if row.rule == "address_ended"]
    assert (ended.channel, ended.verdict, ended.inputs["reason"]) == ("sms", "refused", "unreachable")


def test_a_new_address_begins_afresh(desk: Desk, fakes: Fakes) -> None:
    """What a provider said of the old number does not stick to the person."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "opted_out")]
    desk.deliver(desk.order(via=("sms",)))
    desk.enroll(phone="+14155550199")
    assert desk.deliver(desk.order(via=("sms",), step="again")) == SENT


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
    assert desk.rules("alice") == [("", "unknown_person")]


def test_an_enrollment_that_was_erased_meanwhile_is_skipped(desk: Desk) -> None:
    """There is nobody left to write to, and nothing to retry."""
    assert desk.deliver(desk.order(enrollment="gone")) == SKIPPED


def test_a_person_without_a_preference_gets_mail_first_then_what_there_is(desk: Desk, fakes: Fakes) -> None:
    """E-mail, WhatsApp, SMS: as far as there are addresses."""
    desk.enroll("erin", email=None, channels=())
    assert desk.deliver(desk.order(user="erin")) == SENT
    [decided] = desk.decisions("erin")
    assert (decided.channel, decided.inputs["preferred"]) == ("whatsapp", ["whatsapp", "sms"])
    assert len(fakes["whatsapp"].taken) == 1
