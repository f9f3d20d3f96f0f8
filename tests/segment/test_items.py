"""Each call of a Segment client becomes what we take, however much of it is missing or wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.inputs import Happened, Item, Merged, Profile
from domain.errors import BadInput
from tracking.items import Translated, translate
from tracking.moments import Moment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = Moment(NOON, NOON)
EARLIER = (NOON - timedelta(minutes=5)).isoformat()


def translated(kind: str, **item: Any) -> Translated:
    """A call of Alice's, unless it says who."""
    who = {} if item.keys() & {"userId", "anonymousId"} else {"userId": "alice-1"}
    return translate(kind, who | item, NOW)


def only(kind: str, **item: Any) -> Item:
    """The one item that a call becomes."""
    (found,) = translated(kind, **item).items
    return found


def profile(**item: Any) -> Profile:
    """What an identify becomes."""
    found = only("identify", **item)
    assert isinstance(found, Profile)
    return found


def event(kind: str, **item: Any) -> Happened:
    """What a track, page or screen becomes."""
    found = only(kind, **item)
    assert isinstance(found, Happened)
    return found


def test_a_track_is_an_event_by_its_exact_name() -> None:
    """Segment's names have blanks and capitals."""
    found = event("track", event="Signed Up", properties={"plan": "pro"}, messageId="m-1", timestamp=EARLIER)
    assert (found.user_id, found.name, found.properties) == ("alice-1", "Signed Up", {"plan": "pro"})
    assert (found.message_id, found.at) == ("m-1", NOON - timedelta(minutes=5))


def test_nulls_are_as_if_nothing_was_sent() -> None:
    """Python's clients send them everywhere."""
    nulls = dict.fromkeys(("anonymousId", "properties", "context", "timestamp", "messageId", "integrations", "traits"))
    found = event("track", userId="alice-1", event="Signed Up", **nulls)
    assert (found.properties, found.at, len(found.message_id)) == ({}, None, 32)
    assert profile(userId="alice-1", **nulls).attributes == {}


def test_traits_become_the_person() -> None:
    """By our names: templates say first_name."""
    traits = {
        "email": " Alice@example.com ",
        "phone": "+55 (11) 98765-4321",
        "messenger": "24684689135",
        "firstName": "Alice",
        "lastName": "Lima",
        "plan": "pro",
        "createdAt": "2026-03-01T11:00:00Z",
        "locale": "pt_br",
        "timezone": "America/Sao_Paulo",
    }
    found = profile(traits=traits)
    assert (found.email, found.phone, found.messenger) == ("Alice@example.com", "+5511987654321", "24684689135")
    assert (found.locale, found.zone, found.created_at) == ("pt-BR", "America/Sao_Paulo", NOON - timedelta(hours=1))
    expected = {"first_name": "Alice", "last_name": "Lima", "plan": "pro", "created_at": "2026-03-01T11:00:00Z"}
    assert found.attributes == expected


def test_traits_may_stand_in_the_context_only() -> None:
    """RudderStack's clients put them there."""
    found = profile(context={"traits": {"email": "alice@example.com", "plan": "free"}}, traits={"plan": "pro"})
    assert (found.email, found.attributes) == ("alice@example.com", {"plan": "pro"})


def test_a_browser_tells_language_and_zone() -> None:
    """Traits know better."""
    found = profile(context={"locale": "tr-TR", "timezone": "Europe/Istanbul"}, traits={"timezone": "Europe/Berlin"})
    assert (found.locale, found.zone) == ("tr-TR", "Europe/Berlin")


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        ({"phone": "4155550123"}, "phone 41…(10 characters) is not in international format, such as +5511987654321"),
        ({"phone": 5511987654321}, "phone: Input should be a valid string"),
        ({"email": "alice"}, "e-mail al…(5 characters) is not valid"),
        ({"locale": "Portuguese"}, "locale 'Portuguese' is not known"),
        ({"timezone": "BRT"}, "time zone 'BRT' is not known"),
        ({"createdAt": "1850-01-01"}, "created_at: must lie between 1970 and 9000"),
    ],
)
def test_a_bad_address_does_not_cost_the_person(traits: dict[str, Any], told: str) -> None:
    """It is left out, and the sender is told why without a word of it."""
    found = translated("identify", traits={**traits, "plan": "pro"})
    (kept,) = found.items
    assert isinstance(kept, Profile)
    assert (kept.attributes["plan"], kept.addresses, kept.locale, kept.zone) == ("pro", {}, None, None)
    (left_out,) = found.left_out
    assert told in left_out
    assert "4155550123" not in left_out


def test_only_who_has_an_id_of_their_own_signs_up() -> None:
    """A visitor is a person without a journey."""
    assert profile(traits={}).signup is True
    visitor = profile(anonymousId="v-1", traits={"plan": "free"})
    assert (visitor.user_id, visitor.signup) == ("anon:v-1", False)


