"""The Twilio SDK's calls against the sandbox: it gets what Twilio would answer, and people read what was said."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

from tests.sandbox.customer import Customer, serving
from tests.sandbox_server import Sandbox, running_sandbox

ALICE, BOB, US = "+5511987654321", "+905321234567", "+14155238886"
EVENTS = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One whose calls are over soon."""
    with running_sandbox(Path(tmp_path_factory.mktemp("quick")) / "calls.sqlite", delivered_after=0.6) as started:
        yield started


@pytest.fixture
def customer() -> Iterator[Customer]:
    with serving() as customer:
        yield customer


def twiml(*lines: str) -> str:
    response = VoiceResponse()
    for line in lines:
        response.say(line, language="pt-BR")
        response.pause(length=1)
    return str(response)


HELLO = twiml("Olá & bem-vinda", "7", "5")


def test_a_created_call_parses_to_the_types_of_the_sdk(twilio: Client, sandbox: Sandbox) -> None:
    """Queued, and without any date yet, as with Twilio."""
    call = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO)
    assert str(call.sid).startswith("CA")
    assert len(str(call.sid)) == 34
    assert (call.status, call.direction, call.to, call._from) == ("queued", "outbound-api", ALICE, US)
    assert (call.date_created, call.start_time, call.duration) == (None, None, None)
    assert call.account_sid == sandbox.account_sid


def test_a_call_goes_on_by_itself_to_its_end(twilio: Client) -> None:
    """It is in progress, then it has been heard."""
    call = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO)
    time.sleep(0.35)
    under_way = twilio.calls(str(call.sid)).fetch()
    assert (under_way.status, under_way.end_time) == ("in-progress", None)
    time.sleep(0.35)
    over = twilio.calls(str(call.sid)).fetch()
    assert over.status == "completed"
    assert over.date_created is not None
    assert over.date_created <= over.start_time <= over.end_time
    assert int(str(over.duration)) > 0


def test_what_was_said_is_kept_among_the_messages(twilio: Client, sandbox: Sandbox) -> None:
    """A line for each time that it spoke, in its language."""
    call = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO)
    [kept] = sandbox.messages(channel="voice")
    assert (kept["provider_id"], kept["to"], kept["from"]) == (call.sid, ALICE, US)
    assert (kept["text"], kept["language"]) == ("Olá & bem-vinda\n7\n5", "pt-BR")


def test_twiml_that_makes_no_sense_is_an_apology(twilio: Client, sandbox: Sandbox) -> None:
    """Twilio takes the call, and the person hears that an application error has occurred."""
    twilio.calls.create(to=ALICE, from_=US, twiml="<Response><Say>Hi & bye</Response>")
    assert "application error" in sandbox.messages()[0]["text"]


def test_listing_filters_and_leaves_texts_out(twilio: Client) -> None:
    """Calls and messages are two lists; the newest comes first."""
    first = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO)
    twilio.calls.create(to=BOB, from_=US, twiml=HELLO)
    third = twilio.calls.create(to=ALICE, from_="+15005550006", twiml=HELLO)
    text = twilio.messages.create(to=ALICE, from_=US, body="one")
    assert [one.sid for one in twilio.calls.list(to=ALICE)] == [third.sid, first.sid]
    assert [one.sid for one in twilio.calls.list(to=ALICE, from_=US)] == [first.sid]
    assert len(twilio.calls.list(page_size=2)) == 3
    assert [one.sid for one in twilio.messages.list(to=ALICE)] == [text.sid]


def test_a_queued_call_has_no_start_and_fits_no_filter_of_it(twilio: Client) -> None:
    """Who looks for an interrupted call must not ask by StartTime."""
    call = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO)
    a_day = timedelta(days=1)
    time.sleep(0.35)
    start = twilio.calls(str(call.sid)).fetch().start_time
    assert start is not None
    assert len(twilio.calls.list(start_time_after=start)) == 1
    assert twilio.calls.list(start_time_after=start + a_day) == []
    twilio.calls.create(to=BOB, from_=US, twiml=HELLO)
    assert twilio.calls.list(to=BOB, start_time_after=start - a_day) == []


@pytest.mark.parametrize("kind", ["Calls", "Messages"])
def test_a_call_is_no_message_and_a_message_no_call(twilio: Client, sandbox: Sandbox, kind: str) -> None:
    """Under the other's address there is nothing."""
    sids = {
        "Messages": twilio.calls.create(to=ALICE, from_=US, twiml=HELLO).sid,
        "Calls": twilio.messages.create(to=ALICE, from_=US, body="x").sid,
    }
    url = f"{sandbox.url}/2010-04-01/Accounts/{sandbox.account_sid}/{kind}/{sids[kind]}.json"
    assert requests.get(url, auth=(sandbox.account_sid, sandbox.auth_token), timeout=5).json()["code"] == 20404


