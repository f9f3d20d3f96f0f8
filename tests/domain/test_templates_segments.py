"""An SMS is counted as the networks count it, and cut where phones can put it together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.templates.segments import BASIC, EXTENSION, ROOM, Encoding, segments

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
LETTERS = "".join(sorted(BASIC | EXTENSION))
ANY_TEXT = st.text(st.sampled_from(LETTERS), max_size=500) | st.text(max_size=300) | st.text("ab€ş👋", max_size=300)


def room_of(text: str, encoding: Encoding) -> int:
    """The room that a text takes, counted in another way."""
    if encoding is UCS:
        return len(text.encode("utf-16-le")) // 2
    return len(text) + sum(text.count(one) for one in EXTENSION)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "lengths"),
    [
        ("", GSM, 0, []),
        ("a" * 160, GSM, 160, [160]),
        ("a" * 161, GSM, 161, [153, 8]),
        ("a" * 306, GSM, 306, [153, 153]),
        ("a" * 307, GSM, 307, [153, 153, 1]),
        ("€" * 80, GSM, 160, [80]),  # two each
        ("a" * 159 + "€", GSM, 161, [153, 7]),
        ("a" * 152 + "€" + "a" * 10, GSM, 164, [152, 11]),  # the escape is not torn from its letter
        ("ş" * 70, UCS, 70, [70]),
        ("ş" * 71, UCS, 71, [67, 4]),
        ("👋" * 35, UCS, 70, [35]),  # two each
        ("👋" * 36, UCS, 72, [33, 3]),  # 66 of 67, as the surrogates stay together
        ("ç", UCS, 1, [1]),  # only the capital is in the alphabet
        ("Ç", GSM, 1, [1]),
        ("`", UCS, 1, [1]),
        ("\x1b", UCS, 1, [1]),  # the escape itself is no letter
    ],
)
def test_a_text_is_counted_and_cut(text: str, encoding: Encoding, units: int, lengths: list[int]) -> None:
    """The numbers at the borders, from the specification."""
    found = segments(text)
    assert (found.encoding, found.units, [len(part) for part in found.parts]) == (encoding, units, lengths)


def test_who_forces_the_larger_alphabet_is_named_once() -> None:
    """An author sees at once which letters to write differently."""
    assert segments("Não, não – é “só” {€}").forcing == ("ã", "–", "“", "ó", "”")


def test_the_alphabet_is_complete() -> None:
    """128 places: 127 characters and the escape."""
    assert (len(BASIC), len(EXTENSION), len(BASIC | EXTENSION)) == (127, 10, 137)


@given(ANY_TEXT)
def test_parts_are_the_text_each_as_full_as_it_can_be(text: str) -> None:
    """Nothing is lost, no part is too long, and none could have taken the next one's first character."""
    found = segments(text)
    alone, joined = ROOM[found.encoding]
    assert "".join(found.parts) == text
    assert (found.encoding is GSM) == all(one in LETTERS for one in text)
    if len(found.parts) <= 1:
        assert found.units == room_of(text, found.encoding) <= alone
        return
    assert found.units > alone
    for part, following in zip(found.parts, found.parts[1:], strict=False):
        assert room_of(part, found.encoding) <= joined < room_of(part + following[0], found.encoding)
    assert 0 < room_of(found.parts[-1], found.encoding) <= joined
