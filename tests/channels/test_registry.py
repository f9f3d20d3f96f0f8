"""Which channels there are, by the settings."""

from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from structlog.testing import capture_logs

from channels import registry
from channels.hearing import unheard
from channels.smtp import SmtpEmail
from domain.errors import Misconfigured
from runtime.settings import Settings
from sandbox.__main__ import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_SENDGRID_KEY
from tests.channels.settings import Chosen

TWILIO: dict[str, Any] = {"twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": SecretStr("token")}
SENDGRID: dict[str, Any] = {"sendgrid_api_key": SecretStr("SG.key"), "email_from": "us@homing.example"}
SMTP: dict[str, Any] = {"smtp_url": SecretStr("smtp://mail.example"), "email_from": "us@homing.example"}
SANDBOX = {"sandbox_url": "http://127.0.0.1:8025"}
PHONE = "+14155238886"

CHOICES: list[tuple[dict[str, Any], set[str]]] = [
    (TWILIO | {"sms_from": PHONE}, {"sms"}),
    (TWILIO | {"whatsapp_from": PHONE}, {"whatsapp"}),
    (TWILIO | {"sms_from": "HOMING", "whatsapp_from": f"whatsapp:{PHONE}"}, {"sms", "whatsapp"}),
    (TWILIO | {"voice_from": PHONE}, {"voice"}),
    (SENDGRID, {"email"}),
    (TWILIO | SENDGRID | {"sms_from": PHONE}, {"sms", "email"}),
    (SMTP, {"email"}),
    (
        {"sandbox_url": "http://127.0.0.1:8025"},
        {"sms", "whatsapp", "messenger", "voice", "email"},
    ),  # the demo fills all gaps
]


@pytest.mark.parametrize(("settings", "names"), CHOICES)
def test_what_is_configured_is_there_and_nothing_else(settings: dict[str, Any], names: set[str]) -> None:
    """Each provider can be used without the other; a channel is known by its own name."""
    channels = registry.build(Chosen(**settings))
    assert {name: channel.name for name, channel in channels.items()} == {name: name for name in names}


MISTAKES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "HOMING_SMS_FROM", "HOMING_SANDBOX_URL", "make demo"]),
    ({"sms_from": ""}, ["make demo"]),  # set to nothing is not set
    ({"sms_from": PHONE}, ["set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"]),
    ({"twilio_account_sid": "AC1", "sms_from": PHONE}, ["set TWILIO_AUTH_TOKEN"]),
    (TWILIO, ["HOMING_SMS_FROM or HOMING_WHATSAPP_FROM or HOMING_MESSENGER_FROM or HOMING_VOICE_FROM"]),
    ({"email_from": "us@homing.example"}, ["set SENDGRID_API_KEY or HOMING_SMTP_URL as well"]),
    (SENDGRID | SMTP, ["set HOMING_EMAIL_PROVIDER to sendgrid or smtp"]),  # nobody's mails move by accident
    (SENDGRID | {"email_provider": "smtp"}, ["set HOMING_SMTP_URL as well, or unset HOMING_EMAIL_PROVIDER"]),
    (SENDGRID | {"email_provider": "post"}, ["HOMING_EMAIL_PROVIDER must be sendgrid or smtp"]),
    (SMTP | {"smtp_url": SecretStr("mail.example")}, ["HOMING_SMTP_URL must be smtp://"]),
    *(
        (provider | {"email_from": sender}, ["HOMING_EMAIL_FROM must be an address"])
        for provider in (SMTP, SENDGRID)
        for sender in ("Acme", "<>", "Acme, Inc. <us@acme.example>", "us@exämple.com", "=?utf-8?q?us?=@acme.example")
    ),
    (TWILIO | {"sms_from": "+1 415 523 8886"}, ["HOMING_SMS_FROM must be a number such as +14155550123"]),
    (TWILIO | {"sms_from": "4155238886"}, ["HOMING_SMS_FROM must be a number"]),  # as one dials it at home
    (TWILIO | {"whatsapp_from": "Acme"}, ["HOMING_WHATSAPP_FROM must be a number"]),
    (TWILIO | {"messenger_from": "acme.page"}, ["HOMING_MESSENGER_FROM must be the id of a page"]),
    (TWILIO | {"voice_from": "MG" + "a" * 32}, ["HOMING_VOICE_FROM must be a number"]),
    (SMTP | SANDBOX | {"email_provider": "smtp"}, ["HOMING_SMTP_URL leads past HOMING_SANDBOX_URL"]),
    (SENDGRID | {"email_from": None}, ["set HOMING_EMAIL_FROM"]),
    (SENDGRID | {"sms_from": PHONE}, ["TWILIO_ACCOUNT_SID"]),  # one provider complete, the other half
    ({"sandbox_url": "127.0.0.1:8025"}, ["HOMING_SANDBOX_URL", "http://"]),
]


@pytest.mark.parametrize(("settings", "words"), MISTAKES)
def test_a_gap_in_the_settings_is_named(settings: dict[str, Any], words: list[str]) -> None:
    """The error says which variable to set; nothing is dropped in silence."""
    with pytest.raises(Misconfigured) as refused:
        registry.build(Chosen(**settings))
    assert all(word in str(refused.value) for word in words)
    assert "token" not in str(refused.value)


@pytest.mark.parametrize(("provider", "smtp"), [("sendgrid", False), ("smtp", True)])
def test_a_channel_with_several_providers_has_the_chosen_one(provider: str, smtp: bool) -> None:
    """Both may stay configured while a deployment moves from one to the other."""
    channels = registry.build(Chosen(**SENDGRID | SMTP, email_provider=provider))
    assert (channels["email"].provider, isinstance(channels["email"], SmtpEmail)) == (provider, smtp)


def test_the_sandbox_is_used_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody should think for long that their messages reach people."""
    monkeypatch.setattr(registry, "log", structlog.get_logger())  # the old one may remember where tests before logged
    with capture_logs() as logs:
        registry.build(Chosen(sandbox_url="http://127.0.0.1:8025"))
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("channels.sandbox", "warning")]


def test_both_rooms_agree_on_the_demo_credentials() -> None:
    """The sandbox imports no room and the channels do not import the sandbox, so the words stand twice."""
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SENDGRID_API_KEY")
    assert [registry.DEMO[name] for name in names] == [DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_SENDGRID_KEY]


def test_the_settings_of_the_deployment_fit() -> None:
    """runtime.settings.Settings has what the registry asks for."""
    settings = Settings(database_url=SecretStr("postgresql://"), sandbox_url="http://127.0.0.1:8025")
    assert set(registry.build(settings)) == {"sms", "whatsapp", "messenger", "voice", "email"}


@pytest.mark.parametrize(
    ("settings", "lost"),
    [
        (SMTP | {"public_url": "https://a.example"}, {"email delivered", "email opened"}),  # a click is on our own link
        (SMTP, {"email delivered", "email opened", "email clicked"}),
        (SENDGRID | {"public_url": "https://a.example"}, {"email delivered", "email opened"}),
        (SENDGRID | {"public_url": "https://a.example", "sendgrid_webhook_key": "key"}, set()),
        (TWILIO | {"sms_from": PHONE}, {"sms delivered", "sms opened", "sms clicked"}),
        (TWILIO | {"sms_from": PHONE, "public_url": "https://a.example"}, set()),
    ],
)
def test_what_is_never_heard_of_a_message_is_known(settings: dict[str, Any], lost: set[str]) -> None:
    """By its provider, and by whether its receipts have a way to us; whoever waits for one is warned."""
    assert {f"{channel} {receipt}" for channel, receipt in unheard(Chosen(**settings))} == lost
