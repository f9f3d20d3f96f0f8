"""E-mail by plain SMTP: against a real server, in good times and bad."""

import smtplib
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from channels import registry, smtp_server
from channels.protocol import Channel, ChannelError, Failure, Outgoing
from channels.smtp import SmtpEmail
from channels.smtp_errors import Step, from_exception, verdict
from channels.smtp_server import Server, read_server
from domain.errors import Misconfigured
from tests.channels.settings import Chosen
from tests.sandbox_server import Sandbox

MAIL = Outgoing("m-1", "alice@example.com", "Hello Alice\n.\nBye", "Welcome", "<p>Hello Alice</p>")
LINK = "https://homing.example/u/AAAA"


@pytest.fixture
def smtp(sandbox: Sandbox) -> Channel:
    """The e-mail channel of a deployment that has chosen a mail server."""
    url = SecretStr(sandbox.smtp_url)
    return registry.build(Chosen(sandbox_url=sandbox.url, smtp_url=url, email_provider="smtp"))["email"]


def refused(channel: Channel, outgoing: Outgoing = MAIL) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(outgoing)
    return caught.value


def test_a_mail_arrives_as_it_was_written(smtp: Channel, sandbox: Sandbox) -> None:
    """Both bodies, a line that is only a dot, and a Message-ID of ours, by which a person's answer can be placed."""
    accepted = smtp.send(MAIL)
    [arrived] = sandbox.messages()
    assert (arrived["text"], arrived["html"]) == (MAIL.text, MAIL.html)
    assert (arrived["channel"], arrived["to"], arrived["subject"]) == ("email", MAIL.to, MAIL.subject)
    assert accepted.provider_id == arrived["provider_id"] == "<m-1@homing.example>"
    sent = parsedate_to_datetime(arrived["headers"]["Date"])
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60


def test_a_mail_of_other_letters_arrives_by_seven_bits(smtp: Channel, sandbox: Sandbox) -> None:
    """Words from right to left, four-byte emoji and lines of any length need nothing special of a server."""
    text = "مرحبا أليس 👋🏽\n" + "ç" * 2000
    smtp.send(Outgoing("m-2", MAIL.to, text, "أهلا 👋🏽", f"<p>{text}</p>"))
    [arrived] = sandbox.messages()
    assert (arrived["text"], arrived["subject"], arrived["html"]) == (text, "أهلا 👋🏽", f"<p>{text}</p>")


def test_a_mail_program_is_told_where_to_unsubscribe(smtp: Channel, sandbox: Sandbox) -> None:
    """Both headers of RFC 8058 in marketing, none in what is transactional."""
    smtp.send(MAIL)
    smtp.send(Outgoing("m-2", MAIL.to, "Hello", "Hi", unsubscribe=LINK))
    headers = [
        {name: one for name, one in mail["headers"].items() if name.startswith("List-")} for mail in sandbox.messages()
    ]
    assert headers == [{}, {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}]


def test_the_way_out_is_one_plain_line_however_long() -> None:
    """Programs do not decode it: written as words, it would be no address to them."""
    link = "https://notifications.acme.example/homing/u/" + "A" * 40
    raw = SmtpEmail("smtp://127.0.0.1", "hello@acme.example")._mail(replace(MAIL, unsubscribe=link)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?=0d=0aBcc:m=40evil.example?=", "Hi =?utf-8?b?DQpCY2M6IG1AZXZpbC5leGFtcGxl?= é"]
)
def test_no_name_adds_a_field_by_being_written_in_code(subject: str) -> None:
    """Python's mails decode such words, line breaks and all; a name that somebody has chosen stays what it is."""
    raw = SmtpEmail("smtp://127.0.0.1", "hello@acme.example")._mail(replace(MAIL, subject=subject)).as_bytes()
    read = message_from_bytes(raw, policy=default)
    assert (read["Bcc"], read["Subject"]) == (None, subject.replace("=?", "= ?"))


FAULTS: list[tuple[dict[str, Any], Failure, str, int]] = [
    # the fault, what it is, its reason, how many mails the server has
    ({"status_code": 451}, Failure.TRANSIENT, "rate_limited", 0),
    ({"status_code": 421}, Failure.TRANSIENT, "provider_unavailable", 0),
    ({"status_code": 550}, Failure.PERMANENT, "invalid_address", 0),
    ({"status_code": 535}, Failure.CONFIGURATION, "credentials_refused", 0),
    ({"status_code": 554}, Failure.CONFIGURATION, "content_refused", 0),  # to the mail itself: a filter, or a policy
    ({"drop": "before"}, Failure.AMBIGUOUS, "no_answer", 0),
    ({"drop": "after"}, Failure.AMBIGUOUS, "no_answer", 1),
    ({"nonsense": "html"}, Failure.AMBIGUOUS, "unclear_answer", 0),
]


@pytest.mark.parametrize(("fault", "failure", "reason", "there"), FAULTS)
def test_a_misbehaving_server_is_an_outcome(
    smtp: Channel, sandbox: Sandbox, fault: dict[str, Any], failure: Failure, reason: str, there: int
) -> None:
    """Only what happens after the mail was sent is in doubt, and only what is said of the person ends their address."""
    sandbox.fault(**fault)
    error = refused(smtp)
    assert (error.failure, error.reason, len(sandbox.messages())) == (failure, reason, there)
    assert MAIL.to not in str(error)


