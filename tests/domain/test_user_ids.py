"""User ids are opaque, for they stand where personal data must not."""

import pytest

from domain.errors import BadInput
from domain.identifiers import check_user_id

MAIL, PHONE, FORM = "like an e-mail address", "like a phone number", "must be 1-128 letters, digits or . _ : | ~ = -"


@pytest.mark.parametrize(
    "user_id",
    [
        "u-1",
        "1234567",  # a row's number
        "123456789",
        "175928847299117063",  # a snowflake
        "550e8400-e29b-41d4-a716-446655440000",  # UUIDs, the second almost of digits alone
        "12345678-1234-1234-1234-123456789012",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",  # a ULID
        "507f1f77bcf86cd799439011",  # MongoDB
        "cus_NffrFeUfNV2Hib",  # Stripe
        "auth0|abc",
        "google-oauth2|103547991597142817347",
        "urn:shop:42",
        "00001234",  # padded with zeros
        "2026-03-02",
        "a",
        "x" * 128,
    ],
)
def test_ordinary_ids_are_accepted_as_they_are(user_id: str) -> None:
    """Whatever makes them."""
    assert check_user_id(user_id) == user_id


@pytest.mark.parametrize(
    ("user_id", "problem"),
    [
        ("alice@example.com", MAIL),
        ("@alice", MAIL),
        ("mailto:alice@example.com", MAIL),
        ("5511987654321", PHONE),  # E.164 without its plus
        ("4155550123", PHONE),
        ("+5511987654321", PHONE),
        ("+55 11 98765-4321", PHONE),
        ("005511987654321", PHONE),
        ("(11) 98765-4321", PHONE),
        ("11-98765-4321", PHONE),
        ("415-555-0123", PHONE),
        ("415.555.0123", PHONE),
        ("11 98765 4321", PHONE),
        ("tel:5511987654321", PHONE),
        ("whatsapp:+5511987654321", PHONE),
        ("", FORM),
        (" u-1", FORM),
        ("u-1\n", FORM),
        ("a/b", FORM),  # would end the user's part of a workflow id
        ("-a", FORM),
        ("x" * 129, FORM),
        ("josé", FORM),
        ("alice%40example.com", FORM),
        ("\ud800", FORM),
    ],
)
def test_ids_that_are_or_may_be_personal_data_are_refused(user_id: str, problem: str) -> None:
    """They stand in workflow ids, in logs and in URLs."""
    with pytest.raises(BadInput, match=r"^user id \S*…\(\d+ characters\) ") as refused:
        check_user_id(user_id)
    assert problem in str(refused.value)
