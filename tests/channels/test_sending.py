"""The channels with the providers' real SDKs against the sandbox, in good times and bad."""

import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels import email, registry, twilio_wire
from channels.protocol import Accepted, Channel, ChannelError, Failure, Outgoing
from tests.channels.settings import Chosen
from tests.sandbox_server import Sandbox

PHONE = "+5511987654321"
PAGE_SCOPED = "24684689135"  # whom Messenger knows by it
MAIL = "alice@example.com"
NAMES = ["sms", "whatsapp", "voice", "email"]
ASKABLE = ["sms", "whatsapp", "messenger", "voice"]
TEXTS = ["sms", "whatsapp"]


def message(name: str, text: str = "Hello Alice", **changes: Any) -> Outgoing:
    values = {"message_id": "m-1", "to": PHONE, "text": text} | changes
    if name == "messenger":
        values = {**values, "to": changes.get("to", PAGE_SCOPED)}
    if name == "email":
        values |= {"to": MAIL, "subject": "Welcome", "html": "<p>Hello Alice</p>"}
    return Outgoing(**values)


def refused(channel: Channel, outgoing: Outgoing) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(outgoing)
    return caught.value


def nowhere() -> dict[str, Channel]:
    """Channels to a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return registry.build(Chosen(sandbox_url=f"http://127.0.0.1:{port}"))


@pytest.mark.parametrize("name", NAMES)
def test_a_sent_message_is_what_arrived(name: str, channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """The provider has the text under the id that the channel returns."""
    accepted = channels[name].send(message(name))
    [arrived] = sandbox.messages()
    assert (arrived["channel"], arrived["provider_id"]) == (name, accepted.provider_id)
    assert (arrived["to"], arrived["text"]) == (MAIL if name == "email" else PHONE, "Hello Alice")


@pytest.mark.parametrize("name", ASKABLE)
def test_a_text_carries_our_id_in_its_status_callback(
    name: str, channels: dict[str, Channel], sandbox: Sandbox
) -> None:
    """Twilio has no idempotency key, so our id travels in the address of the callback."""
    channels[name].send(message(name))
    [arrived] = sandbox.messages()
    assert arrived["status_callback"] == "https://homing.example/webhooks/twilio/status/m-1"


def test_without_a_public_url_there_is_no_callback(sandbox: Sandbox) -> None:
    """Twilio refuses callbacks that it cannot reach, so none is given."""
    registry.build(Chosen(sandbox_url=sandbox.url))["sms"].send(message("sms"))
    assert sandbox.messages()[0]["status_callback"] is None


def test_a_mail_carries_our_id_and_nothing_personal_besides(channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """The event webhook gives custom_args back, and they are stored in places we do not control."""
    channels["email"].send(message("email"))
    [arrived] = sandbox.messages()
    assert (arrived["subject"], arrived["html"]) == ("Welcome", "<p>Hello Alice</p>")
    assert (arrived["custom_args"], arrived["categories"]) == ({"message_id": "m-1"}, [])


def test_a_mail_can_be_plain_text_only(channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """HTML is optional."""
    channels["email"].send(Outgoing("m-1", MAIL, "Hello", subject="Hi"))
    assert sandbox.messages()[0]["html"] is None


def test_a_messaging_service_can_be_the_sender(sandbox: Sandbox) -> None:
    """HOMING_SMS_FROM may be the SID of a Messaging Service; finding then looks at all its numbers."""
    sms = registry.build(Chosen(sandbox_url=sandbox.url, sms_from="MG" + "a" * 32))["sms"]
    before = datetime.now(UTC)
    accepted = sms.send(message("sms"))
    assert sandbox.messages()[0]["messaging_service_sid"] == "MG" + "a" * 32
    assert sms.find(message("sms"), before, set()) == accepted


def test_approved_words_go_by_their_id_and_are_found_by_what_fills_them(
    channels: dict[str, Channel], sandbox: Sandbox
) -> None:
    """Twilio lists what came of them, which is not our text word by word; another text is not taken for it."""
    before, sid = datetime.now(UTC), "HX" + "a" * 32
    channels["whatsapp"].send(message("whatsapp", text="Hi Bob"))
    outgoing = message("whatsapp", content_sid=sid, content_variables={"1": "Alice", "2": "Acme"})
    assert channels["whatsapp"].find(outgoing, before, set()) is None
    accepted = channels["whatsapp"].send(outgoing)
    arrived = sandbox.messages()[-1]
    assert (arrived["content_sid"], arrived["text"]) == (sid, "Alice\nAcme")
    assert channels["whatsapp"].find(outgoing, before, set()) == accepted


REFUSALS = [
    ({"to": "+15005550001"}, Failure.PERMANENT, "invalid_address"),  # Twilio's magic numbers
    ({"to": "+15005550004"}, Failure.PERMANENT, "opted_out"),
    ({"to": "+15005550003"}, Failure.CONFIGURATION, "destination_not_enabled"),
    ({"text": "x" * 1601}, Failure.CONFIGURATION, "content_refused"),
    ({"text": ""}, Failure.CONFIGURATION, "content_refused"),
    ({"content_sid": "HX1", "content_variables": {"1": "a"}}, Failure.CONFIGURATION, "content_refused"),
    *(
        ({"content_sid": "HX" + "a" * 32, "content_variables": {"1": value}}, Failure.CONFIGURATION, "content_refused")
        for value in ("", "two\nlines", "a\ttab", "a     hole")
    ),
]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("change", "failure", "reason"), REFUSALS)
def test_a_refusal_says_whose_fault_it_is(
    name: str, channels: dict[str, Channel], change: dict[str, Any], failure: Failure, reason: str
) -> None:
    """The person's address ends the channel for the person, our mistakes do not."""
    error = refused(channels[name], message(name, **change))
    assert (error.failure, error.reason) == (failure, reason)


