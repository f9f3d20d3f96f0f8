"""What is wrong with a journey as a whole, though each of its parts may be well formed.

Looks at the raw data, so that these problems are told together with those of single parts.
"""

from collections.abc import Iterator
from typing import Any

from domain.journey import raw
from domain.journey.checking import reach
from domain.journey.places import problem_at
from domain.shown import shown
from domain.yaml_source import Path, Problem, Source

Found = Iterator[tuple[Path, str]]
OF_NOBODY_YET = "whoever enters has done nothing here yet; look at attributes, segments and properties of the event"
NO_EVENT = "`property` is of an event, and there is none here; use it in `where` of a `wait_for`"


def check(source: Source) -> list[Problem]:
    """Every problem of the whole."""
    return [problem_at(source, path, message) for rule in RULES for path, message in rule(source.data)]


def _ids_are_unique(data: Any) -> Found:
    seen: set[str] = set()
    for path, step in raw.steps(data):
        if isinstance(step.get("id"), str):
            if step["id"] in seen:
                yield (*path, "id"), f"step id {shown(step['id'])} is used twice"
            seen.add(step["id"])


def _outcomes_are_of_earlier_sends(data: Any) -> Found:
    sends: dict[str, None] = {}
    for path, step in raw.steps(data):
        around = raw.steps({"steps": step.get("do")}) if "repeat" in step else ()  # seen from an earlier lap
        sends |= {one["id"]: None for _, one in [(path, step), *around] if _sends(one)}
        for inner, leaf in _leaves(step, path):
            if isinstance(leaf.get("step"), str) and leaf["step"] not in sends:
                there = ", ".join(sends) or "none"
                yield (*inner, "step"), f"no `send` before this is called {shown(leaf['step'])}; there are: {there}"


def _sends(step: raw.Raw) -> bool:
    return "send" in step and isinstance(step.get("id"), str)


def _leaves(step: raw.Raw, path: Path) -> raw.Parts:
    for inner, condition in raw.conditions(step, path):
        yield from raw.leaves(condition, inner)


def _else_is_the_last_case(data: Any) -> Found:
    for path, step in raw.steps(data):
        cases = list(raw.parts(step.get("branch"), (*path, "branch")))
        for inner, case in cases[:-1]:
            if "else" in case:
                yield (*inner, "else"), "`else` must be the last case; what follows it is never reached"


def _only_waits_look_at_events(data: Any) -> Found:
    for path, step in raw.steps(data):
        for inner, condition in raw.conditions(step, path):
            for place, leaf in raw.leaves(condition, inner) if inner[-1] != "where" else ():
                if "property" in leaf:
                    yield (*place, "property"), NO_EVENT


def _who_enters_has_done_nothing(data: Any) -> Found:
    entry = data.get("entry")
    where = entry.get("where") if isinstance(entry, dict) else None
    for path, leaf in raw.leaves(where, ("entry", "where")):
        yield from (((*path, key), OF_NOBODY_YET) for key in ("event", "step") if key in leaf)


def _timeouts_are_complete(data: Any) -> Found:
    for path, step in raw.steps(data):
        if "wait_for" in step and "on_timeout" in step and "timeout" not in step:
            yield (*path, "on_timeout"), "`on_timeout` needs a `timeout`, such as `timeout: 24h`"


RULES = (
    _ids_are_unique,
    _outcomes_are_of_earlier_sends,
    _else_is_the_last_case,
    _only_waits_look_at_events,
    _who_enters_has_done_nothing,
    _timeouts_are_complete,
    *reach.RULES,
)
