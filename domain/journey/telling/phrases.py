"""Conditions as a person reads them: "plan is not team or business", "first_use done at least 2 times"."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from domain.journey.comparisons import Comparison
from domain.journey.conditions import (
    All,
    AnyOf,
    AttributeIs,
    Condition,
    EventDone,
    InSegment,
    Not,
    PropertyIs,
    StepEnded,
)
from domain.journey.telling.words import counted, duration_in_words, listed, value_in_words
from domain.journey.walking import Leaf, leaves_of


def condition_in_words(condition: Condition) -> str:
    """`plan is team and (first_use done or paid done at least 2 times)`"""
    return _said(condition, "", outermost=True)


def subjects(condition: Condition) -> Iterable[str]:
    """What a condition looks at, in its order: the names of attributes, events, segments and steps."""
    return map(_subject, leaves_of(condition))


def _subject(leaf: Leaf) -> str:
    match leaf:
        case AttributeIs():
            return leaf.attribute
        case PropertyIs():
            return leaf.property_
        case EventDone():
            return leaf.event
        case InSegment():
            return leaf.segment
        case StepEnded():
            return leaf.step
        case _:
            assert_never(leaf)


def _said(condition: Condition, no: str, *, outermost: bool = False) -> str:
    """`no` is "not " for what must not hold, and empty otherwise."""
    match condition:
        case All():
            return _joined(condition.all_, "and", no, outermost)
        case AnyOf():
            return _joined(condition.any_, "or", no, outermost)
        case Not():
            return _said(condition.not_, "" if no else "not ", outermost=outermost)
        case _:
            return _said_of_one(condition, no)


def _said_of_one(leaf: Leaf, no: str) -> str:
    match leaf:
        case AttributeIs() | PropertyIs():
            return f"{_subject(leaf)} is {no}{_compared(leaf)}"
        case EventDone():
            return f"{leaf.event} {no}done{_how_often(leaf)}"
        case InSegment():
            return f"{no}in segment {leaf.segment}"
        case StepEnded():
            return f"outcome of {leaf.step} is {no}{leaf.outcome}"
        case _:
            assert_never(leaf)


def _joined(parts: Sequence[Condition], conjunction: str, no: str, outermost: bool) -> str:
    if len(parts) == 1:
        return _said(parts[0], no, outermost=outermost)
    text = f" {conjunction} ".join(_said(part, "") for part in parts)
    return text if outermost and not no else f"{no}({text})"


def _how_often(done: EventDone) -> str:
    often = f" at least {counted(done.at_least, 'time')}" if done.at_least > 1 else ""
    return often if done.within is None else f"{often} in the last {duration_in_words(done.within)}"


def _compared(comparison: Comparison) -> str:
    if comparison.exists is not None:
        return "known" if comparison.exists else "unknown"
    if comparison.in_ is not None:
        return listed(map(value_in_words, comparison.in_), "or")
    if comparison.equals is not None:
        return value_in_words(comparison.equals)
    if comparison.above is not None:
        return f"above {value_in_words(comparison.above)}"
    return f"below {value_in_words(comparison.below)}"
