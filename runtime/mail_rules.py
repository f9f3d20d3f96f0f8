"""What the law wants of marketing mails, looked at before the first one is sent."""

from collections.abc import Collection

import structlog

from domain.delivery import ChannelName
from domain.errors import Misconfigured
from domain.preferences.links import Links
from runtime.settings import Settings

log = structlog.get_logger()

NO_ADDRESS = (
    "set HOMING_POSTAL_ADDRESS, such as 'Acme Ltd, 1 High Street, London': marketing mails must show where you are"
    " (CAN-SPAM and its like), and Homing puts it below each one"
)


def check_mail(config: Settings, channels: Collection[str], links: Links | None) -> None:
    """Raises Misconfigured if mails to real people would show no postal address; warns if they show no way out."""
    if ChannelName.EMAIL in channels and not config.sandbox_url and not (config.postal_address or "").strip():
        raise Misconfigured(NO_ADDRESS)
    if links is None:
        needed = "HOMING_PUBLIC_URL and HOMING_ENCRYPTION_KEYS"
        log.warning("links.missing", effect="messages have no unsubscribe and preference links", set=needed)
