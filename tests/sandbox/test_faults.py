"""Faults on purpose, as the providers' clients see them."""

import time
from typing import Any

import pytest
import requests
from python_http_client.exceptions import ServiceUnavailableError, TooManyRequestsError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.sandbox_server import Sandbox

ALICE = "+5511987654321"
BOB = "+905321234567"
US = "+14155238886"


def send(twilio: Client, to: str = ALICE) -> str:
    sid: str = twilio.messages.create(to=to, from_=US, body="hello").sid
    return sid


def post(sandbox: Sandbox, timeout: float = 5) -> requests.Response:
    """The same without the SDK, to see the answer itself."""
    return requests.post(
        f"{sandbox.url}/2010-04-01/Accounts/{sandbox.account_sid}/Messages.json",
        data={"To": ALICE, "From": US, "Body": "hello"},
        auth=(sandbox.account_sid, sandbox.auth_token),
        timeout=timeout,
    )


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_gives_no_answer(twilio: Client, sandbox: Sandbox, moment: str, kept: int) -> None:
    """Not a byte comes back, and only `after` has taken the message."""
    sandbox.fault(drop=moment)
    with pytest.raises(requests.exceptions.ConnectionError, match="without response"):
        send(twilio)
    assert len(sandbox.messages()) == kept


def test_a_provider_error_carries_its_code_and_keeps_nothing(twilio: Client, sandbox: Sandbox) -> None:
    """The status and the code are the ones that were asked for."""
    sandbox.fault(status_code=400, error_code=21610)
    with pytest.raises(TwilioRestException) as refused:
        send(twilio)
    assert (refused.value.status, refused.value.code) == (400, 21610)
    assert sandbox.messages() == []


def test_an_error_can_hide_an_accepted_message(twilio: Client, sandbox: Sandbox) -> None:
    """With `keep`, the provider says 500 and has taken the message all the same."""
    sandbox.fault(status_code=500, keep=True)
    with pytest.raises(TwilioRestException):
        send(twilio)
    assert len(sandbox.messages()) == 1


def test_too_many_requests_say_when_to_come_back(sendgrid: SendGridAPIClient, sandbox: Sandbox) -> None:
    """Twilio names seconds in Retry-After, SendGrid a moment in X-RateLimit-Reset."""
    sandbox.fault(status_code=429, retry_after=30)
    with pytest.raises(TooManyRequestsError) as refused:
        sendgrid.send(Mail(US, "alice@example.com", "Hi", plain_text_content="Hi", html_content=None))
    assert 25 <= int(refused.value.headers["X-RateLimit-Reset"]) - time.time() <= 31
    answer = post(sandbox)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (429, "30", 20429)


@pytest.mark.parametrize("kind", ["html", "json"])
def test_nonsense_is_a_success_without_a_sid(sandbox: Sandbox, kind: str) -> None:
    """A hotel's login page or somebody else's JSON, with the status of a success."""
    sandbox.fault(nonsense=kind, status_code=201)
    answer = post(sandbox)
    assert answer.status_code == 201
    assert "sid" not in answer.text


def test_a_late_answer_comes_after_the_message_is_taken(sandbox: Sandbox) -> None:
    """While the client still waits, the message is on file: giving up does not undo it."""
    sandbox.fault(delay=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        post(sandbox, timeout=0.3)
    assert len(sandbox.messages()) == 1


def test_a_fault_strikes_only_what_it_is_meant_for(
    twilio: Client, sendgrid: SendGridAPIClient, sandbox: Sandbox
) -> None:
    """Channel and recipient are matched; everything else goes through."""
    sandbox.fault(channel="email", status_code=503)
    sandbox.fault(to=BOB, status_code=500)
    assert send(twilio, ALICE)
    with pytest.raises(TwilioRestException):
        send(twilio, BOB)
    with pytest.raises(ServiceUnavailableError):
        sendgrid.send(Mail(US, "alice@example.com", "Hi", plain_text_content="Hi"))


def test_a_fault_stops_after_its_times(twilio: Client, sandbox: Sandbox) -> None:
    """Two failures, then all is well."""
    sandbox.fault(status_code=500, times=2)
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            send(twilio)
    assert send(twilio)


def strikes(twilio: Client, sandbox: Sandbox) -> str:
    sandbox.reset()
    sandbox.fault(status_code=500, rate=0.5, seed=7)
    pattern = ""
    for _ in range(20):
        try:
            send(twilio)
            pattern += "."
        except TwilioRestException:
            pattern += "x"
    return pattern


def test_a_rate_strikes_some_calls_and_the_same_ones_again(twilio: Client, sandbox: Sandbox) -> None:
    """A seeded rate is repeatable, so that a test with it is."""
    first = strikes(twilio, sandbox)
    assert 4 <= first.count("x") <= 16
    assert strikes(twilio, sandbox) == first


def test_asking_fails_apart_from_sending(twilio: Client, sandbox: Sandbox) -> None:
    """With call=ask the list and the message cannot be read, sending goes on."""
    sandbox.fault(call="ask", drop="before")
    sid = send(twilio)
    with pytest.raises(requests.exceptions.ConnectionError):
        twilio.messages.list(to=ALICE)
    with pytest.raises(requests.exceptions.ConnectionError):
        twilio.messages(sid).fetch()


BAD_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({}, "a fault needs an effect"),
    ({"rate": 2, "drop": "after"}, "less than or equal to 1"),
    ({"drop": "after", "status_code": 500}, "drop gives no answer"),
    ({"status_code": 200}, "400 or above"),
    ({"delay": 1, "error_code": 21610}, "need a status_code"),
    ({"drop": "sometimes"}, "'before' or 'after'"),
    ({"call": "ask", "channel": "email", "drop": "after"}, "e-mail cannot be asked"),
    ({"drop": "after", "probability": 1}, "Extra inputs"),
]


@pytest.mark.parametrize(("fault", "words"), BAD_FAULTS)
def test_a_bad_fault_is_refused_with_clear_words(sandbox: Sandbox, fault: dict[str, Any], words: str) -> None:
    """A mistake in a fault's definition is a 422 that says what is wrong."""
    answer = requests.post(f"{sandbox.url}/faults", json=fault, timeout=5)
    assert answer.status_code == 422
    assert words in answer.text


def test_active_faults_are_listed_with_what_they_did_and_switched_off(twilio: Client, sandbox: Sandbox) -> None:
    """GET shows the counters, DELETE ends them all."""
    sandbox.fault(status_code=500, times=1)
    with pytest.raises(TwilioRestException):
        send(twilio)
    send(twilio)
    [fault] = requests.get(f"{sandbox.url}/faults", timeout=5).json()
    assert (fault["seen"], fault["struck"], fault["times"]) == (2, 1, 1)
    assert requests.delete(f"{sandbox.url}/faults", timeout=5).status_code == 204
    assert requests.get(f"{sandbox.url}/faults", timeout=5).json() == []
