"""What a provider signed is taken, and nothing else: neither forged, nor altered, nor old."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from domain.errors import Misconfigured
from tests.webhooks.posts import (
    FORM,
    MESSAGE_ID,
    NOW,
    PUBLIC,
    SID,
    TOKEN,
    SendGridKey,
    encoded,
    sendgrid_body,
    sendgrid_event,
    twilio_signature,
)
from webhooks.form import Form
from webhooks.refusals import Forged, Garbled
from webhooks.sendgrid_signature import FRESH, SendGridSignature
from webhooks.twilio_signature import TwilioSignature

TARGET = f"/webhooks/twilio/status/{MESSAGE_ID}"
PAIRS = [("MessageSid", SID), ("MessageStatus", "delivered"), ("To", "+14155550123"), ("ErrorMessage", "")]
TWILIO = TwilioSignature(TOKEN, PUBLIC)
KEY = SendGridKey()
SENDGRID = SendGridSignature(KEY.public)
EVENTS = sendgrid_body(sendgrid_event("delivered"))


def test_what_twilio_signed_is_its_form() -> None:
    """Over the public URL of the settings, with blank fields and signs that need escaping."""
    pairs = [*PAIRS, ("Body", "Olá & até + já = 100%")]
    form = TWILIO.verified(TARGET, f"{FORM}; charset=UTF-8", encoded(pairs), twilio_signature(TARGET, pairs))
    assert dict(form) == dict(pairs)


def test_a_slash_after_the_public_url_changes_nothing() -> None:
    """The channel that gives Twilio the URL ignores it too."""
    lenient = TwilioSignature(TOKEN, PUBLIC + "/")
    assert lenient.verified(TARGET, FORM, encoded(PAIRS), twilio_signature(TARGET, PAIRS))


def test_the_query_belongs_to_the_signed_url() -> None:
    """Whoever changes it changes what was signed."""
    signature = twilio_signature(TARGET + "?a=1", PAIRS)
    assert TWILIO.verified(TARGET + "?a=1", FORM, encoded(PAIRS), signature)
    with pytest.raises(Forged):
        TWILIO.verified(TARGET, FORM, encoded(PAIRS), signature)


JSON = b"{}"
HASHED = f"{TARGET}?bodySHA256={sha256(JSON).hexdigest()}"
FORGED = [
    (TARGET, FORM, encoded(PAIRS), None),  # no header at all
    (TARGET, FORM, encoded(PAIRS), ""),
    (TARGET, FORM, encoded(PAIRS), "é" * 28),
    (TARGET, FORM, encoded(PAIRS), twilio_signature(TARGET, PAIRS, token="another")),
    (TARGET, FORM, encoded(PAIRS), twilio_signature(TARGET, PAIRS, public="http://127.0.0.1:8080")),  # the inner URL
    (TARGET, FORM, encoded([*PAIRS, ("ErrorCode", "21610")]), twilio_signature(TARGET, PAIRS)),  # one field more
    (TARGET, FORM, encoded([*PAIRS, PAIRS[0]])[:-1] + b"2", twilio_signature(TARGET, PAIRS)),  # one name twice
    (TARGET.replace("0", "1"), FORM, encoded(PAIRS), twilio_signature(TARGET, PAIRS)),  # of another message
    (TARGET, FORM, b"\xff\xfe=1", twilio_signature(TARGET, [])),  # no form
    (TARGET, FORM, b"&".join([b"a=1"] * 600), twilio_signature(TARGET, [("a", "1")])),  # too many fields
    # A body that is no form is only looked at by the validator if its hash is in the query.
    (TARGET, "application/json", JSON, twilio_signature(TARGET, [])),
    (TARGET, "application/json", b"", twilio_signature(TARGET, [])),
    (TARGET, "", encoded(PAIRS), twilio_signature(TARGET, PAIRS)),
    (HASHED, "application/json", b'{"a": 1}', twilio_signature(HASHED, [])),
    (HASHED, "application/json", b"\xff", twilio_signature(HASHED, [])),
]


@pytest.mark.parametrize(("target", "content_type", "body", "signature"), FORGED)
def test_what_twilio_did_not_sign_is_forged(target: str, content_type: str, body: bytes, signature: str | None) -> None:
    """Also where Twilio's own validator raises a TypeError."""
    with pytest.raises(Forged):
        TWILIO.verified(target, content_type, body, signature)


def test_signed_json_is_no_form() -> None:
    """Twilio signs it by its hash; none of what we take comes like that."""
    with pytest.raises(Garbled):
        TWILIO.verified(HASHED, "application/json", JSON, twilio_signature(HASHED, []))


