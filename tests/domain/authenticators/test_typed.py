"""What people type for a code, and what becomes of it."""

import string
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.authenticators import recovery
from domain.authenticators.recovery import ALPHABET, LENGTH, grouped, spell
from domain.authenticators.typed import LONGEST, Kind, read

CODES = st.integers(0, 999_999).map(lambda number: f"{number:06}")
RECOVERY = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
NOISE = st.text(" \t\n.-–—_\u00a0\u200b\u200e\u202a\u202c\u2060\ufeff−", max_size=4)
ZEROS = [ord(zero) for zero in "0٠۰०০๐０"]  # of scripts that people's keyboards have


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        ("000000", "000000"),
        (" 123 456 ", "123456"),  # as apps show it
        ("123-456", "123456"),
        ("１２３４５６", "123456"),  # a Japanese keyboard
        ("٠١٢٣٤٥", "012345"),  # an Arabic one
        ("۰۱۲۳۴۵", "012345"),  # a Persian one
        ("०१२३४५", "012345"),  # a Hindi one
        ("\u202a123456\u202c", "123456"),  # copied out of a text with directions
        ("k3vd-7m0x-2hqp", "k3vd7m0x2hqp"),
        ("K3VD 7MOX 2HQP", "k3vd7m0x2hqp"),  # written by hand, read as an O
        ("k3vd–7mox—2hqp.", "k3vd7m0x2hqp"),  # what a word processor makes of it
        ("iL01-oO00-abcd", "11010000abcd"),
    ],
)
def test_a_code_is_read_through_what_is_around_it(text: str, code: str) -> None:
    """Nobody is refused for a keyboard."""
    typed = read(text)
    assert typed is not None
    assert typed.code == code


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "12345", "1234567", "12345a", "abcdef", "½23456", "²23456x"),
        *("k3vd-7m0x-2hq", "k3vd-7m0x-2hqpp", "k3vd-7m0x-2hqu", "k3vd-7m0x-2hq!", "кЗvd-7m0x-2hqp"),
        *("0" * (LONGEST + 1), " " * LONGEST + "123456", "\ud800" * 6, "\0" * 6),
    ],
)
def test_what_can_be_no_code_is_none(text: str) -> None:
    """Nothing is judged, and nobody's count grows."""
    assert read(text) is None


@given(CODES, st.lists(NOISE, min_size=7, max_size=7), st.sampled_from(ZEROS))
def test_digits_of_every_script_with_anything_between_are_the_same_code(code: str, noise: list[str], zero: int) -> None:
    """A number is a number."""
    written = [chr(zero + int(digit)) for digit in code]
    text = "".join(part for pair in zip(noise, [*written, ""], strict=True) for part in pair)
    assume(len(text) <= LONGEST)
    typed = read(text)
    assert typed is not None
    assert (typed.kind, typed.code) == (Kind.APP, code)


@given(RECOVERY, st.randoms(use_true_random=False))
def test_a_recovery_code_survives_every_way_of_writing_it_down(code: str, chance: object) -> None:
    """Capitals, look-alikes, groups or none."""
    alike = {"0": "0oO", "1": "1iIlL"}
    choice = chance.choice  # type: ignore[attr-defined]
    written = "".join(choice(alike.get(character, character + character.upper())) for character in code)
    for text in (written, grouped(written), grouped(code).upper().replace("-", " "), f"({code})"[1:-1]):
        typed = read(text)
        assert typed is not None
        assert (typed.kind, typed.code) == (Kind.RECOVERY, code)


@given(st.text(max_size=80))
def test_any_text_is_a_code_in_its_one_form_or_none(text: str) -> None:
    """It never fails, and reading what was read changes nothing."""
    typed = read(text)
    if typed:
        assert set(typed.code) <= set(ALPHABET if typed.kind is Kind.RECOVERY else string.digits)
        assert read(typed.code) == typed
        assert read(unicodedata.normalize("NFD", typed.code)) == typed


@given(st.text(string.digits + string.ascii_letters + " -", max_size=20))
def test_texts_near_a_code_are_read_by_the_plain_rule(text: str) -> None:
    """The rule said once more, in the simplest words."""
    plain = text.lower().replace(" ", "").replace("-", "")
    digits = len(plain) == 6 and plain.isdigit()
    mended = plain.replace("o", "0").replace("i", "1").replace("l", "1")
    recovers = len(mended) == 12 and all(character in ALPHABET for character in mended)
    typed = read(text)
    assert (typed and typed.code) == (plain if digits else mended if recovers else None)


def test_a_code_does_not_stand_in_texts() -> None:
    """It may still be good."""
    assert "123456" not in f"{read('123456')!r}"


def test_recovery_codes_are_spelt_from_chance_without_letters_that_look_alike() -> None:
    """Every letter is as likely as every other: 256 is eight times 32."""
    assert spell(bytes(range(12))) == "0123456789ab"
    assert spell(bytes([255] * 12)) == "zzzzzzzzzzzz"
    assert not set("ilou") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32
    with pytest.raises(ValueError, match="12 bytes"):
        spell(b"short")


def test_what_is_kept_of_a_recovery_code_depends_on_the_key() -> None:
    """A stolen table alone is nothing to search in."""
    assert recovery.digest(b"a" * 32, "k3vd7m0x2hqp") != recovery.digest(b"b" * 32, "k3vd7m0x2hqp")
    assert recovery.digest(b"a" * 32, "k3vd7m0x2hqp") == recovery.digest(b"a" * 32, "k3vd7m0x2hqp")
