"""The sandbox tells its customer what became of messages, and is believed by the providers' own validators."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import CustomArg, Mail
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.sandbox.conftest import sendgrid_client, twilio_client
from tests.sandbox.customer import Customer, Posted, serving
from tests.sandbox_server import Sandbox, running_sandbox

ALICE, BOB, US = "+5511987654321", "+905321234567", "+14155238886"
MAIL = "alice@example.com"


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One that delivers fast."""
    with running_sandbox(tmp_path_factory.mktemp("quick") / "messages.sqlite", delivered_after=0.2) as started:
        yield started


@pytest.fixture
def customer(sandbox: Sandbox) -> Iterator[Customer]:
    with serving() as customer:
        sandbox.aim(
            twilio_inbound=f"{customer.url}/inbound",
            sendgrid_events=f"{customer.url}/events",
            sendgrid_inbound=f"{customer.url}/parse",
        )
        yield customer


def text(sandbox: Sandbox, customer: Customer, to: str = ALICE, sender: str = US) -> str:
    """Send a text; its SID."""
    callback = f"{customer.url}/status/m-1?x=1"
    created = twilio_client(sandbox).messages.create(to=to, from_=sender, body="Hi", status_callback=callback)
    return str(created.sid)


def mail(sandbox: Sandbox) -> None:
    """Send a mail that carries our id."""
    made = Mail("us@example.com", MAIL, "Hello", "Hi Alice", '<a href="https://homing.example/x">x</a>')
    made.add_custom_arg(CustomArg("message_id", "m-2"))
    sendgrid_client(sandbox).send(made)


def statuses(posted: list[Posted]) -> list[str]:
    """What Twilio's callbacks say, in the order in which they came."""
    return [one.form["MessageStatus"] for one in posted]


def events(posted: list[Posted]) -> list[str]:
    """What SendGrid's events say, in the order in which they came."""
    return [str(event["event"]) for one in posted for event in json.loads(one.body)]


def is_twilios(sandbox: Sandbox, customer: Customer, posted: Posted) -> bool:
    """Whether Twilio's own validator believes it."""
    valid: bool = RequestValidator(sandbox.auth_token).validate(
        customer.url + posted.path, posted.form, posted.headers["X-Twilio-Signature"]
    )
    return valid


def is_sendgrids(sandbox: Sandbox, posted: Posted) -> bool:
    """Whether SendGrid's own helper believes it."""
    head = "X-Twilio-Email-Event-Webhook"
    signature, at = posted.headers[f"{head}-Signature"], posted.headers[f"{head}-Timestamp"]
    return bool(EventWebhook(sandbox.webhook_key()).verify_signature(posted.body.decode(), signature, at))


def test_a_text_is_reported_as_sent_and_then_as_delivered(sandbox: Sandbox, customer: Customer) -> None:
    """To the StatusCallback that it came with, query and all, signed by the account's token."""
    sid = text(sandbox, customer)
    first, second = customer.gets(2)
    assert statuses([first, second]) == ["sent", "delivered"]
    assert first.path == "/status/m-1?x=1"
    assert (first.form["MessageSid"], first.form["To"], first.form["From"]) == (sid, ALICE, US)
    assert is_twilios(sandbox, customer, first)
    assert is_twilios(sandbox, customer, second)
    assert [post["state"] for post in sandbox.posts()] == ["taken", "taken"]


def test_a_text_without_a_callback_is_not_reported(sandbox: Sandbox, customer: Customer) -> None:
    """Twilio would not know where to."""
    twilio_client(sandbox).messages.create(to=ALICE, from_=US, body="Hi")
    assert sandbox.posts() == []


def test_a_whatsapp_message_is_read_by_a_person(sandbox: Sandbox, customer: Customer) -> None:
    """Blue ticks; on SMS there are none."""
    sandbox.answer(channel="whatsapp", sender=ALICE, to=US, text="Hello?")
    text(sandbox, customer, f"whatsapp:{ALICE}", f"whatsapp:{US}")
    customer.gets(3)
    sandbox.do(sandbox.messages()[0]["id"], "read")
    assert statuses(customer.gets(4)[1:]) == ["sent", "delivered", "read"]
    assert customer.posted[3].form["To"] == f"whatsapp:{ALICE}"
    text(sandbox, customer)
    url = f"{sandbox.url}/messages/{sandbox.messages()[1]['id']}/deeds"
    assert requests.post(url, json={"deed": "read"}, timeout=5).status_code == 422