def test_a_slow_server_is_given_up_on_and_in_doubt(
    smtp: Channel, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the mail in fact. All steps together have a limit, so that the next attempt begins after this one."""
    monkeypatch.setattr(smtp_server, "TIMEOUT_SECONDS", 0.5)
    sandbox.fault(delay=1.5)
    assert refused(smtp).failure is Failure.AMBIGUOUS


def test_nobody_listens(smtp: Channel) -> None:
    """Nothing was sent, so that it can be tried again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = refused(SmtpEmail(f"smtp://127.0.0.1:{port}", "us@homing.example"))
    assert (error.failure, error.reason) == (Failure.TRANSIENT, "provider_unreachable")


@pytest.mark.parametrize("login", ["homing:wrong@", ""])
def test_a_wrong_password_is_our_mistake(sandbox: Sandbox, login: str) -> None:
    """Nobody's address ends by it, and nothing is tried for days."""
    error = refused(SmtpEmail(f"smtp://{login}{sandbox.mail_server}", "us@homing.example"))
    assert (error.failure, error.reason) == (Failure.CONFIGURATION, "credentials_refused")


def test_a_server_without_starttls_gets_no_password(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands between us and the server must not be able to talk us out of encryption."""
    monkeypatch.setattr(smtp_server, "LOOPBACK", set())
    error = refused(SmtpEmail(sandbox.smtp_url, "us@homing.example"))
    assert (error.failure, error.reason) == (Failure.CONFIGURATION, "request_refused")


ANSWERS = [
    (Step.RECIPIENT, 550, b"5.1.1 no such user", Failure.PERMANENT, "invalid_address"),
    (Step.RECIPIENT, 550, b"5.1.10 null MX", Failure.PERMANENT, "invalid_address"),
    (Step.RECIPIENT, 550, b"5.2.1 mailbox disabled", Failure.PERMANENT, "unreachable"),
    (Step.RECIPIENT, 552, b"5.2.2 mailbox full", Failure.TRANSIENT, "not_delivered"),
    (Step.RECIPIENT, 550, b"no such user here", Failure.PERMANENT, "invalid_address"),
    (Step.RECIPIENT, 550, b"relay not permitted", Failure.CONFIGURATION, "request_refused"),
    (Step.RECIPIENT, 550, b"5.7.1 blocked by policy", Failure.CONFIGURATION, "request_refused"),
    (Step.RECIPIENT, 550, b"5.1.8 sender rejected", Failure.CONFIGURATION, "request_refused"),  # ours, not theirs
    (Step.RECIPIENT, 450, b"4.2.0 greylisted", Failure.TRANSIENT, "rate_limited"),
    (Step.SENDER, 550, b"5.1.1 who are you", Failure.CONFIGURATION, "sender_refused"),
    (Step.SENDER, 530, b"5.7.0 must issue STARTTLS first", Failure.CONFIGURATION, "credentials_refused"),
    (Step.CONTENT, 550, b"5.1.1 no such user", Failure.PERMANENT, "invalid_address"),  # some say so only now
    (Step.CONTENT, 550, b"looks like spam", Failure.CONFIGURATION, "content_refused"),
    (Step.CONTENT, 452, b"4.3.1 disk full", Failure.TRANSIENT, "rate_limited"),
    (Step.LOGIN, 454, b"4.7.0 try later", Failure.TRANSIENT, "provider_unavailable"),
]


@pytest.mark.parametrize(("step", "code", "text", "failure", "reason"), ANSWERS)
def test_answers_are_told_apart(step: Step, code: int, text: bytes, failure: Failure, reason: str) -> None:
    """By when they came and of whom they are."""
    assert verdict(step, code, text) == (failure, reason)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ssl.SSLCertVerificationError("x"), Failure.CONFIGURATION),
        (smtplib.SMTPException("No suitable authentication method found."), Failure.CONFIGURATION),
        (smtplib.SMTPServerDisconnected("x"), Failure.TRANSIENT),
        (socket.gaierror("x"), Failure.TRANSIENT),
    ],
)
def test_without_a_connection_nothing_is_in_doubt(error: Exception, failure: Failure) -> None:
    """A certificate that does not fit is for an engineer; a network that is away comes back."""
    assert from_exception(Step.CONNECT, error).failure is failure


URLS = [
    ("smtp://mail.example", Server("mail.example", 587, "starttls")),
    ("smtps://mail.example", Server("mail.example", 465, "implicit")),
    ("smtp://a%40b:p%2Fw@mail.example:2525", Server("mail.example", 2525, "starttls", "a@b", "p/w")),
    ("smtp://localhost:25", Server("localhost", 25, "off")),
    ("smtp://mail.example?tls=off", Server("mail.example", 587, "off")),
]


@pytest.mark.parametrize(("url", "server"), URLS)
def test_a_url_says_where_and_how(url: str, server: Server) -> None:
    """Encryption is a matter of course, and left out only on this machine or by one's own word."""
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://u@h", "smtp://h/x", "smtp://h?tls=on", "smtp://h:x"],
)
def test_another_url_is_refused_without_repeating_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(Misconfigured, match=r"^HOMING_SMTP_URL must be smtp://user:password@host:587"):
        read_server(url)
