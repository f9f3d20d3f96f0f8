"""What a failing comparison of messages shows: which were missed, and which nobody expected."""

from collections.abc import Sequence
from difflib import ndiff

from testkit.seen import Message, Messages

MEANING = {"- ": "expected, and did not go out", "+ ": "went out, and was not expected"}


def comparison(left: Sequence[object], right: Sequence[object]) -> list[str]:
    """The lines that pytest shows, whichever side the messages are on."""
    got, expected = (left, right) if isinstance(left, Messages) else (right, left)
    lines = [line for line in ndiff(_names(expected), _names(got)) if not line.startswith("?")]
    width = max(map(len, lines), default=0)
    told = [f"{line:<{width}}   {MEANING[line[:2]]}" if line[:2] in MEANING else line for line in lines]
    return ["messages == the expected ones", "", *told]


def _names(messages: Sequence[object]) -> list[str]:
    return [one.template if isinstance(one, Message) else str(one) for one in messages]
