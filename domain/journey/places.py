"""Where in a journey file something stands: paths into its raw data, and problems at them."""

from collections.abc import Iterator
from typing import Any

from domain.yaml_source import Path, Problem, Source

# Mappings whose keys are the author's own; an `id` or a `step` in them is none of the language's.
OWN_NAMES = {"set", "properties", "milestones", "split"}


def walk(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value with its path, in the order of the file, each before what it holds."""
    yield path, data
    if path and path[-1] in OWN_NAMES:
        return
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from walk(value, (*path, key))


def problem_at(source: Source, path: Path, message: str) -> Problem:
    """A problem with its line and the innermost step around it, for people who look for the step's id."""
    step, data = "", source.data
    for part in path:
        data = data[part]
        if part in OWN_NAMES:
            break
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            step = f"step {data['id'][:64]}"
    return Problem(source.file, source.line(path), message, step)
