"""The links that a message carries: its way out, and the way to what the person wants."""

from collections.abc import Callable
from datetime import datetime

from domain.preferences.links import Links, Purpose


def links_of(links: Links | None, message: str, reserved: datetime, *, transactional: bool) -> dict[str, str]:
    """What templates call `links`. What has to come whatever people want has nothing to unsubscribe from.

    `reserved` is real time, and stored with the message: the links of a message are always the same.
    """
    if links is None:
        return {}
    found = {"preferences": links.url(Purpose.PREFERENCES, message, reserved)}
    return found if transactional else {**found, "unsubscribe": links.url(Purpose.UNSUBSCRIBE, message, reserved)}


def receipts_by(links: Links | None, real_now: Callable[[], datetime]) -> Callable[[str], dict[str, str]] | None:
    """How browsers report on a message, by its id: where, and with what; None where nobody can reach us."""
    if links is None:
        return None
    url = f"{links.public_url.rstrip('/')}/v1/push/receipts"
    return lambda message: {"url": url, "token": links.token(Purpose.PUSH_RECEIPT, message, real_now())}
