"""The steps and conditions of a journey file as they are written, found before anything is known to be right.

Nothing is taken for a step where the language has none, so a share, an attribute or a property may be called `send`.
"""

from collections.abc import Iterator
from typing import Any

from domain.yaml_source import Path

Raw = dict[str, Any]
Parts = Iterator[tuple[Path, Raw]]
HOLD_STEPS = ("do", "on_timeout", "else")
HOLD_PARTS = ("wait_for", "branch")  # whose parts hold steps
HOLD_CONDITIONS = (("branch", "if"), ("wait_for", "where"), ("repeat", "until"))


def blocks(data: Any) -> Iterator[tuple[Path, list[Any]]]:
    """Every block of steps, each before those nested in it."""
    if isinstance(data, dict) and isinstance(data.get("steps"), list):
        yield from _within(data["steps"], ("steps",))


def steps(data: Any) -> Parts:
    """Every step, in the order of the file, each before those nested in it."""
    if isinstance(data, dict):
        yield from _steps_of(data.get("steps"), ("steps",))


def nested(part: Raw, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """The blocks that a step holds itself."""
    for key, value in part.items():
        if key in HOLD_PARTS:
            for inner, one in parts(value, (*path, key)):
                yield from nested(one, inner)
        elif key in HOLD_STEPS:
            shares = value.items() if key == "do" and isinstance(value, dict) else ()  # of a split
            named = [((*path, key, name), block) for name, block in shares] or [((*path, key), value)]
            yield from ((inner, block) for inner, block in named if isinstance(block, list))


def conditions(step: Raw, path: Path) -> Iterator[tuple[Path, Any]]:
    """The conditions that a step states itself."""
    for holder, key in HOLD_CONDITIONS:
        for inner, one in parts(step.get(holder), (*path, holder)):
            if key in one:
                yield (*inner, key), one[key]


def leaves(condition: Any, path: Path) -> Parts:
    """A condition's own parts, down to those that look at something."""
    for inner, one in parts(condition, path):
        yield inner, one
        for key in ("all", "any", "not"):
            yield from leaves(one.get(key), (*inner, key))


def parts(value: Any, path: Path) -> Parts:
    """The mappings of a list, which may be written as its only item."""
    if isinstance(value, dict):
        yield path, value
    for index, one in enumerate(value if isinstance(value, list) else ()):
        if isinstance(one, dict):
            yield (*path, index), one


def _within(block: list[Any], path: Path) -> Iterator[tuple[Path, list[Any]]]:
    yield path, block
    for inner, step in parts(block, path):
        for place, held in nested(step, inner):
            yield from _within(held, place)


def _steps_of(block: Any, path: Path) -> Parts:
    for inner, step in parts(block if isinstance(block, list) else (), path):
        yield inner, step
        for place, held in nested(step, inner):
            yield from _steps_of(held, place)