REFUSALS: list[tuple[dict[str, Any], int]] = [
    ({"to": "", "from_": US, "twiml": HELLO}, 21201),
    ({"to": "12345", "from_": US, "twiml": HELLO}, 21211),
    ({"to": "+15005550001", "from_": US, "twiml": HELLO}, 21217),  # Twilio's magic numbers
    ({"to": "+15005550002", "from_": US, "twiml": HELLO}, 21214),
    ({"to": "+15005550003", "from_": US, "twiml": HELLO}, 21215),
    ({"to": "+15005550004", "from_": US, "twiml": HELLO}, 21216),
    ({"to": ALICE, "from_": "", "twiml": HELLO}, 21213),
    ({"to": ALICE, "from_": "HOMING", "twiml": HELLO}, 21212),  # words cannot call
    ({"to": ALICE, "from_": "+15005550001", "twiml": HELLO}, 21212),
    ({"to": ALICE, "from_": US}, 21205),
    ({"to": ALICE, "from_": US, "twiml": "x" * 4001}, 32018),
]


@pytest.mark.parametrize(("call", "code"), REFUSALS, ids=[str(code) for _, code in REFUSALS])
def test_it_refuses_what_twilio_refuses(twilio: Client, sandbox: Sandbox, call: dict[str, Any], code: int) -> None:
    """A refused call has Twilio's code, and nobody is called."""
    with pytest.raises(TwilioRestException) as refused:
        twilio.calls.create(**call)
    assert refused.value.code == code
    assert sandbox.messages() == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (EVENTS, ["initiated", "ringing", "in-progress", "completed"]),
        (["answered"], ["in-progress"]),
        (None, ["completed"]),  # what is told to who does not say
    ],
)
def test_the_events_that_were_asked_for_are_told_and_signed(
    twilio: Client, sandbox: Sandbox, customer: Customer, asked: list[str] | None, told: list[str]
) -> None:
    """In order, and Twilio's own validator believes them."""
    more: dict[str, Any] = {"status_callback_event": asked} if asked else {}
    url = f"{customer.url}/status/m-1"
    call = twilio.calls.create(to=ALICE, from_=US, twiml=HELLO, status_callback=url, **more)
    posted = customer.until(lambda posted: len(posted) == len(told))
    assert [one.form["CallStatus"] for one in posted] == told
    assert {one.form["CallSid"] for one in posted} == {call.sid}
    validator = RequestValidator(sandbox.auth_token)
    assert all(validator.validate(url, one.form, one.headers["X-Twilio-Signature"]) for one in posted)


@pytest.mark.parametrize("ending", ["busy", "no-answer", "failed", "canceled"])
def test_a_call_that_is_not_heard_says_why(twilio: Client, sandbox: Sandbox, customer: Customer, ending: str) -> None:
    """Nobody has picked up, so nothing was answered; the event `completed` brings the end all the same."""
    sandbox.mishap(effect="failed", channel="voice", status=ending)
    call = twilio.calls.create(
        to=ALICE, from_=US, twiml=HELLO, status_callback=customer.url, status_callback_event=EVENTS
    )
    posted = customer.until(lambda posted: len(posted) == 3)
    assert [one.form["CallStatus"] for one in posted] == ["initiated", "ringing", ending]
    fetched = twilio.calls(str(call.sid)).fetch()
    assert (fetched.status, fetched.duration) == (ending, "0")


def test_the_end_of_a_text_is_not_that_of_a_call(sandbox: Sandbox) -> None:
    """And nobody writes by voice."""
    for path, wrong in (
        ("mishaps", {"effect": "failed", "channel": "voice", "status": "bounce"}),
        ("mishaps", {"effect": "failed", "channel": "sms", "status": "busy"}),
        ("answers", {"channel": "voice", "from": ALICE, "to": US, "text": "Hello?"}),
    ):
        assert requests.post(f"{sandbox.url}/{path}", json=wrong, timeout=5).status_code == 422


def test_a_key_is_told_to_whoever_listens(twilio: Client, sandbox: Sandbox, customer: Customer) -> None:
    """Signed over the whole address, as what a key means may stand there; a call that only speaks has no keys."""
    url = f"{customer.url}/keys?1=call_me"
    response = VoiceResponse()
    response.gather(action=url, num_digits=1).say("Press 1")
    twilio.calls.create(to=ALICE, from_=US, twiml=str(response))
    sandbox.do(sandbox.messages()[0]["id"], "press", key="1")
    [told] = customer.gets(1)
    assert (told.form["Digits"], told.form["To"], told.form["From"]) == ("1", ALICE, US)
    assert RequestValidator(sandbox.auth_token).validate(url, told.form, told.headers["X-Twilio-Signature"])
    twilio.calls.create(to=BOB, from_=US, twiml=HELLO)
    deeds = f"{sandbox.url}/messages/{sandbox.messages()[1]['id']}/deeds"
    assert requests.post(deeds, json={"deed": "press"}, timeout=10).status_code == 422
