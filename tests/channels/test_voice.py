"""What a call says, how it is said, and which call is the one that was interrupted."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from channels import registry
from channels.protocol import Accepted, Channel, ChannelError, Failure, Outgoing
from channels.voice import LONGEST_TWIML, spoken
from domain.verification import codes
from tests.channels.settings import Chosen
from tests.sandbox_server import Sandbox

PHONE, OTHER = "+5511987654321", "+905321234567"


def call(text: str = "Hello Alice", to: str = PHONE, **more: Any) -> Outgoing:
    return Outgoing("m-1", to, text, **more)


def refused(channel: Channel, outgoing: Outgoing) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(outgoing)
    return caught.value


def heard(text: str, locale: str | None = None) -> list[tuple[str, str | None]]:
    """What is said and where it pauses, in order."""
    root = ElementTree.fromstring(spoken(text, locale))
    return [(one.tag, one.text or one.get("length")) for one in root]


def test_a_code_is_said_digit_by_digit_with_a_pause_behind_each() -> None:
    """A person writes it down while they listen; a machine would say 755,224."""
    said = heard(f"Your code.\n{codes.spoken('755224')}")
    assert said[:3] == [("Pause", "1"), ("Say", "Your code."), ("Pause", "1")]
    assert said[3:] == [pair for digit in "755224" for pair in (("Say", digit), ("Pause", "1"))]


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en", "en-US"),
        ("es", "es-ES"),
        ("id", "id-ID"),
        ("pt-BR", "pt-BR"),
        ("tr", "tr-TR"),
        ("ja", "ja-JP"),  # not the name of its country
        ("pt", "pt-BR"),  # where most people speak it
        (None, "en-US"),
    ],
)
def test_the_voice_speaks_the_language_of_the_words(locale: str | None, language: str) -> None:
    """Twilio wants a country with it."""
    root = ElementTree.fromstring(spoken("Hello", locale))
    assert [one.get("language") for one in root.iter("Say")] == [language]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("</Say><Hangup/>", "</Say><Hangup/>"),  # words, and no orders to Twilio
        ("Alice & Bob", "Alice & Bob"),
        ("a\x00b\x1b\ud800c\u202ed", "a b  c d"),  # XML knows no such characters
        ("Gökçe 👋", "Gökçe 👋"),
        ('"Oi" it\'s', '"Oi" it\'s'),
    ],
)
def test_words_stay_words(text: str, said: str) -> None:
    """A name may be anything."""
    assert [value for tag, value in heard(text) if tag == "Say"] == [said]


def test_empty_lines_are_not_said() -> None:
    """They would be two pauses."""
    assert len(heard("One\n\n  \nTwo")) == len(heard("One\nTwo"))


@pytest.mark.parametrize("text", ["", " \n ", "x" * LONGEST_TWIML, "&" * 1000])
def test_what_twilio_would_not_say_is_our_mistake(channels: dict[str, Channel], sandbox: Sandbox, text: str) -> None:
    """Nothing, or more than 4000 characters of TwiML: nobody is called, and the person is not blamed."""
    error = refused(channels["voice"], call(text))
    assert (error.failure, error.reason) == (Failure.CONFIGURATION, "content_refused")
    assert sandbox.messages() == []


@pytest.mark.parametrize(
    ("to", "failure", "reason"),
    [
        ("+15005550001", Failure.PERMANENT, "invalid_address"),  # Twilio's magic numbers
        ("+15005550002", Failure.PERMANENT, "invalid_address"),
        ("+15005550003", Failure.CONFIGURATION, "destination_not_enabled"),  # a country that is not switched on
        ("+15005550004", Failure.PERMANENT, "blocked"),
        ("12345", Failure.PERMANENT, "invalid_address"),
    ],
)
def test_a_refusal_says_whose_fault_it_is(channels: dict[str, Channel], to: str, failure: Failure, reason: str) -> None:
    """The person's number ends the channel for them, a country that is not switched on does not."""
    error = refused(channels["voice"], call(to=to))
    assert (error.failure, error.reason) == (failure, reason)


def test_a_number_that_cannot_call_is_our_mistake(sandbox: Sandbox) -> None:
    """HOMING_VOICE_FROM must be a number of the account."""
    voice = registry.build(Chosen(sandbox_url=sandbox.url, voice_from="+15005550001"))["voice"]
    error = refused(voice, call())
    assert (error.failure, error.reason) == (Failure.CONFIGURATION, "sender_refused")


def test_what_is_heard_is_what_was_written(channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """Through XML and back, in the language of the words, and asked to report from the beginning to the end."""
    channels["voice"].send(call("Olá & bem-vinda\n7\n5", locale="pt-BR"))
    [arrived] = sandbox.messages(channel="voice")
    assert (arrived["text"], arrived["language"]) == ("Olá & bem-vinda\n7\n5", "pt-BR")
    assert arrived["status_callback_events"] == ["initiated", "answered", "completed"]


def test_a_call_listens_to_keys_while_it_speaks(sandbox: Sandbox) -> None:
    """Only where they say something, and where somebody can hear of them."""
    settings = Chosen(sandbox_url=sandbox.url, public_url="https://acme.example/")
    registry.build(settings)["voice"].send(call("Press 1", locale="tr", keys={"1": "call_me", "9": "stop"}))
    registry.build(Chosen(sandbox_url=sandbox.url))["voice"].send(call("Press 1", keys={"1": "call_me"}))
    registry.build(settings)["voice"].send(call())
    listening = "https://acme.example/webhooks/twilio/keys?locale=tr&1=call_me&9=stop"
    assert [(one["text"], one["keys_url"]) for one in sandbox.messages()] == [
        ("Press 1", listening),
        ("Press 1", None),
        ("Hello Alice", None),
    ]


def test_a_call_that_was_never_made_is_not_found(channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """Neither a text, nor a call to another person, nor one that is known to be another message's is taken for it."""
    voice, before = channels["voice"], datetime.now(UTC)
    claimed = voice.send(call()).provider_id
    voice.send(call(to=OTHER))
    channels["sms"].send(call())
    sandbox.fault(drop="before", times=1)
    refused(voice, call())
    assert voice.find(call(), before, {claimed}) is None


def test_the_first_call_since_then_is_the_one(channels: dict[str, Channel], sandbox: Sandbox) -> None:
    """Twilio does not keep what was said, so the words are no help."""
    voice, before = channels["voice"], datetime.now(UTC)
    sandbox.fault(drop="after", times=1)
    refused(voice, call())
    [arrived] = sandbox.messages()
    assert voice.find(call("Other words"), before, set()) == Accepted(arrived["provider_id"])


def test_a_text_is_not_found_among_calls(channels: dict[str, Channel]) -> None:
    """Nor a call among texts: they are two lists."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    channels["voice"].send(call())
    assert channels["sms"].find(call(), before, set()) is None
