"""What may be said of people and events: everything else is refused at once, in words that tell what to do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from client.inputs import Happened, Profile
from domain.errors import BadInput

ALICE: dict[str, Any] = {"user_id": "alice-1", "email": "alice@example.com"}
DEEP: dict[str, Any] = {}
for _ in range(30):
    DEEP = {"deeper": DEEP}


def problem(kind: type[Profile] | type[Happened], **values: Any) -> str:
    """The one line with which these values are refused."""
    with pytest.raises(BadInput) as refused:
        kind.of({"user_id": "alice-1", **values})
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"user_id": "alice@example.com"},
            "user_id: user id al…(17 characters) looks like an e-mail address; use",
        ),
        ({"user_id": "+14155550123"}, "user_id: user id +1…(12 characters) looks like a phone number; use your own"),
        ({"user_id": "a" * 129}, "user_id: user id aa…(129 characters) must be 1-128 letters"),
        ({"user_id": "a\0"}, "user_id: user id …(2 characters) must be 1-128 letters"),
        ({"user_id": ""}, "must be 1-128 letters"),
        ({"user_id": 7}, "user_id: Input should be a valid string"),
        ({"phone": "4155550123"}, "phone 41…(10 characters) is not in international format, such as +5511987654321"),
        ({"phone": "+1415"}, "phone +1…(5 characters) has the wrong number of digits for +1"),
        ({"email": "alice"}, "e-mail al…(5 characters) is not valid"),
        ({"email": "a" * 300 + "@example.com"}, "is not valid"),
        ({"email": "alice\0@example.com"}, "is not valid"),
        ({"locale": "klingon"}, "locale 'klingon' is not known; use a tag such as en"),
        ({"locale": "x" * 10_000}, "is not known; use a tag such as en"),
        ({"zone": "Brasilia"}, "zone: time zone 'Brasilia' is not known; use an IANA name such as America/Sao_Paulo"),
        ({"zone": "../../etc/passwd"}, "is not known; use an IANA name"),
        ({"zone": "UTC\0"}, "is not known; use an IANA name"),
        ({"channels": ["fax"]}, "channels.0: Input should be 'sms', 'whatsapp', 'email', 'voice'"),
        ({"fone": "+14155550123"}, "fone: Extra inputs are not permitted"),
        ({"at": datetime(2026, 3, 1)}, "at: Input should have timezone info"),  # noqa: DTZ001
        ({"at": "0001-01-01T00:00:00+14:00"}, "at: must lie between 1970 and 9000"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at: must lie between 1970 and 9000"),
        ({"attributes": ["plan"]}, "attributes: Input should be a valid dictionary"),
        ({"attributes": {"note": "x" * 1_000_000}}, "attributes: is 1,000,012 bytes of JSON, of 32,000 allowed"),
        ({"attributes": {"note": "é" * 16_000}}, "bytes of JSON, of 32,000 allowed"),
        ({"attributes": {"note": "a\0b"}}, "attributes: note: holds a NUL or half a character"),
        ({"attributes": {"a\0b": 1}}, "holds a NUL or half a character"),
        ({"attributes": {"tags": ["ok", "half \ud83d"]}}, "attributes: tags.1: holds a NUL or half a character"),
        ({"attributes": {"score": float("nan")}}, "attributes: score: the number is too large, or none at all"),
        ({"attributes": {"score": float("inf")}}, "the number is too large, or none at all; give it as text"),
        ({"attributes": {"id": 10**5000}}, "attributes: id: the number is too large"),
        ({"attributes": {"born": datetime(2000, 1, 1, tzinfo=UTC)}}, "attributes: born: a datetime is not JSON"),
        ({"attributes": {"codes": {1, 2}}}, "attributes: codes: a set is not JSON"),
        ({"attributes": {"by_id": {7: "x"}}}, "attributes: by_id: the name 7 is not text"),
        ({"attributes": DEEP}, "attributes: is nested deeper than 20 levels; flatten it"),
    ],
)
def test_a_signup_that_is_none_is_refused(values: dict[str, Any], told: str) -> None:
    """One line, which names the field."""
    assert told in problem(Profile, **values)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "name: Field required"),
        ({"name": ""}, "name: String should have at least 1 character"),
        ({"name": "x" * 121}, "name: String should have at most 120 characters"),
        ({"name": "first_use "}, "name: must be one line of plain text, without blanks around it"),
        ({"name": "a\0b"}, "name: must be one line of plain text"),
        ({"name": "first_use", "message_id": ""}, "message_id: String should have at least 1 character"),
        ({"name": "first_use", "message_id": "x" * 201}, "message_id: String should have at most 200 characters"),
        ({"name": "first_use", "message_id": "a\0b"}, "message_id: holds a NUL or half a character"),
        ({"name": "first_use", "property": {}}, "property: Extra inputs are not permitted"),
        ({"name": "first_use", "properties": {"note": "x" * 40_000}}, "properties: is 40,012 bytes of JSON"),
    ],
)
def test_an_event_that_is_none_is_refused(values: dict[str, Any], told: str) -> None:
    """The same checks as for people."""
    assert told in problem(Happened, **values)


def test_several_problems_are_told_at_once() -> None:
    """In one line."""
    assert problem(Profile, phone="1", zone="Mars").count(";") == 2


def test_a_refusal_never_repeats_an_address() -> None:
    """Errors end up in logs; not even a traceback quotes what was given."""
    with pytest.raises(BadInput) as refused:
        Profile.of({**ALICE, "phone": "+1 415 555 0123 45678", "user_id": "alice@example.com"})
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)
    assert not [part for part in ("alice@example.com", "555 0123") if part in str(refused.value)]


def test_what_is_given_is_made_uniform() -> None:
    """Providers and comparisons want one form of each thing."""
    given = {"phone": "+55 (11) 98765-4321", "locale": "pt_br", "at": "2026-03-01T12:00:00+03:00"}
    signup = Profile.of({**ALICE, **given})
    assert (signup.phone, signup.locale) == ("+5511987654321", "pt-BR")
    assert (signup.at, signup.at and signup.at.tzinfo) == (datetime(2026, 3, 1, 9, tzinfo=UTC), UTC)


def test_a_phone_serves_two_channels() -> None:
    """SMS, WhatsApp and calls reach the same number."""
    signup = Profile.of({**ALICE, "phone": "+5511987654321"})
    assert set(signup.addresses) == {"sms", "whatsapp", "voice", "email"}


def test_messenger_knows_people_by_an_id_of_digits() -> None:
    """A name or a link of Facebook is no address."""
    assert Profile.of({**ALICE, "messenger": "24684689135"}).addresses["messenger"] == "24684689135"
    for wrong in ("alice", "m.me/alice", "1234", "2468468913५"):
        with pytest.raises(BadInput, match=r"messenger .* is no page-scoped id"):
            Profile.of({**ALICE, "messenger": wrong})


def test_plain_json_of_every_kind_passes() -> None:
    """As it came."""
    values = {"a": None, "b": True, "c": [1, -2.5, "três", {"d": 2**62}], "é": "👋", "": ""}
    assert Profile.of({**ALICE, "attributes": values}).attributes == values
