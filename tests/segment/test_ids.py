"""Who is meant by the ids of a call."""

from typing import Any

import pytest

from domain.errors import BadInput
from domain.identifiers import check_user_id
from tracking import ids

UUID = "3f0a11c2-77aa-4f0e-9d7e-0c2f6a1b9e11"


@pytest.mark.parametrize(
    ("item", "person"),
    [
        ({"userId": "alice-1", "anonymousId": UUID}, "alice-1"),
        ({"userId": None, "anonymousId": UUID}, f"anon:{UUID}"),
        ({"userId": "", "anonymousId": UUID}, f"anon:{UUID}"),
        ({"userId": 7}, "7"),
        ({"userId": 7.0}, "7"),
        ({"userId": "auth0|5f7c8ec7c33c6c004bbafe82"}, "auth0|5f7c8ec7c33c6c004bbafe82"),
        ({"anonymousId": 5511987654321}, "anon:~029c7290f14c4516673508635f0519db95f7daf4"),
    ],
)
def test_the_known_person_comes_first(item: dict[str, Any], person: str) -> None:
    """Ids may be text or numbers, null or empty."""
    assert check_user_id(ids.person_of(item)) == person


@pytest.mark.parametrize("given", ["alice@example.com", "+5511987654321", '"quoted"', "a b", "é", "\ud83d", "x" * 130])
def test_an_anonymous_id_that_cannot_stand_in_logs_is_hashed(given: str) -> None:
    """Always to the same id, and it takes nobody else's."""
    person = ids.anonymous(given)
    assert person.startswith("anon:~")
    assert (ids.anonymous(given), check_user_id(person)) == (person, person)
    assert ids.anonymous(given + "?") != person


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"userId": "alice@example.com"}, "looks like an e-mail address; use your own opaque id"),
        ({"userId": "+5511987654321"}, "looks like a phone number"),
        ({"userId": "alice one"}, "must be 1-128 letters, digits"),
        ({"userId": {"id": 1}}, "an id must be text or a whole number"),
        ({"userId": 1.5}, "an id must be text or a whole number"),
        ({"userId": float("nan")}, "an id must be text or a whole number"),
        ({"userId": 10**40}, "an id must be text or a whole number"),
        ({"userId": True}, "userId or anonymousId is required"),
        ({}, "userId or anonymousId is required"),
        ({"userId": None, "anonymousId": None}, "userId or anonymousId is required"),
    ],
)
def test_a_user_id_that_is_none_is_refused(item: dict[str, Any], told: str) -> None:
    """In words that tell what to do, and do not repeat it."""
    with pytest.raises(BadInput) as refused:
        ids.person_of(item)
    assert told in str(refused.value)
    assert "alice@example.com" not in str(refused.value)


def test_a_long_message_id_is_hashed() -> None:
    """Cut short, two of them could be the same."""
    first, second = (str(ids.message_id_of({"messageId": "m" * 300 + end})) for end in "ab")
    assert first != second
    assert len(first) == 64
    assert ids.message_id_of({"messageId": "m" * 200}) == "m" * 200
    assert ids.message_id_of({"messageId": None}) is None
