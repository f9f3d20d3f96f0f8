"""pydantic's errors in the words of the journey language: what is wrong, where, and what would be right."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.journey.conditions import CONDITION_KINDS, Condition
from domain.journey.fallback import Fallback
from domain.journey.head import After, Entry, Goal
from domain.journey.language import CASE_KINDS, STEP_KINDS, AnyCase, Awaited, Journey, Laps, Step
from domain.journey.parts import Part, is_tag, kind_of, kinds_in, members, tag
from domain.journey.places import problem_at
from domain.journey.waits import Until
from domain.shown import shown
from domain.yaml_source import Path, Problem, Source

# What a value must be, by pydantic's name for the error; filled in with the error's context.
MUST_BE = {
    "string_type": "text",
    "string_pattern_mismatch": "at most 64 lower-case letters, digits, - or _, beginning with a letter",
    "string_too_long": "at most {max_length} characters",
    "tuple_type": "a list, each item with a dash before it",
    "dict_type": "`name: value`, one or more of them",
    "enum": "{expected}",
    "literal_error": "{expected}",
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}
EMPTY = {"string_too_short", "too_short"}
FORMS = {"'reentry'": "'never', 'always' or `{after: 30d}`"}  # of which pydantic, by the shape, tries only some
EXAMPLES = {
    "Entry": "`{{event: signed_up}}`",
    "Awaited": "`{{event: first_use}}`, or a list of them",
    "Laps": "`{{every: 30d, at_most: 12}}`",
    "Goal": "`{{event: upgraded, within: 30d}}`",
    "Fallback": "`{{unless: delivered, after: 30m}}`",
}
KINDS: dict[str, tuple[str, Sequence[str]]] = {
    "step_kind": ("a step", STEP_KINDS),
    "case_kind": ("a case", CASE_KINDS),
    "condition_kind": ("a condition", CONDITION_KINDS),
}
KEY = "[key]"  # how pydantic says that it is a key of a mapping that is wrong
# The part that an error's path is in, by the last name in the path.
PARTS: dict[str, type[Part]] = {
    **members(Step),
    **members(AnyCase),
    **members(Condition),
    **members(Until),
    tag("after"): After,
    "wait_for": Awaited,
    "repeat": Laps,
    "fallback": Fallback,
    "entry": Entry,
    "goal": Goal,
}


def translate(error: ValidationError, source: Source) -> list[Problem]:
    """One problem for each error, at its place in the file."""
    return [
        problem_at(source, _path(item["loc"], source.data), _message(item))
        for item in error.errors()
        if not (item["type"] == "too_short" and item["input"])  # its items were wrong, and have been reported
    ]


def _path(location: tuple[str | int, ...], data: Any) -> Path:
    """An error's location as far as it exists in the file, which may write a list of one as its item alone."""
    path: list[str | int] = []
    for part in location:
        if is_tag(part) or (isinstance(part, int) and not isinstance(data, list)):
            continue
        if not _holds(data, part):
            break
        path.append(part)
        data = data[part]
    whole = kind_of(str(location[-1])) if location and is_tag(location[-1]) else None  # a step, at the key of its kind
    return (*path, whole) if whole is not None and _holds(data, whole) else tuple(path)


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, Mapping) and part in data


def _message(item: ErrorDetails) -> str:
    if item["type"] in KINDS:
        return _unclear_kind(item["input"], *KINDS[item["type"]])
    name = _name(item["loc"])
    match item["type"]:
        case "missing":
            return f"{name} is missing"
        case "extra_forbidden":
            return f"{shown(item['loc'][-1])} is not known here{_allowed(item['loc'])}"
        case "value_error":
            return f"{name}: {item['msg'].removeprefix('Value error, ')}"
        case kind if kind in EMPTY:
            return f"{name} must not be empty"
        case _:
            return f"{name} {_wrong(item['input'], FORMS.get(name) or _wanted(item))}"


def _name(location: tuple[str | int, ...]) -> str:
    """What the file calls the thing that is wrong."""
    names = [part for part in location if isinstance(part, str)]
    if names and names[-1] == KEY:
        return f"a name in {names[-3]!r}"
    if names and location[-1] in PARTS and is_tag(names[-1]):  # the step or condition as a whole
        return repr(kind_of(names[-1]))
    return repr(next((name for name in reversed(names) if not is_tag(name)), ""))


def _unclear_kind(value: object, noun: str, kinds: Sequence[str]) -> str:
    rule = f"{noun} has exactly one of {', '.join(kinds)}"
    if not isinstance(value, Mapping):
        return f"{rule}; this is {shown(value)}"
    has = kinds_in(value, kinds) or [str(key) for key in value]
    meant = [] if kinds_in(value, kinds) else [near for key in has for near in get_close_matches(key[:64], kinds, 1)]
    return f"{rule}; this one has {shown(', '.join(has))}" + (f"; did you mean {meant[0]}?" if meant else "")


def _allowed(location: tuple[str | int, ...]) -> str:
    place = next((part for part in reversed(location[:-1]) if isinstance(part, str)), "")
    keys = [field.alias or name for name, field in PARTS.get(place, Journey).model_fields.items()]
    meant = get_close_matches(str(location[-1])[:64], keys, 1)
    return f"; did you mean {meant[0]}?" if meant else f"; there are {', '.join(keys)}"


def _wanted(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    form = MUST_BE.get(item["type"]) or EXAMPLES.get(str(context.get("class_name")))
    return form.format(**context) if form else f"right ({item['msg']})"


def _wrong(value: object, wanted: str) -> str:
    if value is None:
        return f"is empty; it must be {wanted}"
    quotes = "; put it in quotes" if wanted == "text" and isinstance(value, int | float) else ""
    return f"must be {wanted}, not {shown(value)}{quotes}"
