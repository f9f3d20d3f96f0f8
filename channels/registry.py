"""Which channels this deployment has, by name, from its settings."""

from typing import Protocol

import structlog
from pydantic import SecretStr

from channels.email import Email
from channels.protocol import Channel
from channels.sms import Sms
from channels.twilio_messages import TwilioMessages
from channels.twilio_wire import Account
from channels.voice import Voice
from channels.whatsapp import WhatsApp
from domain.errors import Misconfigured

log = structlog.get_logger()

# What the sandbox lets in when nobody told it otherwise, and senders that it takes. The sandbox is no room
# of ours to import: a test holds its credentials and these equal.
DEMO = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "demo-auth-token",
    "SENDGRID_API_KEY": "SG.demo-key",
    "HOMING_SMS_FROM": "+15005550006",
    "HOMING_WHATSAPP_FROM": "+14155238886",
    "HOMING_VOICE_FROM": "+15005550006",
    "HOMING_EMAIL_FROM": "hello@homing.example",
}

# What each of its senders can be used for; one of them is enough.
TWILIO: dict[str, type[TwilioMessages] | type[Voice]] = {
    "HOMING_SMS_FROM": Sms,
    "HOMING_WHATSAPP_FROM": WhatsApp,
    "HOMING_VOICE_FROM": Voice,
}
ANY_SENDER = "HOMING_SMS_FROM, HOMING_WHATSAPP_FROM or HOMING_VOICE_FROM"
NOTHING_SET = (
    f"no channel is configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and {ANY_SENDER},"
    " and/or SENDGRID_API_KEY and HOMING_EMAIL_FROM, or HOMING_SANDBOX_URL,"
    " or run `make demo`"
)


class ChannelSettings(Protocol):
    """The settings that channels need; runtime.settings.Settings has them."""

    @property
    def sandbox_url(self) -> str | None: ...
    @property
    def twilio_account_sid(self) -> str | None: ...
    @property
    def twilio_auth_token(self) -> SecretStr | None: ...
    @property
    def sendgrid_api_key(self) -> SecretStr | None: ...
    @property
    def sms_from(self) -> str | None: ...
    @property
    def whatsapp_from(self) -> str | None: ...
    @property
    def voice_from(self) -> str | None: ...
    @property
    def email_from(self) -> str | None: ...
    @property
    def public_url(self) -> str | None: ...


def build(settings: ChannelSettings) -> dict[str, Channel]:
    """The configured channels by name. Raises Misconfigured for settings that are missing, or for none at all."""
    url = settings.sandbox_url or None
    if url and not url.startswith(("http://", "https://")):
        raise Misconfigured("HOMING_SANDBOX_URL must start with http:// or https://, such as http://127.0.0.1:8025")
    if url:
        log.warning("channels.sandbox", url=url, effect="no message reaches a real person")
    values = _values(settings)
    channels = [*_twilio(values, url, settings.public_url), *_sendgrid(values, url)]
    if not channels:
        raise Misconfigured(NOTHING_SET)
    return {channel.name: channel for channel in channels}


def _values(settings: ChannelSettings) -> dict[str, str]:
    """The settings by the name of their variable, "" when unset; for the sandbox the demo's fill the gaps."""
    given = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": _secret(settings.twilio_auth_token),
        "SENDGRID_API_KEY": _secret(settings.sendgrid_api_key),
        "HOMING_SMS_FROM": settings.sms_from,
        "HOMING_WHATSAPP_FROM": settings.whatsapp_from,
        "HOMING_VOICE_FROM": settings.voice_from,
        "HOMING_EMAIL_FROM": settings.email_from,
    }
    fallback = DEMO if settings.sandbox_url else {}
    return {name: value or fallback.get(name, "") for name, value in given.items()}


def _twilio(values: dict[str, str], url: str | None, public_url: str | None) -> list[Channel]:
    sid, token = values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"]
    senders = {name: values[name] for name in TWILIO if values[name]}
    given = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token, ANY_SENDER: "".join(senders.values())}
    if not _complete(given):
        return []
    account = Account(sid, token, url)
    return [TWILIO[name](account, sender, public_url) for name, sender in senders.items()]


def _sendgrid(values: dict[str, str], url: str | None) -> list[Channel]:
    key, sender = values["SENDGRID_API_KEY"], values["HOMING_EMAIL_FROM"]
    complete = _complete({"SENDGRID_API_KEY": key, "HOMING_EMAIL_FROM": sender})
    return [Email(key, sender, url)] if complete else []


def _complete(values: dict[str, str]) -> bool:
    """True if all are set and False if none is. Raises Misconfigured naming what is missing in between."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        raise Misconfigured(f"set {' and '.join(missing)} as well, or unset the others of that provider")
    return not missing


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
