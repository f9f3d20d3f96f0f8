"""What providers say, in our words: tables."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.consequences import Consequence, consequence
from domain.keywords import Keyword
from domain.receipts import ReceiptState
from domain.suppression import Reason
from tests.webhooks.posts import MESSAGE_ID, NOW, SID, sendgrid_event
from webhooks import sendgrid_events, twilio_inbound, twilio_status
from webhooks.refusals import Garbled

S = ReceiptState
NOTHING = Consequence()
ALERT = Consequence(alert=True)
CALLS = [{"CallSid": f"CA{'1' * 32}"}, {"CallSid": SID, "CallStatus": "busy"}]  # without a status; a text's id


@pytest.mark.parametrize(
    ("status", "code", "state", "follows"),
    [
        ("queued", "", S.QUEUED, NOTHING),
        ("accepted", "", S.QUEUED, NOTHING),  # by a messaging service
        ("sending", "", S.QUEUED, NOTHING),
        ("sent", "", S.SENT, NOTHING),
        ("delivered", "", S.DELIVERED, NOTHING),
        ("Delivered", "0", S.DELIVERED, NOTHING),
        ("read", "", S.OPENED, NOTHING),  # WhatsApp
        ("canceled", "", S.FAILED, NOTHING),
        ("undelivered", "30003", S.UNDELIVERED, NOTHING),  # the phone is off: soft
        ("undelivered", "30008", S.UNDELIVERED, NOTHING),
        ("undelivered", "30005", S.UNDELIVERED, Consequence(end="unreachable")),
        ("undelivered", "30006", S.UNDELIVERED, Consequence(end="unreachable")),  # a landline
        ("undelivered", "30004", S.UNDELIVERED, Consequence(end="blocked")),
        ("failed", "21610", S.FAILED, Consequence(suppress=Reason.OPTED_OUT)),
        ("failed", "63024", S.FAILED, Consequence(end="invalid_address")),  # not on WhatsApp
        ("failed", "63016", S.FAILED, ALERT),  # outside of the 24 hours: our template is missing
        ("undelivered", "30007", S.UNDELIVERED, ALERT),  # filtered as spam: our content
        ("undelivered", "30034", S.UNDELIVERED, ALERT),  # the sender is not registered
        ("failed", "30022", S.FAILED, NOTHING),  # too fast
        ("failed", "99999", S.FAILED, NOTHING),  # a code that nobody has met is nobody's fault
        ("failed", "many", S.FAILED, NOTHING),
        ("delivered", "30005", S.DELIVERED, NOTHING),  # what arrived has not failed
    ],
)
def test_twilios_status_and_code_become_a_receipt_and_what_follows(
    status: str, code: str, state: ReceiptState, follows: Consequence
) -> None:
    """Only what is about the person touches their address, and only what is about us is an alert."""
    form = {"MessageSid": SID, "MessageStatus": status, "ErrorCode": code, "To": "+14155550123"}
    receipt = twilio_status.receipt(MESSAGE_ID, form)
    assert receipt
    assert (receipt.state, receipt.message_id, receipt.provider_id) == (state, MESSAGE_ID, SID)
    assert consequence(receipt) == follows
    assert "+1" not in f"{receipt.detail}{receipt.key}"


@pytest.mark.parametrize(
    ("status", "code", "state", "reason", "follows"),
    [
        ("queued", "", S.QUEUED, None, NOTHING),
        ("initiated", "", S.SENT, None, NOTHING),
        ("ringing", "", S.SENT, None, NOTHING),
        ("in-progress", "", S.SENT, None, NOTHING),  # picked up, not yet heard
        ("completed", "", S.DELIVERED, None, NOTHING),
        ("busy", "", S.UNDELIVERED, "busy", NOTHING),  # this time
        ("no-answer", "", S.UNDELIVERED, "not_answered", NOTHING),
        ("canceled", "", S.FAILED, "canceled", NOTHING),
        ("failed", "", S.FAILED, "not_delivered", NOTHING),
        ("failed", "13224", S.FAILED, "unreachable", Consequence(end="unreachable")),
        ("failed", "13227", S.FAILED, "destination_not_enabled", ALERT),  # the country is not switched on
    ],
)
def test_the_status_of_a_call_becomes_a_receipt_and_what_follows(
    status: str, code: str, state: ReceiptState, reason: str | None, follows: Consequence
) -> None:
    """Who is on the phone or away is called another time; the number stays theirs."""
    sid = f"CA{'1' * 32}"
    form = {"CallSid": sid, "CallStatus": status, "ErrorCode": code, "To": "+14155550123"}
    receipt = twilio_status.receipt(MESSAGE_ID, form)
    assert receipt
    assert (receipt.channel, receipt.state, receipt.reason) == ("voice", state, reason)
    assert (receipt.message_id, receipt.provider_id) == (MESSAGE_ID, sid)
    assert consequence(receipt) == follows
    assert "+1" not in f"{receipt.detail}{receipt.key}"


def test_the_same_status_of_the_same_message_is_the_same_report() -> None:
    """Twilio doubles them; another code is another report."""
    form = {"MessageSid": SID, "MessageStatus": "failed", "To": "+14155550123"}
    keys = [
        one.key
        for code in ("", "30003", "30003", "30008")
        if (one := twilio_status.receipt(MESSAGE_ID, {**form, "ErrorCode": code}))
    ]
    assert len(keys) == 4
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    "form",
    [
        {"MessageStatus": "partially_delivered", "To": "+14155550123"},  # a status that we do not know
        {"MessageStatus": "delivered", "To": "chat:123"},  # a channel that we do not serve
        {"MessageStatus": "delivered"},
        {"CallSid": f"CA{'1' * 32}", "CallStatus": "transferred"},
    ],
)
def test_what_says_nothing_to_us_is_no_receipt(form: dict[str, str]) -> None:
    """And no error: Twilio may know more words tomorrow."""
    assert twilio_status.receipt(MESSAGE_ID, {"MessageSid": SID, **form}) is None


@pytest.mark.parametrize("form", [{}, {"MessageSid": SID}, {"MessageSid": "x" * 300, "MessageStatus": "sent"}, *CALLS])
def test_a_callback_without_its_fields_is_garbled(form: dict[str, str]) -> None:
    """Twilio always sends them."""
    with pytest.raises(Garbled):
        twilio_status.receipt(MESSAGE_ID, form)


@pytest.mark.parametrize(
    ("event", "state", "follows"),
    [
        ({"event": "processed"}, S.QUEUED, NOTHING),
        ({"event": "deferred", "response": "try later"}, S.DELAYED, NOTHING),
        ({"event": "delivered"}, S.DELIVERED, NOTHING),
        ({"event": "open"}, S.OPENED, NOTHING),
        ({"event": "open", "sg_machine_open": False}, S.OPENED, NOTHING),
        ({"event": "open", "sg_machine_open": True}, S.PREFETCHED, NOTHING),  # nobody has looked
        ({"event": "click", "url": "https://x.example"}, S.CLICKED, NOTHING),
        ({"event": "bounce", "type": "bounce"}, S.BOUNCED, Consequence(suppress=Reason.BOUNCED)),
        ({"event": "bounce"}, S.BOUNCED, Consequence(suppress=Reason.BOUNCED)),
        ({"event": "bounce", "type": "blocked"}, S.UNDELIVERED, NOTHING),  # this time
        ({"event": "bounce", "type": "blocked", "bounce_classification": "Reputation"}, S.UNDELIVERED, ALERT),
        ({"event": "blocked"}, S.UNDELIVERED, NOTHING),
        ({"event": "dropped", "reason": "Bounced Address"}, S.FAILED, Consequence(suppress=Reason.BOUNCED)),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, S.FAILED, Consequence(suppress=Reason.UNSUBSCRIBED)),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, S.FAILED, Consequence(suppress=Reason.COMPLAINED)),
        ({"event": "dropped", "reason": "Invalid"}, S.FAILED, Consequence(end="invalid_address")),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, S.FAILED, ALERT),
        ({"event": "spamreport"}, S.COMPLAINED, Consequence(suppress=Reason.COMPLAINED)),
        ({"event": "unsubscribe"}, S.UNSUBSCRIBED, Consequence(suppress=Reason.UNSUBSCRIBED)),
        ({"event": "group_unsubscribe"}, S.UNSUBSCRIBED, Consequence(suppress=Reason.UNSUBSCRIBED)),
        ({"event": "group_resubscribe"}, S.RESUBSCRIBED, Consequence(free=Reason.UNSUBSCRIBED)),
    ],
)
def test_sendgrids_event_becomes_a_receipt_and_what_follows(
    event: dict[str, Any], state: ReceiptState, follows: Consequence
) -> None:
    """With our id from its custom arguments, and the id that mail/send answered with."""
    receipt = sendgrid_events.receipt({**sendgrid_event("x"), **event})
    assert receipt
    assert (receipt.state, receipt.message_id, receipt.provider_id) == (state, MESSAGE_ID, "14c5d75ce93")
    assert (receipt.at, receipt.address) == (NOW, "alice@example.com")
    assert consequence(receipt) == follows
    assert "@" not in f"{receipt.detail}{receipt.key}"


@pytest.mark.parametrize(
    "change",
    [
        {"event": "teleported"},
        {"event": 7},
        {"event": None},
        {"sg_event_id": ""},
        {"sg_event_id": "x" * 200},
        {"sg_event_id": "a\0b"},
        {"sg_event_id": ["a"]},
    ],
)
def test_an_event_that_says_nothing_to_us_is_skipped(change: dict[str, Any]) -> None:
    """The others of its post are taken all the same."""
    read = sendgrid_events.read(json.dumps([{**sendgrid_event("open"), **change}, "text", sendgrid_event("click")]))
    assert ([one.state for one in read.receipts], read.skipped) == ([S.CLICKED], 2)


@pytest.mark.parametrize("body", ["", "{", "{}", "null", "1", '"[]"', "[" * 100_000])
def test_a_post_that_is_no_list_is_garbled(body: str) -> None:
    """Whatever it is instead."""
    with pytest.raises(Garbled):
        sendgrid_events.read(body)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("message_id", "../../x", None),
        ("message_id", MESSAGE_ID.upper(), None),
        ("message_id", {"a": 1}, None),
        ("email", "a\nb@example.com", None),
        ("email", "a" * 400, None),
        ("timestamp", "today", None),
        ("timestamp", True, None),
        ("timestamp", -5, None),
        ("timestamp", 10**30, None),
        ("sg_message_id", "", None),
    ],
)
def test_a_field_that_makes_no_sense_is_left_out(field: str, value: Any, shown: Any) -> None:
    """The rest of the event may well do."""
    names = {"email": "address", "timestamp": "at", "sg_message_id": "provider_id"}
    receipt = sendgrid_events.receipt({**sendgrid_event("open"), field: value})
    assert receipt
    assert getattr(receipt, names.get(field, field)) is shown


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(sendgrid_event("open"))), ANY_JSON, max_size=6), max_size=4))
def test_no_event_can_break_the_translation(events: list[dict[str, Any]]) -> None:
    """One that could would come again for a day."""
    read = sendgrid_events.read(json.dumps(events))
    assert len(read.receipts) + read.skipped == len(events)
    assert all(one.key.isprintable() and len(one.key) <= 200 for one in read.receipts)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"From": "+14155550123", "Body": "Hi there"}, ("sms", "+14155550123", None, False)),
        ({"From": "whatsapp:+5511987654321", "Body": "PARAR"}, ("whatsapp", "+5511987654321", Keyword.STOP, False)),
        ({"From": "messenger:24684689135", "Body": "STOP"}, ("messenger", "24684689135", Keyword.STOP, False)),
        ({"From": "messenger:24684689135", "Body": "Hi"}, ("messenger", "24684689135", None, False)),
        ({"From": "+14155550123", "Body": " stop "}, ("sms", "+14155550123", Keyword.STOP, False)),
        ({"From": "+14155550123", "Body": "stop please"}, ("sms", "+14155550123", None, False)),
        # Advanced Opt-Out knows words that we do not, and has answered.
        ({"From": "+14155550123", "Body": "BASTA", "OptOutType": "STOP"}, ("sms", "+14155550123", Keyword.STOP, True)),
        ({"From": "+14155550123", "Body": "x", "OptOutType": "HELP"}, ("sms", "+14155550123", Keyword.HELP, True)),
        ({"From": "+14155550123", "OptOutType": "LATER"}, ("sms", "+14155550123", None, False)),
        ({"From": "12345", "Body": "STOP"}, ("sms", "12345", Keyword.STOP, False)),  # from a short code
    ],
)
def test_a_text_to_us_has_its_channel_sender_and_keyword(form: dict[str, str], expected: tuple[Any, ...]) -> None:
    """The provider's word on what it asks for counts more than ours."""
    found = twilio_inbound.incoming({"MessageSid": SID, **form})
    assert found
    assert (found.channel, found.address, found.keyword, found.answered) == expected


@pytest.mark.parametrize(("media", "count"), [("0", 0), ("2", 2), ("-1", 0), ("many", 0), ("9999", 0)])
def test_pictures_are_counted(media: str, count: int) -> None:
    """They stay with Twilio."""
    found = twilio_inbound.incoming({"MessageSid": SID, "From": "+14155550123", "NumMedia": media})
    assert found
    assert found.attachments == count


def test_a_text_by_another_channel_is_left_alone() -> None:
    """Nobody could answer it."""
    assert twilio_inbound.incoming({"MessageSid": SID, "From": "chat:1", "Body": "STOP"}) is None


@pytest.mark.parametrize("form", [{}, {"From": "+14155550123"}, {"MessageSid": SID}])
def test_a_text_without_its_fields_is_garbled(form: dict[str, str]) -> None:
    """Twilio always sends them."""
    with pytest.raises(Garbled):
        twilio_inbound.incoming(form)