@pytest.mark.parametrize(
    ("to", "sender"), [(f"whatsapp:{ALICE}", f"whatsapp:{US}"), ("messenger:4321098765", "messenger:100000000000001")]
)
def test_free_text_to_who_has_not_written_is_accepted_and_fails(
    sandbox: Sandbox, customer: Customer, to: str, sender: str
) -> None:
    """As Twilio does it: nothing is refused at once, and 63016 comes later."""
    sandbox.answer(channel="whatsapp", sender=BOB, to=US, text="Hello?")  # somebody else
    text(sandbox, customer, to, sender)
    [failed] = customer.gets(2)[1:]
    assert (failed.form["MessageStatus"], failed.form["ErrorCode"]) == ("failed", "63016")


def test_a_mail_is_reported_by_signed_events(sandbox: Sandbox, customer: Customer) -> None:
    """With our own arguments beside SendGrid's fields."""
    mail(sandbox)
    posted = customer.until(lambda posted: len(events(posted)) == 2)
    assert events(posted) == ["processed", "delivered"]
    assert all(is_sendgrids(sandbox, one) for one in posted)
    (event,) = json.loads(posted[-1].body)
    assert (event["email"], event["message_id"]) == (MAIL, "m-2")
    assert event["sg_message_id"].startswith(sandbox.messages()[0]["provider_id"] + ".")


def test_events_of_one_moment_come_in_one_list(sandbox: Sandbox, customer: Customer) -> None:
    """As SendGrid gathers them."""
    customer.answers = [500, 500]  # both come again, a second later, together
    mail(sandbox)
    posted = customer.until(lambda posted: sum(one.answered == 200 for one in posted) > 0)
    customer.until(lambda posted: len([e for one in posted if one.answered == 200 for e in events([one])]) == 2)
    assert all(is_sendgrids(sandbox, one) for one in posted)


def test_a_person_opens_a_mail_clicks_in_it_and_complains(sandbox: Sandbox, customer: Customer) -> None:
    """And a machine opens it, which is told apart."""
    mail(sandbox)
    customer.until(lambda posted: len(events(posted)) == 2)
    number = sandbox.messages()[0]["id"]
    for deed, more in (
        ("open", {"machine": True}),
        ("open", {}),
        ("click", {"url": "https://homing.example/x"}),
        ("spamreport", {}),
    ):
        sandbox.do(number, deed, **more)
        customer.until(lambda posted: deed in events(posted))  # noqa: B023
    told = [event for one in customer.posted for event in json.loads(one.body)][2:]
    assert [event["event"] for event in told] == ["open", "open", "click", "spamreport"]
    assert [event.get("sg_machine_open") for event in told[:2]] == [True, False]
    assert told[2]["url"] == "https://homing.example/x"
    assert len({event["sg_event_id"] for event in told}) == 4


@pytest.mark.parametrize(
    ("mishap", "expected"),
    [
        ({"effect": "doubled"}, ["sent", "delivered", "sent", "delivered"]),
        ({"effect": "reordered"}, ["delivered", "sent"]),
        ({"effect": "late", "delay": 0.5}, ["sent", "delivered"]),
        ({"effect": "badly_signed"}, ["sent", "delivered"]),
        ({"effect": "failed"}, ["sent", "undelivered"]),
        ({"effect": "failed", "status": "failed", "error_code": 30005}, ["failed"]),
        ({"effect": "doubled", "to": BOB}, ["sent", "delivered"]),  # meant for somebody else
        ({"effect": "doubled", "channel": "email"}, ["sent", "delivered"]),
        ({"effect": "failed", "status": "bounce"}, ["sent", "delivered"]),  # texts do not bounce
    ],
)
def test_mishaps_befall_the_webhooks_of_texts(
    sandbox: Sandbox, customer: Customer, mishap: dict[str, Any], expected: list[str]
) -> None:
    """What is late comes late, what is badly signed is not believed, and bad news has a code."""
    sandbox.mishap(**mishap)
    began = time.monotonic()
    text(sandbox, customer)
    posted = customer.gets(len(expected))
    assert statuses(posted) == expected
    assert is_twilios(sandbox, customer, posted[0]) == (mishap["effect"] != "badly_signed")
    assert mishap["effect"] != "late" or time.monotonic() - began > 0.6
    code = {"undelivered": "30003", "failed": "30005"}.get(expected[-1])
    assert posted[-1].form.get("ErrorCode") == code