def test_an_impossible_mail_address_is_permanent(channels: dict[str, Channel]) -> None:
    """SendGrid names the recipient's field."""
    error = refused(channels["email"], Outgoing("m-1", "alice@localhost", "Hello", subject="Hi"))
    assert (error.failure, error.reason) == (Failure.PERMANENT, "invalid_address")


FAULTS: list[tuple[dict[str, Any], Failure]] = [
    ({"drop": "before"}, Failure.AMBIGUOUS),
    ({"drop": "after"}, Failure.AMBIGUOUS),
    ({"status_code": 500}, Failure.AMBIGUOUS),
    ({"status_code": 503}, Failure.TRANSIENT),  # with Twilio's 20503; SendGrid documents it so
    ({"status_code": 401}, Failure.CONFIGURATION),
    ({"status_code": 403}, Failure.CONFIGURATION),
    ({"status_code": 429}, Failure.TRANSIENT),
    ({"nonsense": "html"}, Failure.AMBIGUOUS),
    ({"nonsense": "json", "status_code": 201}, Failure.AMBIGUOUS),
    ({"nonsense": "json", "status_code": 202}, Failure.AMBIGUOUS),  # SendGrid's success, without its id
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("fault", "failure"), FAULTS)
def test_a_misbehaving_provider_is_an_outcome(
    name: str, channels: dict[str, Channel], sandbox: Sandbox, fault: dict[str, Any], failure: Failure
) -> None:
    """Whatever comes back, or does not, the caller learns whether to retry, ask, hold or give up."""
    sandbox.fault(**fault)
    assert refused(channels[name], message(name)).failure is failure


