"""What providers post, over real HTTP: 200 for all that is theirs, 403 for all that is not, and never a 5xx."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from temporalio.testing import WorkflowEnvironment

from domain.suppression import Reason
from models.database import Database
from models.events import Event
from tests.api.conftest import ALICE, parts_on, served
from tests.api.providers import INBOUND, PUBLIC, TOKEN, Providers, with_providers
from tests.client.post import MAIL, PHONE, Post
from tests.stage import Stage
from tests.webhooks.posts import FORM, SID, encoded, sendgrid_event, twilio_signature


@pytest.fixture(scope="module")
async def posting(temporal: WorkflowEnvironment, migrated: Database) -> AsyncIterator[Providers]:
    """One API for all tests that need no journeys."""
    async with with_providers(temporal.client, migrated) as ready:
        yield ready


@pytest.fixture
def post(database: Database) -> Post:
    """Alice is known, in an otherwise empty database."""
    made = Post(database)
    made.person()
    return made


def events_of(post: Post, user: str = "alice") -> list[tuple[str, dict[str, Any]]]:
    """Names and properties of what is stored of a person."""
    with post.session() as session:
        rows = session.exec(select(Event).where(Event.user_id == user).order_by("id"))
        return [(row.name, row.properties) for row in rows]


async def test_a_text_that_arrived_is_known_as_delivered(posting: Providers, post: Post) -> None:
    """By our id in the URL that Twilio was given."""
    message = post.sent(channel="sms")
    answer = await posting.status(message.id, "delivered")
    assert (answer.status_code, answer.content) == (200, b"")
    assert post.message(message).receipt == "delivered"


async def test_a_mail_that_was_opened_is_known_as_opened(posting: Providers, post: Post) -> None:
    """By our id in its custom arguments; a machine's open counts for nothing."""
    message = post.sent()
    events = [
        sendgrid_event("delivered", message_id=message.id),
        sendgrid_event("open", message_id=message.id, sg_event_id="machine", sg_machine_open=True),
    ]
    assert (await posting.events(*events)).status_code == 200
    assert post.message(message).receipt == "delivered"
    await posting.events(sendgrid_event("open", message_id=message.id))
    assert post.message(message).receipt == "opened"


async def test_a_thousand_events_are_taken_in_one_post(posting: Providers, post: Post) -> None:
    """As many as SendGrid sends together after a quiet while, and again when our answer was late."""
    rows = [post.sent() for _ in range(4)]
    events = [
        sendgrid_event("open", message_id=rows[number % 4].id, sg_event_id=f"e{number}") for number in range(1000)
    ]
    for _ in range(2):
        assert (await posting.events(*events)).status_code == 200
    assert sum(len(post.kept(row)) for row in rows) == 1000


async def test_what_is_of_no_message_of_ours_is_answered_200(posting: Providers, post: Post) -> None:
    """Otherwise it comes again for a day."""
    assert (await posting.status(uuid4().hex, "delivered")).status_code == 200
    assert (await posting.status("nobodys", "delivered")).status_code == 200
    assert (await posting.status(uuid4().hex, "teleported")).status_code == 200
    assert (await posting.events(sendgrid_event("delivered"))).status_code == 200
    assert (await posting.events()).status_code == 200


async def test_what_is_final_is_answered_200(posting: Providers, post: Post) -> None:
    """Late and doubled callbacks change nothing."""
    message = post.sent(channel="sms")
    for status in ("delivered", "sent", "queued", "delivered"):
        assert (await posting.status(message.id, status)).status_code == 200
    assert post.message(message).receipt == "delivered"


PAIRS = [("MessageSid", SID), ("MessageStatus", "delivered"), ("To", PHONE)]
STATUS = "status/" + "0" * 32


@pytest.mark.parametrize(
    "more",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": "nonsense"},
        {"signature": twilio_signature(f"/webhooks/twilio/{STATUS}", PAIRS, "another", PUBLIC)},
        {"body": encoded([*PAIRS, ("ErrorCode", "21610")])},
        {"body": b"{}", "content_type": "application/json"},
        {"body": b"", "content_type": "application/json"},
        {"body": b"\xff\xfe", "content_type": FORM},
        {"content_type": "multipart/form-data"},
    ],
)
@pytest.mark.parametrize("path", [STATUS, "inbound", "keys?1=yes"])
async def test_what_twilio_did_not_sign_is_403(posting: Providers, path: str, more: dict[str, Any]) -> None:
    """In the shape of all our errors, without a word on what would have been right."""
    answer = await posting.twilio(path, PAIRS, **more)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:homing:problem:forged"
    assert "HOMING" not in answer.text


