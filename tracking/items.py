"""One call of a Segment client, as the items that we take. Raises BadInput for one that cannot be understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from client.inputs import Happened, Item, Merged, Profile
from domain.errors import BadInput
from domain.shown import shown
from tracking import ids
from tracking.moments import Moment
from tracking.traits import attributes_of, object_of, profile_of, traits_of

PAGE_VIEWED, SCREEN_VIEWED = "page_viewed", "screen_viewed"
GROUP = "group"  # the attribute that holds a person's group: its id and its traits
DESTINATION = "Homing"
# Without these, there is still a person; an event must not be lost because somebody mistyped their number.
MAY_BE_LEFT_OUT = frozenset({"email", "phone", "locale", "zone", "created_at"})


@dataclass(frozen=True, slots=True)
class Translated:
    """The items of one call, and why parts of it were left out."""

    items: tuple[Item, ...]
    left_out: tuple[str, ...] = ()


Translation = Callable[[Mapping[str, Any], Moment], Translated]


def translate(kind: Any, item: Mapping[str, Any], moment: Moment) -> Translated:
    """A call of this kind as our items; none at all if its `integrations` say that it is not for us."""
    translation = CALLS.get(kind) if isinstance(kind, str) else None
    if translation is None:
        raise BadInput(f"type {shown(kind)} is not known; it must be one of {', '.join(CALLS)}")
    return translation(item, moment) if _is_for_us(item.get("integrations")) else Translated(())


def _is_for_us(integrations: Any) -> bool:
    if not isinstance(integrations, dict):
        return True
    return integrations.get(DESTINATION, integrations.get("All")) is not False


def _identify(item: Mapping[str, Any], moment: Moment) -> Translated:
    """A person, and the anonymous one that they were until now. Only who has an id of their own signs up."""
    user, anonymous = ids.user_of(item), ids.anonymous_of(item)
    profile, left_out = _profile(_who(item) | _said(item, moment) | profile_of(item, moment))
    merged = _merged(anonymous, user, item, moment) if user and anonymous else []
    return Translated((*merged, profile), left_out)


def _group(item: Mapping[str, Any], moment: Moment) -> Translated:
    group = ids.text_of(item.get("groupId"))
    if not group:
        raise BadInput("groupId is required")
    attributes = {GROUP: {**attributes_of(traits_of(item)), "id": group}}
    fields = _who(item) | _said(item, moment) | {"signup": False, "attributes": attributes}
    return Translated((Profile.of(fields),))


def _track(item: Mapping[str, Any], moment: Moment) -> Translated:
    name = item.get("event")
    if name is None or name == "":
        raise BadInput("event is required: the name of what happened")
    return Translated((_happened(item, str(name).strip(), object_of(item, "properties"), moment),))


def _viewed(event: str) -> Translation:
    def view(item: Mapping[str, Any], moment: Moment) -> Translated:
        named = {name: item[name] for name in ("name", "category") if item.get(name)}
        return Translated((_happened(item, event, object_of(item, "properties") | named, moment),))

    return view


def _alias(item: Mapping[str, Any], moment: Moment) -> Translated:
    """The previous id is an anonymous one for some clients, and for others a user id that was made up beforehand."""
    user, given = ids.user_of(item), ids.text_of(item.get("previousId"))
    if not user or not given:
        raise BadInput("previousId and userId are required")
    previous = [ids.anonymous(given)]
    if previous[0] == ids.ANONYMOUS + given:  # an id that may be a user's as well
        previous.append(given)
    return Translated(tuple(one for old in previous if old != user for one in _merged(old, user, item, moment)))


def _happened(item: Mapping[str, Any], name: str, properties: dict[str, Any], moment: Moment) -> Happened:
    fields = {"user_id": ids.person_of(item), "name": name, "properties": properties}
    return Happened.of(fields | _said(item, moment))


def _merged(previous: str, user: str, item: Mapping[str, Any], moment: Moment) -> list[Merged]:
    """Once for each pair, however often a browser identifies its user."""
    at = _said(item, moment).get("at")
    return [Merged.of({"previous_id": previous, "user_id": user, "message_id": f"merge:{previous}", "at": at})]


def _who(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"user_id": ids.person_of(item), "signup": ids.user_of(item) is not None}


def _said(item: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """When it was said, and under which id; what is not told is left out."""
    told = item.get("timestamp")
    at = moment.happened(item.get("originalTimestamp") if told is None else told)
    found = {"at": at, "message_id": ids.message_id_of(item)}
    return {name: value for name, value in found.items() if value is not None}


def _profile(fields: dict[str, Any]) -> tuple[Profile, tuple[str, ...]]:
    """The profile, without those parts that are not valid but not needed either, and what is wrong with them."""
    try:
        return Profile.model_validate(fields), ()
    except ValidationError as error:
        wrong = {str(one["loc"][0]): str(one["msg"]).removeprefix("Value error, ") for one in error.errors()}
    spared = {name: why for name, why in wrong.items() if name in MAY_BE_LEFT_OUT}
    kept = Profile.of({name: value for name, value in fields.items() if name not in spared})
    return kept, tuple(why if why.startswith(name) else f"{name}: {why}" for name, why in spared.items())


CALLS: dict[str, Translation] = {
    "identify": _identify,
    "track": _track,
    "page": _viewed(PAGE_VIEWED),
    "screen": _viewed(SCREEN_VIEWED),
    "group": _group,
    "alias": _alias,
}
