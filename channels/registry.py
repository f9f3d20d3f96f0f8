"""Which channels this deployment has, by name, from its settings. A line of `LINES` is one provider of a channel."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import structlog

from channels.email import Email
from channels.lines import ChannelSettings, Given, Line, Values, chosen, leftovers, values
from channels.messenger import Messenger
from channels.protocol import Channel
from channels.sms import Sms
from channels.smtp import SmtpEmail
from channels.twilio_messages import TwilioMessages
from channels.twilio_wire import Account
from channels.voice import Voice
from channels.whatsapp import WhatsApp
from domain.errors import Misconfigured

log = structlog.get_logger()

TWILIO = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
SENDGRID = ("SENDGRID_API_KEY",)
SMTP = ("HOMING_SMTP_URL",)


def _by_twilio(kind: type[TwilioMessages] | type[Voice]) -> Callable[[Given], Channel]:
    def make(given: Given) -> Channel:
        sid, token = given.account
        return kind(Account(sid, token, given.sandbox_url), given.sender, given.public_url)

    return make


def _by_sendgrid(given: Given) -> Channel:
    [key] = given.account
    return Email(key, given.sender, given.sandbox_url)


def _by_smtp(given: Given) -> Channel:
    [url] = given.account
    made = SmtpEmail(url, given.sender)
    if given.sandbox_url and urlsplit(url).hostname != urlsplit(given.sandbox_url).hostname:
        raise Misconfigured("HOMING_SMTP_URL leads past HOMING_SANDBOX_URL, to real people: unset one of them")
    return made


# The channel, its provider, the variables of the account and of the sender, and what makes the channel of them.
# A second provider of a channel is a second line, and HOMING_<CHANNEL>_PROVIDER then says which; a channel that
# needs no variables is always there.
LINES = (
    Line("sms", "twilio", TWILIO, "HOMING_SMS_FROM", _by_twilio(Sms)),
    Line("whatsapp", "twilio", TWILIO, "HOMING_WHATSAPP_FROM", _by_twilio(WhatsApp)),
    Line("messenger", "twilio", TWILIO, "HOMING_MESSENGER_FROM", _by_twilio(Messenger)),
    Line("voice", "twilio", TWILIO, "HOMING_VOICE_FROM", _by_twilio(Voice)),
    Line("email", "sendgrid", SENDGRID, "HOMING_EMAIL_FROM", _by_sendgrid),
    Line("email", "smtp", SMTP, "HOMING_EMAIL_FROM", _by_smtp),
)

# What the sandbox lets in when nobody told it otherwise, and senders that it takes. The sandbox is no room
# of ours to import: a test holds its credentials and these equal.
DEMO = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "demo-auth-token",
    "SENDGRID_API_KEY": "SG.demo-key",
    "HOMING_SMS_FROM": "+15005550006",
    "HOMING_WHATSAPP_FROM": "+14155238886",
    "HOMING_MESSENGER_FROM": "100000000000001",
    "HOMING_VOICE_FROM": "+15005550006",
    "HOMING_EMAIL_FROM": "hello@homing.example",
}


def build(settings: ChannelSettings) -> dict[str, Channel]:
    """The configured channels by name. Raises Misconfigured for settings that are missing, or for none at all."""
    url = settings.sandbox_url or None
    if url and not url.startswith(("http://", "https://")):
        raise Misconfigured("HOMING_SANDBOX_URL must start with http:// or https://, such as http://127.0.0.1:8025")
    if url:
        log.warning("channels.sandbox", url=url, effect="no message reaches a real person")
    lines, given = configured(settings), _values(settings)
    return {line.channel: line.make(Given(line, given, url, settings.public_url)) for line in lines}


def configured(settings: ChannelSettings) -> list[Line]:
    """Who carries each channel. Raises Misconfigured."""
    given = _values(settings)
    lines = chosen(LINES, given)
    if problem := leftovers(LINES, lines, given):
        raise Misconfigured(problem)
    if not any(line.needs for line in lines):
        raise Misconfigured(_nothing_set())
    return lines


def reported(channels: Mapping[str, Channel]) -> list[str]:
    """The channels whose provider tells by SendGrid's signed events what became of a message that is in doubt."""
    return [name for name, channel in channels.items() if channel.provider == "sendgrid"]


def _values(settings: ChannelSettings) -> Values:
    return values(LINES, settings, DEMO if settings.sandbox_url else {})


def _nothing_set() -> str:
    accounts = {line.provider: line.account for line in LINES if line.needs}
    senders = {one: " or ".join(str(line.sender) for line in LINES if line.provider == one) for one in accounts}
    ways = "; or ".join(f"{' and '.join(account)} with {senders[one]}" for one, account in accounts.items())
    return f"no channel is configured: set {ways}; or HOMING_SANDBOX_URL; or run `make demo`"
