"""A call whose keys say something."""

import pytest

from domain.errors import BadInput
from domain.templates import Templates

CALL = """voice:
  text: |
    Hello {{ user.id }}.
    Press 1, and we call you back. Press 9, and we call no more.
  keys: {1: call_me, 9: stop}
"""


def test_a_call_says_what_its_keys_mean() -> None:
    """The same words in every language: journeys look at them."""
    there = Templates.parse({"hello/en.yaml": CALL, "hello/pt.yaml": "voice: |\n  Oi."}, "en")
    assert there.render("hello", "voice", "en", {}).keys == {"1": "call_me", "9": "stop"}
    assert there.render("hello", "voice", "pt", {}).content() == {"text": "Oi."}


@pytest.mark.parametrize(
    ("voice", "problem"),
    [
        ("{text: Hi}", "voice needs keys"),
        ("{keys: {1: yes_please}}", "voice needs text"),
        ("{text: Hi, keys: {'#': hash}}", "keys knows 1, 2"),  # Twilio takes it for the end of what is pressed
        ("{text: Hi, keys: {12: twelve}}", "keys knows 1, 2"),
        ("{text: Hi, keys: {1: Call me!}}", "a key stands for a word of a-z"),
        ("{text: Hi, keys: {1: '{{ user.id }}'}}", "a key stands for a word of a-z"),
        ("{text: Hi, keys: [1]}", "keys must hold 1, 2"),
    ],
)
def test_keys_that_would_say_nothing_are_refused(voice: str, problem: str) -> None:
    """With the file and the line."""
    with pytest.raises(BadInput) as refused:
        Templates.parse({"hello/en.yaml": f"voice: {voice}"}, "en")
    assert str(refused.value).startswith("hello/en.yaml:1: ")
    assert problem in str(refused.value)
