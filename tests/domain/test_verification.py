"""The rules of one-time codes: RFC 4226's codes, pauses, limits, and whose numbers are whose."""

import doctest
from importlib import import_module
from types import ModuleType

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import Outcome
from domain.errors import BadInput
from domain.verification import codes, links
from domain.verification.contacts import Contact, check_channel, check_country, check_to, is_premium, lets_in, place_of
from domain.verification.life import COOL_DOWNS, MOST_SENDS, SILENCE, VALID_FOR
from domain.verification.route import next_channel, silence, waits_for_receipt

# RFC 4226, appendix D: the secret is the text 12345678901234567890.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")
MODULES = ("codes", "contacts", "life", "limits", "links", "pumping", "refusals", "route", "vault")

# 40 countries, by their largest and their most abused ones; libphonenumber's own example of a mobile number of each.
COUNTRIES = (
    *("US", "CA", "BR", "MX", "AR", "CO", "CL", "PE", "GB", "DE", "FR", "ES", "IT", "PT", "NL", "PL", "SE", "UA"),
    *("TR", "RU", "IL", "SA", "AE", "EG", "NG", "KE", "ZA", "GH", "IN", "PK", "BD", "LK", "ID", "MY", "PH", "VN"),
    *("TH", "JP", "KR", "AU"),
)


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_are_right(name: str) -> None:
    """Beside each threshold stands what it comes to."""
    module: ModuleType = import_module(f"domain.verification.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_CODES)))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    """Appendix D."""
    assert codes.code_of(RFC_SECRET, counter) == code


@given(st.text(max_size=20))
def test_only_the_code_is_right(typed: str) -> None:
    """Whatever is typed: it is right if its digits are the code's, and no text breaks the comparison."""
    hashes = {"phone": codes.hash_of("755224", "v", b"k")}
    assert (codes.which(typed, "v", hashes, [b"k"]) == "phone") == (codes.tidy(typed) == "755224")


def test_a_hash_fits_one_verification_and_one_key() -> None:
    """Two people with the same code have different hashes, and a stolen table is no help without the key."""
    hashes = {"phone": codes.hash_of("755224", "v", b"k")}
    assert codes.which("755224", "v", hashes, [b"newer", b"k"]) == "phone"
    assert codes.which("755224", "w", hashes, [b"k"]) is None
    assert codes.which("755224", "v", hashes, [b"newer"]) is None


def test_a_code_can_be_sent_five_times_while_it_is_good() -> None:
    """The pauses fit into the ten minutes."""
    assert len(COOL_DOWNS) == MOST_SENDS - 1
    assert sum(pause.total_seconds() for pause in COOL_DOWNS) < VALID_FOR.total_seconds()


@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_of_forty_countries_are_known_for_what_they_are(country: str) -> None:
    """Read, placed in their country, let in if it is open, and refused if another one is."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    contact, number = check_to(written)
    assert (contact, place_of(number).country) == (Contact.PHONE, country)
    assert lets_in(number, {country})
    assert not lets_in(number, {"ZW" if country != "ZW" else "US"})
    assert not lets_in(number, set())
    assert number.startswith(place_of(number).range)


@pytest.mark.parametrize("number", ["+19005550123", "+33899123456"])
def test_numbers_that_earn_by_each_text_get_none(number: str) -> None:
    """Whatever country is open."""
    assert is_premium(number)
    assert not lets_in(number, {"US", "FR"})


def test_settings_are_read_strictly() -> None:
    """A country that does not exist would be one that nobody misses until somebody signs up there."""
    assert check_country("br") == "BR"
    for wrong in ("XX", "Brazil", ""):
        with pytest.raises(BadInput):
            check_country(wrong)
    with pytest.raises(BadInput, match="codes do not go by 'pigeon'"):
        check_channel("pigeon")


@given(st.text(max_size=120))
def test_no_text_breaks_the_reading_of_links(text: str) -> None:
    """They come from anywhere."""
    token = links.read(text)
    assert token is None or not links.is_genuine(token, "signup", [b"key"])


@pytest.mark.parametrize(
    ("channel", "outcome", "receipts", "waits"),
    [
        ("sms", Outcome.SENT, True, True),
        ("voice", Outcome.SENT, True, True),  # nobody may have picked up
        ("sms", Outcome.SENT, False, False),  # without receipts all would be silent
        ("email", Outcome.SENT, True, False),  # a mail server's word says nothing of the person
        ("email", Outcome.UNKNOWN, False, True),  # it may not have gone out at all
        ("sms", Outcome.SKIPPED, True, False),
    ],
)
def test_silence_counts_where_it_says_something(channel: str, outcome: Outcome, receipts: bool, waits: bool) -> None:
    """A fallback costs money, and two codes on two phones confuse."""
    assert waits_for_receipt(channel, outcome, receipts) is waits


def test_a_call_is_given_the_time_to_be_heard() -> None:
    """It rings, and then it speaks; a text is there in seconds."""
    assert silence("voice") > silence("sms") == silence("whatsapp") == SILENCE


def test_fallback_ends() -> None:
    """Each channel once, and never more sends than a verification has."""
    assert next_channel(["sms", "email"], {"sms", "email"}, 2) is None
    assert next_channel(["sms", "email"], {"sms"}, MOST_SENDS) is None
