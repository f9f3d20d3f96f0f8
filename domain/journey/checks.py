"""What is wrong with a journey as a whole, though each of its parts may be well formed.

Looks at the raw data, so that these problems are told together with those of single parts.
"""

from collections.abc import Iterator
from typing import Any

from domain.journey.places import problem_at, walk
from domain.shown import shown
from domain.yaml_source import Path, Problem, Source

Found = Iterator[tuple[Path, str]]


def check(source: Source) -> list[Problem]:
    """Every problem of the whole."""
    return [problem_at(source, path, message) for rule in RULES for path, message in rule(source.data)]


def _ids_are_unique(data: Any) -> Found:
    seen: set[str] = set()
    for path, value in walk(data):
        if path[-1:] == ("id",) and isinstance(value, str):
            if value in seen:
                yield path, f"step id {shown(value)} is used twice"
            seen.add(value)


def _outcomes_are_of_earlier_sends(data: Any) -> Found:
    sends: list[str] = []
    for path, value in walk(data):
        if isinstance(value, dict):
            again = walk(value["do"]) if "repeat" in value and "do" in value else ()  # seen from an earlier lap
            sends += [one["id"] for _, one in [(path, value), *again] if _sends(one)]
        if path[-1:] == ("step",) and isinstance(value, str) and value not in sends:
            there = ", ".join(dict.fromkeys(sends)) or "none"
            yield path, f"no `send` before this is called {shown(value)}; there are: {there}"


def _sends(step: Any) -> bool:
    return isinstance(step, dict) and "send" in step and isinstance(step.get("id"), str)


def _else_is_the_last_case(data: Any) -> Found:
    for path, value in walk(data):
        if path[-1:] == ("branch",) and isinstance(value, list):
            for index, case in enumerate(value[:-1]):
                if isinstance(case, dict) and "else" in case:
                    yield (*path, index, "else"), "`else` must be the last case; what follows it is never reached"


def _only_waits_look_at_events(data: Any) -> Found:
    for path, value in walk(data):
        if path[-1:] == ("if",) or path[-2:] == ("repeat", "until"):
            for inner, _ in walk(value, path):
                if inner[-1] == "property":
                    yield inner, "`property` is of an event, and there is none here; use it in `where` of a `wait_for`"


def _nothing_follows_an_exit(data: Any) -> Found:
    for path, value in walk(data):
        if isinstance(value, list):
            for index, step in enumerate(value[:-1]):
                if isinstance(step, dict) and "exit" in step:
                    yield (*path, index + 1), f"is never reached: step {shown(step.get('id'))} exits before it"


def _timeouts_are_complete(data: Any) -> Found:
    for path, value in walk(data):
        if isinstance(value, dict) and "on_timeout" in value and "timeout" not in value:
            yield (*path, "on_timeout"), "`on_timeout` needs a `timeout`, such as `timeout: 24h`"


def _events_are_awaited_once(data: Any) -> Found:
    for path, value in walk(data):
        if path[-1:] == ("wait_for",) and isinstance(value, list):
            taken: list[Any] = []
            for index, awaited in enumerate(value):
                if not isinstance(awaited, dict):
                    continue
                if (event := awaited.get("event")) in taken:
                    yield (*path, index), f"{shown(event)} is awaited above, for every such event, so this never wins"
                if "where" not in awaited:
                    taken.append(event)


RULES = (
    _ids_are_unique,
    _outcomes_are_of_earlier_sends,
    _else_is_the_last_case,
    _only_waits_look_at_events,
    _nothing_follows_an_exit,
    _timeouts_are_complete,
    _events_are_awaited_once,
)
