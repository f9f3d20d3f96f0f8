"""Whether a code can go to a contact point, by which channels, and whether it is needed: a table."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.delivery import Endpoint
from domain.suppression import Reason
from domain.verification.answers import Answer, Wish
from domain.verification.contacts import Contact
from domain.verification.reach import reach

SMS = Endpoint("sms", "+5511987654321")
WHATSAPP = Endpoint("whatsapp", "+5511987654321")
MAIL = Endpoint("email", "alice@example.com")
SERVED = ("sms", "email", "whatsapp")
ENDED = replace(SMS, ended_reason="blocked")
STOPPED = replace(SMS, suppressed=(Reason.OPTED_OUT,))


@pytest.mark.parametrize(
    ("contact", "via", "endpoints", "answer", "channels", "refused"),
    [
        (Contact.PHONE, ("sms",), [SMS, MAIL], Answer.ASKED, ["sms"], []),
        (Contact.PHONE, ("whatsapp", "sms"), [SMS, WHATSAPP], Answer.ASKED, ["whatsapp", "sms"], []),
        (Contact.EMAIL, (), [SMS, MAIL], Answer.ASKED, ["email"], []),
        (Contact.PHONE, ("sms",), [MAIL], Answer.OUT_OF_REACH, [], ["no_address"]),
        (Contact.PHONE, ("sms",), [ENDED], Answer.OUT_OF_REACH, [], ["address_ended"]),
        (Contact.PHONE, ("sms",), [STOPPED], Answer.OUT_OF_REACH, [], ["suppressed"]),
        (Contact.PHONE, ("sms", "whatsapp"), [STOPPED, WHATSAPP], Answer.ASKED, ["whatsapp"], ["suppressed"]),
        (Contact.PHONE, ("sms",), [replace(SMS, verified=True)], Answer.KNOWN, ["sms"], []),
        # What counts is the address to which the code would go first.
        (
            Contact.PHONE,
            ("sms", "whatsapp"),
            [SMS, replace(WHATSAPP, verified=True)],
            Answer.ASKED,
            ["sms", "whatsapp"],
            [],
        ),
        (Contact.PHONE, ("sms",), [replace(ENDED, verified=True)], Answer.OUT_OF_REACH, [], ["address_ended"]),
    ],
)
def test_a_code_goes_where_it_can(
    contact: Contact,
    via: Sequence[str],
    endpoints: Sequence[Endpoint],
    answer: Answer,
    channels: list[str],
    refused: list[str],
) -> None:
    """Each channel has its decision, and the first that is left is where the code goes."""
    found = reach(contact, via, endpoints, SERVED, lambda number: number.startswith("+55"))
    assert (found.answer, list(found.channels)) == (answer, channels)
    assert [one.rule for one in found.decisions if one.channel not in channels] == refused


def test_no_code_goes_to_a_country_that_nobody_has_named() -> None:
    """Each country is an invitation to fraud; a mailbox is in none."""
    nowhere = reach(Contact.PHONE, ("sms",), [SMS], SERVED, lambda _: False)
    assert (nowhere.answer, [one.rule for one in nowhere.decisions]) == (Answer.OUT_OF_REACH, ["country_not_allowed"])
    assert reach(Contact.EMAIL, (), [MAIL], SERVED, lambda _: False).answer is Answer.ASKED


def test_no_code_goes_by_a_channel_that_is_not_set_up() -> None:
    """The decision says whose turn it is."""
    found = reach(Contact.PHONE, ("whatsapp",), [WHATSAPP], ("sms",), lambda _: True)
    assert (found.answer, [one.rule for one in found.decisions]) == (Answer.OUT_OF_REACH, ["channel_not_configured"])


def test_a_wish_has_one_verification_in_every_attempt() -> None:
    """And another one in each pass, step and enrollment."""
    now = datetime(2026, 3, 2, tzinfo=UTC)

    def of(enrollment: str = "e-1", step: str = "confirm", lap: int = 1, late: int = 0) -> str:
        return Wish("alice", Contact.PHONE, (), False, enrollment, step, lap, now.replace(minute=late)).verification

    assert of() == of(late=5)
    assert len({of(), of("e-2"), of(step="again"), of(lap=2), of("e-1\nconfirm", "")}) == 5
    assert len(of()) == 32
