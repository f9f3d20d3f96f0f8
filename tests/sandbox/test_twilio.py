"""The Twilio SDK against the sandbox: it gets what it would get from Twilio."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.sandbox.conftest import twilio_client
from tests.sandbox_server import Sandbox

ALICE = "+5511987654321"
BOB = "+905321234567"
US = "+14155238886"


def test_a_created_message_parses_to_the_types_of_the_sdk(twilio: Client, sandbox: Sandbox) -> None:
    """Creation answers with the whole Message resource, queued and not yet sent."""
    before = datetime.now(UTC).replace(microsecond=0)
    message = twilio.messages.create(to=ALICE, from_=US, body="Olá, Alice")
    assert message.sid is not None
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.direction, message.body) == ("queued", "outbound-api", "Olá, Alice")
    assert (message.to, message.from_, message.num_segments) == (ALICE, US, "1")
    assert (message.account_sid, message.api_version) == (sandbox.account_sid, "2010-04-01")
    assert message.date_created is not None
    assert before <= message.date_created <= datetime.now(UTC)
    assert (message.date_sent, message.error_code, message.price) == (None, None, None)


def test_creation_answers_201(sandbox: Sandbox) -> None:
    """Twilio's status for a new resource is 201, not 200."""
    answer = requests.post(
        f"{sandbox.url}/2010-04-01/Accounts/{sandbox.account_sid}/Messages.json",
        data={"To": ALICE, "From": US, "Body": "hello"},
        auth=(sandbox.account_sid, sandbox.auth_token),
        timeout=5,
    )
    assert answer.status_code == 201


def test_a_messaging_service_accepts_and_has_no_sender_yet(twilio: Client) -> None:
    """With a Messaging Service the first status is `accepted` and the sender is open."""
    message = twilio.messages.create(to=ALICE, messaging_service_sid="MG" + "a" * 32, body="hello")
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")


def test_a_fetched_message_is_delivered_after_a_moment(twilio: Client) -> None:
    """The state advances by itself, and date_sent appears."""
    message = twilio.messages.create(to=ALICE, from_=US, body="hello")
    time.sleep(2.1)
    fetched = twilio.messages(message.sid).fetch()
    assert fetched.status == "delivered"
    assert isinstance(fetched.date_sent, datetime)


def test_listing_filters_by_recipient_and_sender_newest_first(twilio: Client) -> None:
    """To and From narrow the list; WhatsApp is another address than SMS."""
    first = twilio.messages.create(to=ALICE, from_=US, body="one")
    twilio.messages.create(to=BOB, from_=US, body="two")
    third = twilio.messages.create(to=ALICE, from_="HOMING", body="three")
    chat = twilio.messages.create(to=f"whatsapp:{ALICE}", from_=f"whatsapp:{US}", body="four")
    assert [m.sid for m in twilio.messages.list(to=ALICE)] == [third.sid, first.sid]
    assert [m.sid for m in twilio.messages.list(to=ALICE, from_=US)] == [first.sid]
    assert [m.sid for m in twilio.messages.list(to=f"whatsapp:{ALICE}", from_=f"whatsapp:{US}")] == [chat.sid]
    assert len(twilio.messages.list()) == 4


def test_date_filters_mean_whole_utc_days_and_leave_queued_messages_out(twilio: Client) -> None:
    """A queued message has no date_sent, so that no date filter finds it."""
    message = twilio.messages.create(to=ALICE, from_=US, body="one")
    assert message.date_created is not None
    assert twilio.messages.list(date_sent_after=message.date_created - timedelta(days=1)) == []
    time.sleep(1.1)
    sent = twilio.messages(message.sid).fetch().date_sent
    assert isinstance(sent, datetime)
    a_day = timedelta(days=1)
    for inside in ({"date_sent": sent}, {"date_sent_after": sent}, {"date_sent_before": sent}):
        assert len(twilio.messages.list(**inside)) == 1
    for outside in ({"date_sent": sent - a_day}, {"date_sent_after": sent + a_day}, {"date_sent_before": sent - a_day}):
        assert twilio.messages.list(**outside) == []


def test_the_sdk_walks_through_the_pages(twilio: Client) -> None:
    """A list longer than a page is followed by next_page_uri, each message once."""
    sids = [twilio.messages.create(to=ALICE, from_=US, body=str(number)).sid for number in range(5)]
    assert [message.sid for message in twilio.messages.list(to=ALICE, page_size=2)] == sids[::-1]


REFUSALS: list[tuple[dict[str, Any], int]] = [
    ({"to": "12345", "from_": US, "body": "x"}, 21211),  # no number at all
    ({"to": "", "from_": US, "body": "x"}, 21604),
    ({"to": "whatsapp:nobody", "from_": f"whatsapp:{US}", "body": "x"}, 21211),
    ({"to": "+15005550004", "from_": US, "body": "x"}, 21610),  # Twilio's magic number for opted out
    ({"to": ALICE, "body": "x"}, 21603),
    ({"to": ALICE, "from_": "?", "body": "x"}, 21212),
    ({"to": ALICE, "from_": "+15005550007", "body": "x"}, 21606),  # magic: not one of ours
    ({"to": ALICE, "from_": ALICE, "body": "x"}, 21266),
    ({"to": ALICE, "messaging_service_sid": "MG1", "body": "x"}, 21701),
    ({"to": ALICE, "from_": US}, 21602),
    ({"to": ALICE, "from_": US, "body": ""}, 21619),
    ({"to": ALICE, "from_": US, "body": "x" * 1601}, 21617),
    ({"to": f"whatsapp:{ALICE}", "from_": US, "body": "x"}, 63007),  # the prefix on one side only
    ({"to": ALICE, "from_": f"whatsapp:{US}", "body": "x"}, 63007),
]


@pytest.mark.parametrize(("message", "code"), REFUSALS, ids=[str(code) for _, code in REFUSALS])
def test_it_refuses_what_twilio_refuses(twilio: Client, sandbox: Sandbox, message: dict[str, Any], code: int) -> None:
    """A refused message has Twilio's code and is not kept."""
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(**message)
    assert refused.value.code == code
    assert sandbox.messages() == []


def test_a_body_of_1600_characters_is_accepted_in_eleven_segments(twilio: Client) -> None:
    """The limit itself is allowed; 1600 characters of GSM text take 11 segments of 153."""
    assert twilio.messages.create(to=ALICE, from_=US, body="x" * 1600).num_segments == "11"


def test_a_wrong_token_is_20003(sandbox: Sandbox) -> None:
    """Bad credentials are a 401, whatever is asked."""
    with pytest.raises(TwilioRestException) as refused:
        twilio_client(sandbox, "wrong").messages.create(to=ALICE, from_=US, body="x")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_an_unknown_message_is_20404(twilio: Client) -> None:
    """Fetching what does not exist is a 404."""
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_an_unsupported_method_is_20004(twilio: Client) -> None:
    """The sandbox says so when it lacks something, in Twilio's error shape."""
    sid = twilio.messages.create(to=ALICE, from_=US, body="x").sid
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages(sid).delete()
    assert (refused.value.status, refused.value.code) == (405, 20004)


def test_an_unknown_resource_is_20404(twilio: Client) -> None:
    """Other parts of Twilio's API are not there."""
    with pytest.raises(TwilioRestException) as refused:
        twilio.queues.create(friendly_name="x")
    assert (refused.value.status, refused.value.code) == (404, 20404)