@pytest.mark.parametrize("name", NAMES)
def test_too_many_requests_say_how_long_to_wait(name: str, channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """Retry-After and X-RateLimit-Reset both become a duration."""
    sandbox.fault(status_code=429, retry_after=30)
    wait = refused(channels[name], message(name)).retry_after
    assert wait is not None
    assert timedelta(seconds=28) <= wait <= timedelta(seconds=30)


@pytest.mark.parametrize("name", NAMES)
def test_a_slow_provider_is_given_up_on_and_in_doubt(
    name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither SDK has a timeout of its own. The message was taken in fact, which is why it is in doubt."""
    monkeypatch.setattr(twilio_wire, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(email, "TIMEOUT_SECONDS", 0.3)
    sandbox.fault(delay=1)
    channel = registry.build(Chosen(sandbox_url=sandbox.url))[name]
    assert refused(channel, message(name)).failure is Failure.AMBIGUOUS
    assert len(sandbox.messages()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_that_is_not_there_has_taken_nothing(name: str) -> None:
    """A refused connection is safe to try again."""
    error = refused(nowhere()[name], message(name))
    assert (error.failure, error.reason) == (Failure.TRANSIENT, "provider_unreachable")


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_is_over_when_it_is_over(name: str, channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """The same client works again after a dropped connection."""
    sandbox.fault(drop="before", times=1)
    refused(channels[name], message(name))
    assert channels[name].send(message(name)).provider_id


@pytest.mark.parametrize("name", ASKABLE)
def test_an_interrupted_send_is_found(name: str, channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """The answer was lost, the message was not: asking gives its id, while it is still queued."""
    sandbox.fault(drop="after", times=1)
    before = datetime.now(UTC)
    refused(channels[name], message(name))
    [arrived] = sandbox.messages()
    assert channels[name].find(message(name), before, set()) == Accepted(arrived["provider_id"])


@pytest.mark.parametrize("name", TEXTS)
def test_a_send_that_never_arrived_is_not_found(name: str, channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """Neither another text, nor another person, nor another channel, nor a claimed message is taken for it."""
    before = datetime.now(UTC)
    claimed = channels[name].send(message(name)).provider_id
    channels[name].send(message(name, "Something else"))
    channels[name].send(message(name, to="+905321234567"))
    other = next(each for each in TEXTS if each != name)
    channels[other].send(message(other))
    sandbox.fault(drop="before", times=1)
    refused(channels[name], message(name))
    assert channels[name].find(message(name), before, {claimed}) is None


def test_an_old_message_with_the_same_text_is_not_taken_for_this_one(channels: dict[str, Channel]) -> None:
    """Only what was created since, give or take the clocks, can be the interrupted send."""
    accepted = channels["sms"].send(message("sms"))
    now = datetime.now(UTC)
    assert channels["sms"].find(message("sms"), now + timedelta(seconds=50), set()) == accepted
    assert channels["sms"].find(message("sms"), now + timedelta(seconds=70), set()) is None


@pytest.mark.parametrize(
    "fault", [{"drop": "before"}, {"status_code": 500}, {"nonsense": "json"}, {"nonsense": "html"}]
)
def test_asking_in_vain_is_an_error_and_never_a_no(
    channels: dict[str, Channel], sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    """A provider that cannot answer must not be understood as "not sent"."""
    sandbox.fault(call="ask", **fault)
    with pytest.raises(ChannelError):
        channels["sms"].find(message("sms"), datetime.now(UTC), set())


def test_mail_cannot_be_asked_about(channels: dict[str, Channel]) -> None:
    """The channel says so beforehand, and does not answer "no" when asked all the same."""
    assert not channels["email"].can_ask
    with pytest.raises(ChannelError):
        channels["email"].find(message("email"), datetime.now(UTC), set())


@pytest.mark.parametrize("name", NAMES)
def test_neither_errors_nor_logs_name_the_person_or_the_key(
    name: str, channels: dict[str, Channel], sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Tracebacks reach Temporal's history and logs reach everybody; the SDKs would tell both."""
    caplog.set_level(logging.DEBUG)
    channels[name].send(message(name))
    sandbox.fault(drop="before")
    sandbox.fault(call="ask", drop="before")
    told = [refused(channels[name], message(name))]
    for channel in (channels[name], nowhere()[name]):
        with pytest.raises(ChannelError) as asked:
            channel.find(message(name), datetime.now(UTC), set())
        told.append(asked.value)
    everything = caplog.text + "".join("".join(traceback.format_exception(error)) for error in told)
    secrets = (PHONE, PHONE[1:], MAIL, sandbox.auth_token, sandbox.sendgrid_key)
    assert not [secret for secret in secrets if secret in everything]