def test_a_lost_webhook_never_comes(sandbox: Sandbox, customer: Customer) -> None:
    """And the next one does."""
    sandbox.mishap(effect="lost", times=1)
    text(sandbox, customer)
    assert sandbox.posts() == []
    text(sandbox, customer)
    customer.gets(2)


@pytest.mark.parametrize(
    ("mishap", "expected"),
    [
        ({"effect": "failed"}, ["processed", "bounce"]),
        ({"effect": "failed", "status": "dropped"}, ["dropped"]),
        ({"effect": "reordered"}, ["delivered", "processed"]),
    ],
)
def test_mishaps_befall_the_events_of_mails(
    sandbox: Sandbox, customer: Customer, mishap: dict[str, Any], expected: list[str]
) -> None:
    """As those of texts."""
    sandbox.mishap(**mishap)
    mail(sandbox)
    assert events(customer.until(lambda posted: len(events(posted)) == len(expected))) == expected


def test_twilios_resource_agrees_with_what_was_reported(sandbox: Sandbox, customer: Customer, twilio: Client) -> None:
    """Whoever asks instead of listening hears the same."""
    sandbox.mishap(effect="failed", error_code=30005)
    sid = text(sandbox, customer)
    customer.gets(2)
    fetched = twilio.messages(sid).fetch()
    assert (fetched.status, fetched.error_code) == ("undelivered", 30005)


@pytest.mark.parametrize(
    ("answers", "tries"),
    [
        ([500], 2),  # once more
        ([500, 500, 500], 2),  # and not again
        ([403], 1),  # a refusal is an answer
    ],
)
def test_twilio_tries_once_more(sandbox: Sandbox, customer: Customer, answers: list[int], tries: int) -> None:
    """Where it got an error of the server."""
    sandbox.mishap(effect="failed", status="failed")  # one callback only
    customer.answers = list(answers)
    text(sandbox, customer)
    customer.gets(tries)
    (post,) = sandbox.posts()
    assert (post["tries"], post["state"]) == (tries, "taken" if answers == [500] else "given up")


def test_sendgrid_goes_on_until_its_events_are_taken(sandbox: Sandbox, customer: Customer) -> None:
    """Whatever is answered instead of a success."""
    sandbox.mishap(effect="failed", status="dropped")  # one event only
    customer.answers = [403, 500]
    mail(sandbox)
    assert events(customer.gets(3)) == ["dropped"] * 3
    assert customer.posted[0].body == customer.posted[2].body
    assert sandbox.posts()[0]["state"] == "taken"


def test_nobody_who_sends_waits_for_webhooks(sandbox: Sandbox, customer: Customer) -> None:
    """A customer that does not answer holds no message up."""
    callback = "http://127.0.0.1:9/status"  # nobody is there
    began = time.monotonic()
    for _ in range(5):
        twilio_client(sandbox).messages.create(to=ALICE, from_=US, body="Hi", status_callback=callback)
    assert time.monotonic() - began < 2


def test_a_person_answers_a_text(sandbox: Sandbox, customer: Customer) -> None:
    """To the number that wrote; what our server says in TwiML comes back as a text."""
    customer.says = "<?xml version='1.0'?><Response><Message>You are <b>out</b>.</Message></Response>"
    twilio_client(sandbox).messages.create(to=ALICE, from_=US, body="Hi")
    written = sandbox.answer(channel="sms", sender=ALICE, text="STOP")
    (posted,) = customer.gets(1)
    assert posted.path == "/inbound"
    form = posted.form
    assert (form["From"], form["To"], form["Body"], form["SmsStatus"]) == (ALICE, US, "STOP", "received")
    assert form["MessageSid"] == written["provider_id"]
    assert is_twilios(sandbox, customer, posted)
    assert [(one["text"], one["to"]) for one in sandbox.messages()] == [("Hi", ALICE), ("You are out.", ALICE)]


