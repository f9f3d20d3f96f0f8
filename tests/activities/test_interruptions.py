"""Sends that were cut off, by the network or by death: what the provider has in the end is exactly one, or is unknown.

Here the providers' own SDKs talk to the sandbox, and the process that is killed is a real one.
"""

from datetime import timedelta
from threading import Timer
from typing import Any

import pytest

from activities.attempts import HOLD
from activities.failures import ASK_AFTER
from activities.orders import Delivered
from activities.patience import FIRST_LOOK, LONGEST, Patience
from channels.protocol import Failure
from client.receipts import Receipts
from domain.addresses import fingerprint
from domain.clock import Clock
from domain.delivery import Outcome
from domain.receipts import Receipt, ReceiptState
from domain.suppression import Reason
from models import suppressions
from models.database import Database
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, NOW, Desk
from tests.fakes import refusal
from tests.sandbox_server import Sandbox

SENT = Delivered(Outcome.SENT, closed=False)
UNKNOWN = Delivered(Outcome.UNKNOWN, closed=False)
ASKABLE = ["sms", "whatsapp"]


def at_provider(sandbox: Sandbox) -> list[str]:
    """The ids of what the provider has taken."""
    return [one["provider_id"] for one in sandbox.messages()]


@pytest.mark.parametrize("channel", ASKABLE)
@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "after"},
        {"status_code": 500, "keep": True},
        {"nonsense": "html", "keep": True},
        {"nonsense": "json", "status_code": 201, "keep": True},
    ],
)
def test_a_text_that_was_taken_without_an_answer_is_found_and_not_sent_again(
    real_desk: Desk, sandbox: Sandbox, channel: str, fault: dict[str, Any]
) -> None:
    """The second attempt asks, and records the id that the provider gave it."""
    sandbox.fault(times=1, **fault)
    error = real_desk.refused(real_desk.order(via=(channel,)))
    assert (error.type, error.next_retry_delay) == ("ambiguous", ASK_AFTER)
    assert real_desk.messages()[0].state == "sending"
    assert real_desk.deliver(real_desk.order(via=(channel,))) == SENT
    assert at_provider(sandbox) == [real_desk.messages()[0].provider_id]


@pytest.mark.parametrize("channel", ASKABLE)
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"status_code": 500}, {"nonsense": "html"}])
def test_a_text_that_was_not_taken_is_sent_again_exactly_once(
    real_desk: Desk, sandbox: Sandbox, channel: str, fault: dict[str, Any]
) -> None:
    """The provider says that it does not have it."""
    sandbox.fault(times=1, **fault)
    real_desk.refused(real_desk.order(via=(channel,)))
    assert real_desk.deliver(real_desk.order(via=(channel,))) == SENT
    assert at_provider(sandbox) == [real_desk.messages()[0].provider_id]


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_mail_in_doubt_is_unknown_and_not_sent_again(real_desk: Desk, sandbox: Sandbox, drop: str) -> None:
    """Nobody can be asked, so it goes out at most once."""
    sandbox.fault(drop=drop, times=1)
    order = real_desk.order(via=("email", "sms"))
    real_desk.refused(order)
    assert (real_desk.deliver(order), real_desk.deliver(order)) == (UNKNOWN, UNKNOWN)
    assert real_desk.story() == [("email", "unknown", "interrupted")]
    assert len(at_provider(sandbox)) == (1 if drop == "after" else 0)


def test_a_provider_that_cannot_be_asked_now_is_asked_again(real_desk: Desk, sandbox: Sandbox) -> None:
    """An error to the question is never taken for a no."""
    sandbox.fault(drop="after", times=1)
    sandbox.fault(call="ask", status_code=429, retry_after=7, times=1)
    order = real_desk.order(via=("sms",))
    real_desk.refused(order)
    assert real_desk.refused(order).next_retry_delay == timedelta(seconds=7)
    assert real_desk.deliver(order) == SENT
    assert len(at_provider(sandbox)) == 1


@pytest.mark.parametrize(("taken", "outcome"), [(True, Outcome.SENT), (False, Outcome.FAILED)])
def test_a_text_in_doubt_that_was_not_taken_is_decided_on_again(
    desk: Desk, fakes: Fakes, taken: bool, outcome: Outcome
) -> None:
    """The provider was silent for hours, and she wrote STOP since: what it has is sent, what it has not is not."""
    fakes["sms"].raises, fakes["sms"].takes_anyway = [refusal(Failure.AMBIGUOUS)], taken
    order = desk.order(via=("sms",))
    desk.refused(order)
    with desk.database.session() as session:
        suppressions.suppress(session, "sms", fingerprint("sms", str(ALICE["phone"])), Reason.OPTED_OUT, NOW)
    assert desk.deliver(order).outcome is outcome
    assert len(fakes["sms"].taken) == taken