async def test_a_forged_host_does_not_help(posting: Providers, post: Post) -> None:
    """The URL that was signed is that of the settings, whatever the request says of itself."""
    message = post.sent(channel="sms")
    target = f"/webhooks/twilio/status/{message.id}"
    signature = twilio_signature(target, PAIRS, TOKEN, "https://evil.example")
    forwarded = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature, **forwarded}
    answer = await posting.api.call("POST", target, key="", data=encoded(PAIRS), headers=headers)
    assert answer.status_code == 403
    assert post.message(message).receipt is None


async def test_the_signature_of_one_message_is_none_of_another(posting: Providers, post: Post) -> None:
    """The URL is signed with the form."""
    message = post.sent(channel="sms")
    signature = twilio_signature(f"/webhooks/twilio/{STATUS}", PAIRS, TOKEN, PUBLIC)
    assert (await posting.twilio(f"status/{message.id}", PAIRS, signature=signature)).status_code == 403


@pytest.mark.parametrize("pairs", [[], [("MessageSid", SID)], [("MessageSid", "x"), ("MessageStatus", "sent")]])
async def test_signed_nonsense_is_400(posting: Providers, pairs: list[tuple[str, str]]) -> None:
    """Twilio does not send such, and should not send it again."""
    for path in (STATUS, "inbound"):
        answer = await posting.twilio(path, pairs)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:homing:problem:garbled")


async def test_sendgrids_old_and_forged_events_are_403(posting: Providers, post: Post) -> None:
    """Also one that was good, an hour later."""
    event = sendgrid_event("spamreport")
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    name = "X-Twilio-Email-Event-Webhook-Signature"
    answers = [
        await posting.events(event, at=hour_ago),
        await posting.events(event, headers={name: "AAAA"}),
        await posting.api.call("POST", "/webhooks/sendgrid/events", json=[event], key=""),
        await posting.api.call("POST", "/webhooks/sendgrid/events", json=[event]),  # an API key is no signature
    ]
    assert [one.status_code for one in answers] == [403] * 4
    assert post.reasons() == {}


async def test_signed_events_that_are_no_list_are_400(posting: Providers) -> None:
    """SendGrid posts lists only."""
    for body in (b"{}", b"nonsense", b""):
        headers = posting.key.headers(body, datetime.now(UTC))
        answer = await posting.api.call("POST", "/webhooks/sendgrid/events", key="", data=body, headers=headers)
        assert answer.status_code == 400


async def test_too_much_is_413(posting: Providers) -> None:
    """Before anything is verified."""
    huge = [("Body", "x" * 400_000)]
    assert (await posting.twilio("inbound", huge)).status_code == 413
    body = b"[" + b" " * 2_100_000 + b"]"
    assert (await posting.api.call("POST", "/webhooks/sendgrid/events", key="", data=body)).status_code == 413


async def test_without_their_settings_nothing_is_the_providers(
    temporal: WorkflowEnvironment, migrated: Database
) -> None:
    """An API that was not told the keys believes nobody."""
    async with served(parts_on(temporal.client, migrated)) as api:
        bare = Providers(api)
        answers = [
            await bare.twilio(STATUS, PAIRS),
            await bare.twilio("inbound", PAIRS, signature=twilio_signature("/webhooks/twilio/inbound", PAIRS, "", "")),
            await bare.events(sendgrid_event("open")),
            await bare.mail({"from": MAIL}),
            await bare.mail({"from": MAIL}, token="%00"),
        ]
    assert [one.status_code for one in answers] == [403] * 5


# --- What people write ---


async def test_stop_is_obeyed_and_confirmed_once(posting: Providers, post: Post) -> None:
    """With who we are and how to come back, as the law asks; a second STOP gets no answer."""
    answer = await posting.text("Stop")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert "<Message>Acme: you are unsubscribed" in answer.text
    assert post.reasons() == {"sms": [Reason.OPTED_OUT]}
    assert events_of(post) == [("unsubscribed", {"channel": "sms"})]
    assert "<Message>" not in (await posting.text("STOP")).text
    assert "<Message>Acme: you get messages here again" in (await posting.text("start")).text
    assert post.reasons() == {}


