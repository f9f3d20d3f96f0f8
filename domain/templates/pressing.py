"""Keys that a person may press while a call is read out to them, and what each of them says.

`keys: {1: call_me, 9: stop}`: what is pressed comes back as the answer `call_me`. A word that stops everywhere else,
such as stop, stops here as well.
"""

import re
from collections.abc import Mapping

from domain.templates.text import Text

FIELD = "key "  # before the key, in the fields of a block
KEYS = tuple("1234567890")
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


def problem(word: str) -> str | None:
    """What is wrong with the word of a key, None if nothing is."""
    return None if WORD.fullmatch(word) else "a key stands for a word of a-z, 0-9 and _, such as call_me"


def keys_of(words: Mapping[str, Text]) -> dict[str, str] | None:
    """What each key of a message says, None if there are none."""
    found = {name.removeprefix(FIELD): text.piece.text for name, text in words.items() if name.startswith(FIELD)}
    return found or None
