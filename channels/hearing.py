"""What nobody hears of messages in a deployment: receipts that its providers do not send, or that have no way to us."""

from typing import Protocol

from pydantic import SecretStr

from channels import registry
from channels.lines import ChannelSettings
from domain.delivery import Reported
from domain.journey.fallback import Unheard

NOT_REPORTED = "a mail server reports nothing; send mails by SendGrid, or leave this channel out"
NO_WAY_TO_US = "set HOMING_PUBLIC_URL, where receipts come to"
NOT_BELIEVED = "set HOMING_SENDGRID_WEBHOOK_KEY, without which no event of a mail is believed"
BY_PROVIDER = (Reported.DELIVERED, Reported.OPENED)  # a click is on a link of ours, whoever carried the message


class Reachable(ChannelSettings, Protocol):
    """The settings that receipts need."""

    @property
    def sendgrid_webhook_key(self) -> str | None: ...
    @property
    def vapid_private_key(self) -> SecretStr | None: ...


def unheard(settings: Reachable) -> Unheard:
    """By channel and receipt, what to do so that it is heard. Raises Misconfigured."""
    carriers = {line.channel: line.provider for line in registry.configured(settings)}
    if settings.vapid_private_key:
        carriers["push"] = "web_push"
    reached = None if settings.public_url else NO_WAY_TO_US
    believed = reached or (None if settings.sendgrid_webhook_key else NOT_BELIEVED)
    mends = {"twilio": reached, "web_push": reached, "sendgrid": believed, "smtp": NOT_REPORTED}
    lost = BY_PROVIDER if settings.public_url else (*BY_PROVIDER, Reported.CLICKED)
    return {(one, told): mend for one, carrier in carriers.items() if (mend := mends.get(carrier)) for told in lost}