def test_identifying_a_visitor_merges_them_first() -> None:
    """So that a journey that starts with it knows what they were before."""
    merged, known = translated("identify", userId="alice-1", anonymousId="v-1", timestamp=EARLIER).items
    assert isinstance(merged, Merged)
    assert isinstance(known, Profile)
    assert (merged.previous_id, merged.user_id, merged.message_id) == ("anon:v-1", "alice-1", "merge:anon:v-1")
    assert (merged.at, known.user_id) == (NOON - timedelta(minutes=5), "alice-1")


def test_a_visitor_can_never_be_a_user() -> None:
    """Otherwise whoever has a browser could have a user merged into themselves."""
    merged, _ = translated("identify", userId="bob-1", anonymousId="alice-1").items
    assert isinstance(merged, Merged)
    assert merged.previous_id == "anon:alice-1"


@pytest.mark.parametrize(
    ("previous", "merged"),
    [
        ("v-1", ["anon:v-1", "v-1"]),  # some clients track visitors by a user id that they make up
        (17, ["anon:17", "17"]),
        ("v 1", ["anon:~b538e0421deb009363885590275881505a75d653"]),  # never was a user id
        ("alice-1", ["anon:alice-1"]),  # nobody is merged into themselves
    ],
)
def test_an_alias_merges_whom_it_may_mean(previous: Any, merged: list[str]) -> None:
    """Under either id."""
    found = translated("alias", userId="alice-1", previousId=previous).items
    assert [one.previous_id for one in found if isinstance(one, Merged)] == merged


def test_a_group_is_an_attribute() -> None:
    """Its id, and its traits by our names."""
    found = only("group", groupId=42, traits={"name": "Initech", "createdAt": "2020-01-01", "id": "x"})
    assert isinstance(found, Profile)
    assert found.attributes == {"group": {"id": "42", "name": "Initech", "created_at": "2020-01-01"}}
    assert (found.signup, found.email) == (False, None)


def test_pages_and_screens_are_events_with_a_name_each() -> None:
    """Journeys can name them; which page it was is a property."""
    page = event("page", name="Pricing", category="Docs", properties={"url": "https://example.com/pricing"})
    assert (page.name, page.properties["name"], page.properties["category"]) == ("page_viewed", "Pricing", "Docs")
    assert page.properties["url"] == "https://example.com/pricing"
    assert event("screen", name=None, properties=None).properties == {}
    assert event("screen").name == "screen_viewed"


@pytest.mark.parametrize(
    ("integrations", "taken"),
    [
        ({"All": False}, 0),
        ({"Homing": False}, 0),
        ({"All": True, "Homing": False}, 0),
        ({"All": False, "Homing": True}, 1),
        ({"All": False, "Homing": {"option": 1}}, 1),
        ({"All": True}, 1),
        ({"Mixpanel": False}, 1),
        ({}, 1),
        (None, 1),
        ([], 1),
    ],
)
def test_what_is_not_for_us_is_not_taken(integrations: Any, taken: int) -> None:
    """Senders choose their destinations by name."""
    assert len(translated("track", event="Signed Up", integrations=integrations).items) == taken


@pytest.mark.parametrize(
    ("kind", "item", "told"),
    [
        ("track", {}, "event is required"),
        ("track", {"event": ""}, "event is required"),
        ("track", {"event": "x" * 121}, "name: String should have at most 120 characters"),
        ("track", {"event": "a\0b"}, "name: must be one line of plain text"),
        ("track", {"event": "a", "properties": []}, "properties must be an object"),
        ("track", {"event": "a", "properties": {"n": float("nan")}}, "properties: n: the number is too large, or none"),
        ("track", {"event": "a", "properties": {"n": "\ud83d"}}, "properties: n: holds a NUL or half a character"),
        ("track", {"event": "a", "properties": {"n": "x" * 40_000}}, "properties: is 40,009 bytes of JSON"),
        ("track", {"event": "a", "messageId": "a\0"}, "message_id: holds a NUL"),
        ("track", {"event": "a", "messageId": []}, "an id must be text or a whole number"),
        ("identify", {"traits": "pro"}, "traits must be an object"),
        ("identify", {"context": []}, "context must be an object"),
        ("identify", {"userId": "alice@example.com"}, "looks like an e-mail address"),
        ("group", {}, "groupId is required"),
        ("alias", {"userId": "alice-1"}, "previousId and userId are required"),
        ("alias", {"anonymousId": "v-1", "previousId": "v-2"}, "previousId and userId are required"),
        ("charge", {}, "type 'charge' is not known; it must be one of identify, track, page, screen, group, alias"),
        (None, {}, "type nothing is not known"),
        (["track"], {}, "is not known"),
    ],
)
def test_a_call_that_cannot_be_understood_is_refused(kind: Any, item: dict[str, Any], told: str) -> None:
    """One line that says what to do."""
    with pytest.raises(BadInput) as refused:
        translated(kind, **item)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
