"""Who enters a journey: by which event, under which key, and when again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.errors import BadInput
from domain.identifiers import check_user_id, mask
from domain.journey.facts import Facts
from domain.journey.head import After, Entry, Reentry
from domain.shown import shown


def lets_in(entry: Entry, attributes: Mapping[str, Any], properties: Mapping[str, Any], now: datetime) -> bool:
    """Whether this event, whose name is right, lets its person in."""
    if entry.key is not None and key_of(entry, properties) is None:
        return False
    return entry.where is None or entry.where.holds(Facts(now, attributes, properties))


def key_of(entry: Entry, properties: Mapping[str, Any]) -> str | None:
    """Which enrollment an event is about: "" for a journey without keys, None if the event does not say.

    Raises BadInput for a key that cannot stand in a workflow id, or is personal data.
    """
    if entry.key is None:
        return ""
    value: Any = properties
    for name in entry.key.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return check_user_id(str(value))
    except BadInput as error:
        reason = str(error).removeprefix(f"user id {mask(str(value))} ")
        raise BadInput(f"property {shown(entry.key)} is the key of a journey, and it {reason}") from error


def may_enter_again(rule: Reentry, ended_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who has been in a journey may enter it once more; nobody is in it twice at a time."""
    if ended_at is None or rule == "never":
        return False
    return not isinstance(rule, After) or now - ended_at >= rule.after