@pytest.mark.parametrize(("token", "public"), [(None, PUBLIC), ("", PUBLIC), (TOKEN, None), (TOKEN, "")])
def test_without_its_settings_nothing_is_twilios(token: str | None, public: str | None) -> None:
    """An empty token would be one that everybody knows."""
    with pytest.raises(Forged, match=r"TWILIO_AUTH_TOKEN and HOMING_PUBLIC_URL"):
        TwilioSignature(token, public).verified(TARGET, FORM, encoded(PAIRS), twilio_signature(TARGET, PAIRS, ""))


@given(body=st.binary(max_size=200), signature=st.text(max_size=40), content_type=st.sampled_from([FORM, "text/x", ""]))
def test_garbage_is_forged_and_nothing_worse(body: bytes, signature: str, content_type: str) -> None:
    """No input from outside makes the verifier fail in a way of its own."""
    with pytest.raises(Forged):
        TWILIO.verified(TARGET, content_type, body, signature)


def test_a_form_keeps_every_value_of_a_name() -> None:
    """Twilio signs each; the last one counts."""
    form = Form.parse(b"a=1&a=2&b=")
    assert (form.getlist("a"), form["a"], form["b"], len(form)) == (["1", "2"], "2", "", 2)


# --- SendGrid ---


def verify(headers: Mapping[str, str], body: bytes = EVENTS) -> str:
    """As a request with these headers, whose names know no case."""
    return SENDGRID.verify(Headers(headers), body, NOW)


def test_what_sendgrid_signed_is_its_text() -> None:
    """The very bytes, whatever is in them."""
    body = json.dumps([{"reason": "não & ünïcode \u2603"}], ensure_ascii=False).encode()
    assert verify(KEY.headers(body, NOW), body) == body.decode()


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (FRESH, True),
        (FRESH + timedelta(seconds=1), False),  # replayed, or our clock is wrong
        (-FRESH, True),
        (-FRESH - timedelta(seconds=1), False),
        (timedelta(days=365), False),
    ],
)
def test_an_old_signature_is_not_taken(age: timedelta, fresh: bool) -> None:
    """SendGrid's helper does not look at the time."""
    headers = KEY.headers(EVENTS, NOW - age)
    if fresh:
        assert verify(headers)
    else:
        with pytest.raises(Forged, match="too old"):
            verify(headers)


SIGNATURE, TIMESTAMP = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"
GOOD = KEY.headers(EVENTS, NOW)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, EVENTS),
        ({SIGNATURE: GOOD[SIGNATURE]}, EVENTS),
        ({TIMESTAMP: GOOD[TIMESTAMP]}, EVENTS),
        ({**GOOD, SIGNATURE: ""}, EVENTS),
        ({**GOOD, SIGNATURE: "no base64!"}, EVENTS),
        ({**GOOD, SIGNATURE: base64.b64encode(b"nonsense").decode()}, EVENTS),
        ({**GOOD, TIMESTAMP: str(int(GOOD[TIMESTAMP]) + 1)}, EVENTS),  # the time is signed too
        ({**GOOD, TIMESTAMP: "1e9"}, EVENTS),
        ({**GOOD, TIMESTAMP: "-1"}, EVENTS),
        ({**GOOD, TIMESTAMP: "9" * 40}, EVENTS),
        ({**GOOD, TIMESTAMP: "१२३"}, EVENTS),  # digits, of another script
        (GOOD, EVENTS.replace(b"delivered", b"spamreport")),
        (GOOD, EVENTS + b" "),
        (GOOD, b"\xff" + EVENTS),
        (SendGridKey().headers(EVENTS, NOW), EVENTS),  # by somebody else's key
    ],
)
def test_what_sendgrid_did_not_sign_is_forged(headers: Mapping[str, str], body: bytes) -> None:
    """Also where SendGrid's own helper raises a TypeError."""
    with pytest.raises(Forged):
        SENDGRID.verify(headers, body, NOW)


def test_without_its_key_nothing_is_sendgrids() -> None:
    """Unsigned events would let anybody suppress anybody."""
    with pytest.raises(Forged, match="HOMING_SENDGRID_WEBHOOK_KEY"):
        SendGridSignature(None).verify(GOOD, EVENTS, NOW)


def test_the_key_may_have_its_armour() -> None:
    """As files have it, and as a line of an .env file."""
    for armoured in (
        f"-----BEGIN PUBLIC KEY-----\n{KEY.public}\n-----END PUBLIC KEY-----\n",
        f"-----BEGIN PUBLIC KEY-----\\n{KEY.public}\\n-----END PUBLIC KEY-----",
    ):
        assert SendGridSignature(armoured).verify(GOOD, EVENTS, NOW)


@pytest.mark.parametrize("key", ["nonsense", "AAAA", KEY.public[:-8]])
def test_what_is_no_key_stops_the_start(key: str) -> None:
    """Better than to refuse everything that SendGrid posts for days."""
    with pytest.raises(Misconfigured, match="HOMING_SENDGRID_WEBHOOK_KEY"):
        SendGridSignature(key)
