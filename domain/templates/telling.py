"""What templates are told of a person and of the deployment: one place for messages, previews and checks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.delivery import ChannelName

# The template of one-time codes, which verifications send.
CODE = "code"
# What there is to print, as templates/README.md says it; None for a value without parts.
KNOWN: Mapping[str, frozenset[str] | None] = {
    "user": frozenset({"id", "attributes"}),
    "product": frozenset({"name", "url", "address"}),
    "offer": frozenset({"code", "discount", "expires"}),
    "feature": frozenset({"name", "summary"}),
    "links": frozenset({"unsubscribe", "preferences"}),
    **dict.fromkeys(("journey", "now", "zone", "locale")),
}
OF_CODES: Mapping[str, frozenset[str] | None] = dict.fromkeys(("code", "spoken", "minutes", "domain", "link"))
OF_LAYOUTS: Mapping[str, frozenset[str] | None] = dict.fromkeys(("content", "subject"))
# A person and a product such as there are, for who looks at a template without anybody in mind.
SAMPLE: Mapping[str, Any] = {
    "first_name": "Alice",
    "offer": {"code": "HOME-7K2P", "discount": "20%", "expires": "2026-05-24T12:00:00Z"},
    "feature": {"name": "Shared notes", "summary": "Write together, at the same time."},
}
SAMPLE_CODE: Mapping[str, Any] = {
    "code": "755224",
    "spoken": "7\n5\n5\n2\n2\n4",
    "minutes": 10,
    "domain": "acme.example",
    "link": "https://homing.example/v/abc",
}


def told(
    user: str,
    attributes: Mapping[str, Any],
    product: Mapping[str, str],
    now: datetime,
    *,
    zone: str | None = None,
    journey: str | None = None,
    links: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The context of a message to this person."""
    return {
        "user": {"id": user, "attributes": attributes},
        "product": product,
        "journey": journey,
        "zone": zone or None,
        "now": now,
        "links": links or {},
    }


def sample_of(template: str, channel: str) -> dict[str, Any]:
    """What a journey's step, or a verification, would add; links go where codes are not filled in."""
    if template != CODE:
        return {name: value for name, value in SAMPLE.items() if name in KNOWN}
    left_out = {"link"} if channel in (ChannelName.SMS, ChannelName.VOICE) else {"domain"}
    return {name: value for name, value in SAMPLE_CODE.items() if name not in left_out}
