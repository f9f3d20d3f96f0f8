"""What PostgreSQL and Temporal can both keep: plain JSON of a sensible size, text without half characters, real times.

Each check returns what it was given, made uniform, and raises ValueError with what to do.
"""

import json
import math
from datetime import UTC, datetime
from typing import Any

MAX_JSON_BYTES = 32_000  # the 32 kB that Segment's clients allow for one call, with room for the rest of it
MAX_DEPTH = 20
MAX_WHOLE = 2**63  # larger ones are ids, and belong in quotes
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def plain_text(text: str) -> str:
    """Text without the NUL character and without halves of characters."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a NUL or half a character; send it as valid UTF-8 without them")
    return text


def plain_json(values: dict[str, Any]) -> dict[str, Any]:
    """A JSON object of at most 32,000 bytes."""
    _check(values, "", 0)
    size = len(json.dumps(values, ensure_ascii=False).encode())
    if size > MAX_JSON_BYTES:
        raise ValueError(f"is {size:,} bytes of JSON, of {MAX_JSON_BYTES:,} allowed; keep only what messages need")
    return values


def plain_instant(instant: datetime) -> datetime:
    """An aware instant, in UTC."""
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"must lie between {EARLIEST:%Y} and {LATEST:%Y}")
    return instant.astimezone(UTC)


def _check(value: Any, place: str, depth: int) -> None:
    if not isinstance(value, dict | list):
        _check_leaf(value, place)
        return
    if depth == MAX_DEPTH:
        raise ValueError(f"is nested deeper than {MAX_DEPTH} levels; flatten it")
    for part, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict):
            _check_name(part, place)
        _check(item, f"{place}.{part}" if place else str(part), depth + 1)


def _check_leaf(value: Any, place: str) -> None:
    match value:
        case None | bool():
            return
        case int() | float():
            _check_number(value, place)
        case str():
            _check_text(value, place)
        case _:
            raise ValueError(f"{_at(place)}a {type(value).__name__} is not JSON; give text, a number, a list or so")


def _check_number(number: float, place: str) -> None:
    if not math.isfinite(number) if isinstance(number, float) else abs(number) >= MAX_WHOLE:
        raise ValueError(f"{_at(place)}the number is too large, or none at all; give it as text")


def _check_text(text: str, place: str) -> None:
    try:
        plain_text(text)
    except ValueError as error:
        raise ValueError(f"{_at(place)}{error}") from None


def _check_name(name: Any, place: str) -> None:
    if not isinstance(name, str):
        raise ValueError(f"{_at(place)}the name {name!r} is not text")
    _check_text(name, place)


def _at(place: str) -> str:
    return f"{place[:100]}: " if place else ""