def test_a_person_answers_on_whatsapp_and_has_read_by_that(sandbox: Sandbox, customer: Customer) -> None:
    """Both are told."""
    sandbox.answer(channel="whatsapp", sender=ALICE, to=US, text="Hello?")
    text(sandbox, customer, f"whatsapp:{ALICE}", f"whatsapp:{US}")
    customer.gets(3)
    sandbox.answer(channel="whatsapp", sender=ALICE, text="When?")
    posted = customer.gets(5)
    answer = next(one for one in posted if one.path == "/inbound")
    assert (answer.form["From"], answer.form["To"]) == (f"whatsapp:{ALICE}", f"whatsapp:{US}")
    assert "read" in statuses([one for one in posted if one.path != "/inbound"])


def test_a_person_answers_a_mail(sandbox: Sandbox, customer: Customer) -> None:
    """As Inbound Parse posts it, with the mail that is answered quoted below, by their own program."""
    mail(sandbox)
    customer.until(lambda posted: len(events(posted)) == 2)
    sandbox.answer(channel="email", sender=MAIL, text="Şimdi olmaz, thanks")
    posted = customer.until(lambda posted: posted[-1].path == "/parse")[-1]
    form = posted.form
    assert (form["from"], form["to"], form["subject"]) == (MAIL, "us@example.com", "Re: Hello")
    assert form["text"].startswith("Şimdi olmaz, thanks\n\nOn ")
    assert "\n> Hi Alice" in form["text"]
    assert json.loads(form["envelope"])["from"] == MAIL
    assert "X-Twilio-Signature" not in posted.headers


def test_what_is_written_again_under_its_key_is_written_once(sandbox: Sandbox, customer: Customer) -> None:
    """For scripts that may be started again."""
    first, second = (sandbox.answer(channel="sms", sender=BOB, to=US, text="Hello?", key="k") for _ in range(2))
    assert first == second
    customer.gets(1)


def test_answers_meet_mishaps_too(sandbox: Sandbox, customer: Customer) -> None:
    """Doubled, it is the same message twice."""
    sandbox.mishap(effect="doubled", of="answers")
    sandbox.answer(channel="sms", sender=BOB, to=US, text="Hello?")
    first, second = customer.gets(2)
    assert first.form == second.form


@pytest.mark.parametrize(
    "mishap",
    [
        {"effect": "eaten"},
        {"effect": "late", "status": "failed"},
        {"effect": "failed", "of": "answers"},
        {"effect": "failed", "channel": "email", "status": "undelivered"},
        {"effect": "doubled", "chanel": "sms"},
    ],
)
def test_a_mishap_that_makes_no_sense_is_refused(sandbox: Sandbox, mishap: dict[str, Any]) -> None:
    """Rather than to change nothing."""
    assert requests.post(f"{sandbox.url}/mishaps", json=mishap, timeout=5).status_code == 422


def test_somebody_to_whom_nothing_was_sent_must_say_whom_they_write_to(sandbox: Sandbox) -> None:
    """There is no message that they could answer."""
    written = {"channel": "sms", "from": BOB, "text": "Hello?"}
    assert requests.post(f"{sandbox.url}/answers", json=written, timeout=5).status_code == 422


def test_a_killed_sandbox_posts_afterwards_with_the_same_key(tmp_path: Path) -> None:
    """What was accepted is reported, also by the process that comes after."""
    state = tmp_path / "messages.sqlite"
    with serving() as customer:
        with running_sandbox(state, delivered_after=0.6) as sandbox:
            sandbox.aim(sendgrid_events=f"{customer.url}/events")
            mail(sandbox)
            key = sandbox.webhook_key()
            sandbox.process.kill()
        time.sleep(0.7)
        with running_sandbox(state) as again:
            posted = customer.until(lambda posted: "delivered" in events(posted))
            assert again.webhook_key() == key == state.with_suffix(".pub").read_text().strip()
            assert is_sendgrids(again, posted[-1])
    assert state.with_suffix(".key").stat().st_mode & 0o077 == 0


def test_all_is_emptied_together(sandbox: Sandbox, customer: Customer, sendgrid: SendGridAPIClient) -> None:
    """Messages, answers, and what is still to be posted."""
    mail(sandbox)
    sandbox.answer(channel="email", sender=MAIL, text="Hi")
    sandbox.reset()
    assert (sandbox.messages(), sandbox.posts()) == ([], [])
    assert requests.get(f"{sandbox.url}/answers", timeout=5).json() == []