async def test_what_twilio_has_answered_is_not_answered_again(posting: Providers, post: Post) -> None:
    """Advanced Opt-Out has sent its own words."""
    answer = await posting.text("BASTA", OptOutType="STOP")
    assert answer.text.endswith("<Response />")
    assert post.reasons() == {"sms": [Reason.OPTED_OUT]}


async def test_help_says_who_we_are_and_how_to_stop(posting: Providers, post: Post) -> None:
    """In the person's language."""
    post.person("bob", locale="pt-BR", whatsapp="+5511987654321")
    answer = await posting.text("AJUDA", "whatsapp:+5511987654321")
    assert "<Message>Acme: há ajuda" in answer.content.decode()
    assert "PARAR" in answer.text


async def test_an_ordinary_text_is_an_event_without_its_words(posting: Providers, post: Post) -> None:
    """And gets no answer by machine."""
    sid = f"SM{uuid4().hex}"
    for _ in range(2):  # Twilio asks twice when our answer is late
        answer = await posting.text("When does it arrive?", MessageSid=sid)
        assert answer.text.endswith("<Response />")
    [kept] = post.inbox()
    assert events_of(post) == [("message_received", {"channel": "sms", "inbound_id": kept.id})]


async def test_a_key_is_an_answer_in_our_own_word(posting: Providers, post: Post) -> None:
    """Journeys may look at it. The call says goodbye in its own language, or asks again if the key says nothing."""
    post.person("bob", voice="+5511987654321")
    again = await posting.press("5")
    assert '<Gather action="/webhooks/twilio/keys?locale=pt-BR&amp;1=call_me&amp;9=stop"' in again.text
    assert "tecle 1, 9" in again.text
    sid = f"CA{uuid4().hex}"
    for _ in range(2):  # Twilio asks twice when our answer is late
        thanks = await posting.press("1", CallSid=sid, To="+5511987654321")
        assert '<Say language="pt-BR">Obrigado' in thanks.text
    [kept] = post.inbox("bob")
    about = {"channel": "voice", "inbound_id": kept.id, "answer": "call_me"}
    assert events_of(post, "bob") == [("message_received", about)]


async def test_a_key_that_stops_calls_is_obeyed(posting: Providers, post: Post) -> None:
    """As the law asks of every call by a machine; texts go on."""
    post.person("bob", voice="+5511987654321")
    answer = await posting.press("9", "locale=de&9=stop", To="+5511987654321")
    assert '<Say language="en-US">We will not call you again' in answer.text  # no words in German
    assert post.reasons("bob") == {"voice": [Reason.OPTED_OUT]}
    assert [name for name, _ in events_of(post, "bob")] == ["unsubscribed"]


async def test_a_text_by_a_channel_that_we_do_not_serve_is_answered_with_nothing(posting: Providers) -> None:
    """200, so that Twilio does not raise an alarm."""
    assert (await posting.text("Hi", "chat:1234")).text.endswith("<Response />")


async def test_a_mail_to_us_is_an_event_and_a_stop_by_mail_works(posting: Providers, post: Post) -> None:
    """With attachments, which stay where they are."""
    mail = {"from": f"Alice <{MAIL}>", "text": "Hello", "headers": "Message-ID: <1@x>", "attachments": "1"}
    picture = {"attachment1": ("cat.png", b"\x89PNG" + b"x" * 2_000_000, "image/png")}
    assert (await posting.mail({**mail, **picture})).status_code == 200
    assert (await posting.mail({**mail, **picture})).status_code == 200
    assert [name for name, _ in events_of(post)] == ["message_received"]
    assert (await posting.mail({"from": MAIL, "text": "Unsubscribe"})).status_code == 200
    assert post.reasons() == {"email": [Reason.OPTED_OUT]}


@pytest.mark.parametrize("token", ["wrong", INBOUND + "x", INBOUND[:-1], "%C3%A9", "%00"])
async def test_a_mail_by_a_wrong_url_is_403(posting: Providers, post: Post, token: str) -> None:
    """Nobody signs mails; the URL is the secret."""
    assert (await posting.mail({"from": MAIL, "text": "stop"}, token)).status_code == 403
    assert post.reasons() == {}


