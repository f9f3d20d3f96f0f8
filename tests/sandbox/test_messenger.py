"""Messenger by the Twilio SDK against the sandbox: a page answers who wrote to it."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.sandbox_server import Sandbox

ALICE, PAGE = "24684689135", "100000000000001"


def test_a_message_goes_from_a_page_to_a_person(twilio: Client, sandbox: Sandbox) -> None:
    """Both have the prefix; the person is known by an id of digits, and is found by it."""
    made = twilio.messages.create(to=f"messenger:{ALICE}", from_=f"messenger:{PAGE}", body="Hi")
    [arrived] = sandbox.messages(channel="messenger")
    assert (made.to, arrived["to"], arrived["from"]) == (f"messenger:{ALICE}", ALICE, PAGE)
    assert [one.sid for one in twilio.messages.list(to=f"messenger:{ALICE}")] == [made.sid]
    assert twilio.messages.list(to=ALICE) == []


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        (f"messenger:{ALICE}", PAGE, 63007),  # a page has its prefix
        (f"messenger:{ALICE}", "+14155238886", 63007),
        ("messenger:alice", f"messenger:{PAGE}", 21211),
        (f"messenger:{ALICE}", "messenger:page", 21212),
    ],
)
def test_a_refusal_has_twilios_code(twilio: Client, to: str, sender: str, code: int) -> None:
    """Clients tell them apart."""
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=to, from_=sender, body="Hi")
    assert refused.value.code == code


def test_a_person_answers_the_page(twilio: Client, sandbox: Sandbox) -> None:
    """And has read what was there by that."""
    twilio.messages.create(to=f"messenger:{ALICE}", from_=f"messenger:{PAGE}", body="Hi")
    written = sandbox.answer(channel="messenger", sender=ALICE, text="Hello")
    assert (written["to"], written["channel"]) == (PAGE, "messenger")
