"""The traits of a call in our words: ways to reach the person, their language and zone, and attributes."""

from collections.abc import Mapping
from typing import Any

from domain.delivery import CONTACTS
from domain.errors import BadInput
from tracking.moments import Moment, instant

# Segment's names of traits on the left, what templates and journeys call them on the right.
OUR_NAMES = {"firstName": "first_name", "lastName": "last_name", "createdAt": "created_at"}
CREATED_AT = "created_at"
REACHED_BY = frozenset(CONTACTS.values())
TOLD_APART = REACHED_BY | {"locale", "timezone"}  # no attributes: they have fields of their own


def object_of(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object that an item may have; {} if it is missing or null. Raises BadInput if it is something else."""
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput(f"{name} must be an object")
    return value


def traits_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item's traits, wherever they are: RudderStack's clients put them into the context only."""
    return {**object_of(object_of(item, "context"), "traits"), **object_of(item, "traits")}


def profile_of(item: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """The fields of a profile, not yet checked. What is null or empty is left out, and so stays as it was."""
    traits, context = traits_of(item), object_of(item, "context")
    fields = {
        **{contact: _stripped(traits.get(contact)) for contact in REACHED_BY},
        "locale": traits.get("locale") or context.get("locale"),
        "zone": traits.get("timezone") or context.get("timezone"),
        "created_at": _created(traits, moment),
        "attributes": attributes_of(traits),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def attributes_of(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Traits as attributes, by our names."""
    return {OUR_NAMES.get(name, name): value for name, value in traits.items() if name not in TOLD_APART}


def _created(traits: Mapping[str, Any], moment: Moment) -> Any:
    created = instant(traits.get("createdAt") or traits.get(CREATED_AT))
    return moment.on_journey(created) if created else None


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
