"""What templates are told, made harmless: other people have typed it, and no two mean the same by nothing."""

import re
from collections.abc import Mapping
from typing import Any

from domain.templates.limits import MAX_DEPTH, MAX_KEYS, MAX_VALUE, size

# They turn round or hide the text that follows; a name written from right to left needs none of them.
DISGUISING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
# As browsers read it: they pass over spaces and line breaks in it.
SCRIPT = re.compile(r"(javascript|vbscript):|data:[a-z]+/")
START = 100  # characters in which the name of a scheme would stand
# Ours, and as long as they have to be.
OWN = frozenset({"links", "product", "link"})
LONG = 100  # characters of a value that is no name any more, and that a message can do without


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without None and blank text at any depth: to Liquid an empty name is a name, as in "Hi ,".

    Neither is there what is larger or deeper than anything a message could say, nor a link that is a script.
    """
    return _kept(values, MAX_VALUE, 0)


def shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `present` has kept, without other people's long values."""
    return {key: value for key, value in values.items() if key in OWN} | _kept(
        {key: value for key, value in values.items() if key not in OWN}, LONG, 0
    )


def _kept(values: Mapping[str, Any], longest: int, depth: int) -> dict[str, Any]:
    if depth == MAX_DEPTH or len(values) > MAX_KEYS:
        return {}
    clean = ((key, _clean(value, longest, depth + 1)) for key, value in values.items())
    return {key: value for key, value in clean if value is not None}


def _clean(value: Any, longest: int, depth: int) -> Any:
    if isinstance(value, Mapping):
        return _kept(value, longest, depth)
    if isinstance(value, str):
        return _text(value, longest)
    return value if not isinstance(value, list | tuple) or size(value) <= longest else None


def _text(value: str, longest: int) -> str | None:
    if len(value) > longest or not value.strip():
        return None
    start = "".join(value[:START].split()).lower()
    if SCRIPT.match(DISGUISING.sub("", start)):
        return None
    return DISGUISING.sub("", value) or None