async def test_a_mail_that_is_none_is_400(posting: Providers) -> None:
    """No form, a broken one, or one without a sender."""
    path = f"/webhooks/sendgrid/inbound/{INBOUND}"
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    answers = [
        await posting.mail({"text": "Hello"}),
        await posting.api.call("POST", path, key="", data=b"nonsense", headers={"Content-Type": "text/plain"}),
        await posting.api.call("POST", path, key="", data=b"--x\r\nnonsense", headers=broken),
        await posting.api.call("POST", path, key="", data=b"nonsense", headers={"Content-Type": "multipart/form-data"}),
    ]
    assert [one.status_code for one in answers] == [400] * 4


async def test_the_secret_of_the_url_is_not_logged(
    posting: Providers, post: Post, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor any address or word of anybody."""
    await posting.mail({"from": MAIL, "text": "My card is 4111"})
    await posting.text("My card is 4111")
    await posting.events(sendgrid_event("spamreport"))
    said = "".join(capfd.readouterr())
    assert "message.received" in said
    for secret in (INBOUND, MAIL, PHONE, "4111"):
        assert secret not in said


# --- Journeys ---

LOOKING = """
journey: welcome
title: Who opened
entry: {event: signed_up}
topic: onboarding
steps:
  - {id: hello, send: welcome}
  - {id: reply, wait_for: {event: message_received}, timeout: 7d}
  - id: way
    branch:
      - if: {step: hello, outcome: opened}
        do: [{id: bravo, send: first_use_praise}]
      - else: [{id: nudge, send: first_use_reminder}]
"""


@pytest.fixture
async def live(stage: Stage) -> AsyncIterator[Providers]:
    """Providers whose posts reach running journeys."""
    stage.publish(LOOKING)
    async with with_providers(stage.environment.client, stage.database, stage.task_queue) as ready:
        ready.api.suffix = stage.suffix
        yield ready


async def test_an_opened_mail_and_an_answer_lead_a_journey_on(live: Providers, stage: Stage) -> None:
    """From the provider's post to the next message: the loop is closed."""
    assert (await live.api.put("alice", {**ALICE, "phone": PHONE})).status_code in (200, 201)
    await stage.until_sent("alice", "welcome/email")
    [message] = stage.messages("alice")
    await live.events(
        sendgrid_event("delivered", message_id=message.id, sg_event_id=uuid4().hex),
        sendgrid_event("open", message_id=message.id, sg_event_id=uuid4().hex),
    )
    await live.text("Thanks")
    await stage.until_sent("alice", "welcome/email", "first_use_praise/email")


async def test_after_a_stop_the_next_message_goes_another_way(live: Providers, stage: Stage) -> None:
    """The decision is on record with its rule, and the mail goes out."""
    person = {"email": "alice@example.com", "phone": PHONE, "channels": ["sms", "email"]}
    await live.api.put("alice", person)
    await stage.until_sent("alice", "welcome/sms")
    await live.text("STOP")
    await live.mail({"from": "alice@example.com", "text": "Hello", "headers": f"Message-ID: <{json.dumps(person)}>"})
    await stage.until_sent("alice", "welcome/sms", "first_use_reminder/email")


async def test_what_a_person_wrote_is_in_their_export_and_goes_with_them(live: Providers, stage: Stage) -> None:
    """In their own words, which are theirs to have; erased, nothing is left but that they must not be written to."""
    await live.api.put("alice", {**ALICE, "phone": PHONE})
    await stage.until_sent("alice", "welcome/email")
    [message] = stage.messages("alice")
    await live.events(sendgrid_event("delivered", message_id=message.id, sg_event_id=uuid4().hex))
    await live.text("Où est mon colis ?")
    await live.text("STOP")
    exported = (await live.api.get("alice", "/export")).json()
    assert {row["words"]["text"] for row in exported["inbound_messages"]} == {"Où est mon colis ?", "STOP"}
    assert [row["state"] for row in exported["receipts"]] == ["delivered"]
    assert (await live.api.call("DELETE", f"/v1/users/{live.api.user('alice')}")).status_code == 202
    post = Post(stage.database)
    assert post.inbox(live.api.user("alice")) == []
    assert (await live.events(sendgrid_event("open", message_id=message.id))).status_code == 200
    post.person("bob", sms=PHONE)
    assert post.reasons("bob") == {"sms": [Reason.OPTED_OUT]}
