"""What people and files may hold, in the places where providers are sensitive to it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from channels import registry
from channels.protocol import Channel, ChannelError, Failure, Outgoing
from tests.channels.settings import Chosen
from tests.sandbox_server import Sandbox

MAIL = "alice@example.com"
NAME = "\u202eمحمد الأمين\u202c"  # from right to left, with the marks that turn the line
CRLF = "\r\nBcc: mallory@example.com\r\nX-Evil: yes\r\n\r\nevil"


@pytest.fixture(params=["sendgrid", "smtp"])
def email(request: pytest.FixtureRequest, sandbox: Sandbox) -> Channel:
    """Mails by each provider, from a sender whose name is written from right to left."""
    given: dict[str, Any] = {"smtp_url": SecretStr(sandbox.smtp_url), "email_from": f"{NAME} <us@homing.example>"}
    return registry.build(Chosen(sandbox_url=sandbox.url, email_provider=request.param, **given))["email"]


@pytest.mark.parametrize("name", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    "to",
    [
        "11987654321",  # as one writes it in Brazil
        "(11) 98765-4321",
        "0049 151 23456789",  # as one dials it from Germany
        "+55 11 98765-4321",
        "+1123",
        "+٥٥١١٩٨٧٦٥٤٣٢١",  # Arabic digits
        "+5511987654321,+14155550123",
        "+5511987654321\r\nTo: +14155550123",
    ],
)
def test_a_number_that_is_not_in_e164_ends_with_its_owner(
    name: str, to: str, channels: dict[str, Channel], sandbox: Sandbox
) -> None:
    """Sign-ups refuse them; one that came in otherwise is nobody's outage, and reaches nobody else."""
    with pytest.raises(ChannelError) as refused:
        channels[name].send(Outgoing("m-1", to, "Hello"))
    assert (refused.value.failure, refused.value.reason) == (Failure.PERMANENT, "invalid_address")
    assert sandbox.messages() == []


@pytest.mark.parametrize("name", ["sms", "whatsapp"])
@pytest.mark.parametrize("text", ["👩🏽‍🚀 Hi", f"Hi {NAME}", "a\u0301", "ｈｉ\n\n\tthere"])
def test_any_letters_arrive_and_are_found_again(
    name: str, text: str, channels: dict[str, Channel], sandbox: Sandbox
) -> None:
    """Four-byte emoji, right-to-left names and combining marks: what is asked for is what was sent."""
    before, outgoing = datetime.now(UTC), Outgoing("m-1", "+5511987654321", text)
    accepted = channels[name].send(outgoing)
    assert sandbox.messages()[0]["text"] == text
    assert channels[name].find(outgoing, before, set()) == accepted


@pytest.mark.parametrize(
    "field",
    [{"subject": f"Hi{CRLF}"}, {"unsubscribe": f"https://homing.example/u/A{CRLF}"}, {"subject": "Hi\u2028Bcc: x"}],
)
def test_no_value_adds_a_field_to_a_mail(email: Channel, sandbox: Sandbox, field: dict[str, Any]) -> None:
    """A line break in a value is a space in the mail."""
    email.send(Outgoing("m-1", MAIL, "Hello", **{"subject": "Hi", "html": "<p>Hello</p>", **field}))
    [arrived] = sandbox.messages()
    assert (arrived["to"], arrived["text"], arrived["html"]) == (MAIL, "Hello", "<p>Hello</p>")
    fields = [arrived["subject"], *arrived["headers"], *arrived["headers"].values()]
    assert not any("\n" in one or "\r" in one for one in fields)
    assert not {"Bcc", "X-Evil"} & set(arrived["headers"])


@pytest.mark.parametrize(
    "to",
    [
        f"{MAIL}{CRLF}",
        f"{MAIL},mallory@example.com",
        f"Alice <{MAIL}>",
        "",
        "alice",
        f"{MAIL}> SIZE=1",
        "ali ce@x.de",
        "=?utf-8?q?=0D=0ABcc=3Am?=@x.de",
        "a:b@x.de",
    ],
)
def test_a_mail_goes_to_one_address(email: Channel, sandbox: Sandbox, to: str) -> None:
    """Anything else is refused before the provider hears of it."""
    with pytest.raises(ChannelError) as refused:
        email.send(Outgoing("m-1", to, "Hello", "Hi"))
    assert (refused.value.failure, sandbox.messages()) == (Failure.PERMANENT, [])


@pytest.mark.parametrize("to", ["o'brien+news@example.com", "a.b_c-d@xn--exmple-cua.com"])
def test_an_unusual_address_is_one_all_the_same(email: Channel, sandbox: Sandbox, to: str) -> None:
    """Who has an apostrophe in their name has it in their address."""
    email.send(Outgoing("m-1", to, "Hello", "Hi"))
    assert [one["to"] for one in sandbox.messages()] == [to]


def test_names_from_right_to_left_are_shown_as_they_are(email: Channel, sandbox: Sandbox) -> None:
    """In the sender and the subject, without the marks that would turn what stands behind them."""
    email.send(Outgoing("m-1", MAIL, f"{NAME} 👋", f"أهلا {NAME} 👋"))
    [arrived] = sandbox.messages()
    assert (arrived["subject"], arrived["from"]) == ("أهلا محمد الأمين 👋", "us@homing.example")
    if "From" in arrived["headers"]:  # as a mail server has it; SendGrid writes it itself
        assert arrived["headers"]["From"] == "محمد الأمين <us@homing.example>"