def test_what_a_provider_said_outlives_a_moment_without_postgresql(desk: Desk, fakes: Fakes) -> None:
    """A mail cannot be asked about: forgotten here, its acceptance would be known to nobody."""
    here = desk.database.engine

    def restart() -> None:
        desk.database.engine = Database("postgresql://nobody@127.0.0.1:1/none").engine
        Timer(0.2, lambda: setattr(desk.database, "engine", here)).start()

    fakes["email"].on_send = restart
    assert desk.deliver(desk.order(via=("email",))) == SENT
    assert desk.story() == [("email", "accepted", None)]


def test_what_nobody_could_write_down_in_time_is_asked_about(desk: Desk, fakes: Fakes) -> None:
    """PostgreSQL stays away: the attempt ends in our own words, and the next one finds the text at its provider."""
    here = desk.database.engine

    def gone() -> None:
        desk.database.engine, desk.waited = Database("postgresql://nobody@127.0.0.1:1/none").engine, HOLD

    fakes["sms"].on_send = gone
    assert desk.refused(desk.order()).type == "Unreachable"
    desk.database.engine, desk.waited = here, 2 * HOLD
    assert desk.deliver(desk.order()) == SENT
    assert len(fakes["sms"].taken) == 1


def test_the_same_words_of_another_step_are_not_mistaken_for_this_one(real_desk: Desk, sandbox: Sandbox) -> None:
    """The first message is claimed by its own row, so the second, which was never taken, is sent."""
    real_desk.deliver(real_desk.order(via=("sms",), step="first"))
    sandbox.fault(drop="before", times=1)
    second = real_desk.order(via=("sms",), step="second")
    real_desk.refused(second)
    assert real_desk.deliver(second) == SENT
    assert sorted(at_provider(sandbox)) == sorted(str(row.provider_id) for row in real_desk.messages())
    assert len(at_provider(sandbox)) == 2


def test_the_same_words_to_another_person_with_this_phone_are_not_mistaken_either(
    real_desk: Desk, sandbox: Sandbox
) -> None:
    """A family shares a number, a tester signs up twice: what one was sent is not what the other was."""
    real_desk.enroll("bob")
    real_desk.deliver(real_desk.order(via=("sms",), user="bob"))
    sandbox.fault(drop="before", times=1)
    order = real_desk.order(via=("sms",))
    real_desk.refused(order)
    assert real_desk.deliver(order) == SENT
    assert len(at_provider(sandbox)) == 2


@pytest.fixture
def patient(real_desk: Desk) -> Desk:
    """The same, where SendGrid's events come to us."""
    real_desk.patience = Patience.of(["email"], Clock())
    return real_desk


def test_a_mail_in_doubt_waits_for_its_receipt_and_is_sent_when_it_comes(patient: Desk, sandbox: Sandbox) -> None:
    """SendGrid had taken it: its event carries our id, and now we have SendGrid's."""
    sandbox.fault(drop="after", times=1)
    order = patient.order(via=("email", "sms"))
    patient.refused(order)
    waits = patient.refused(order)
    assert (waits.type, waits.next_retry_delay) == ("AwaitsReceipt", FIRST_LOOK)
    [message], [provider_id] = patient.messages(), at_provider(sandbox)
    told = Receipt("1", "email", ReceiptState.QUEUED, message_id=message.id, provider_id=provider_id)
    Receipts(patient.database, Clock()).take([told], patient.real_now())
    assert patient.deliver(order) == SENT
    assert patient.story() == [("email", "accepted", None)]
    assert len(at_provider(sandbox)) == 1


def test_a_mail_whose_receipt_does_not_come_is_unknown_in_the_end(patient: Desk, sandbox: Sandbox) -> None:
    """It is looked for a few times and not sent again; what comes later is still put on record."""
    sandbox.fault(drop="before", times=1)
    order = patient.order(via=("email", "sms"))
    patient.refused(order)
    looks = 0
    while patient.waited < LONGEST - timedelta(seconds=1):  # what the test itself has taken
        patient.waited += patient.refused(order).next_retry_delay or timedelta(0)
        looks += 1
    assert patient.deliver(order) == UNKNOWN
    assert looks <= 7
    assert at_provider(sandbox) == []


def test_a_rehearsal_has_no_time_to_wait_for_receipts() -> None:
    """At a fast pace two minutes are weeks of somebody's journey."""
    patience = Patience.of(["email"], Clock(pace=20_000))
    assert patience.next_look("email", timedelta(seconds=1)) is None


def test_who_has_opted_out_has_done_so_for_everybody_at_that_number(real_desk: Desk, sandbox: Sandbox) -> None:
    """Twilio refuses the number, whoever's it is; a START of anybody there takes it back."""
    sandbox.fault(error_code=21610, status_code=400, times=1)
    assert real_desk.deliver(real_desk.order(via=("sms",))).outcome is Outcome.FAILED
    real_desk.enroll("bob")
    real_desk.deliver(real_desk.order(user="bob", via=("sms",)))
    assert real_desk.rules("bob") == [("sms", "suppressed")]
