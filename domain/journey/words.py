"""Names, durations and conditions as a person reads them: "first use", "24 hours", "plan is not team or business"."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import assert_never

from domain.journey.comparisons import Comparison
from domain.journey.conditions import All, AnyOf, AttributeIs, Condition, EventDone, Not, PropertyIs, StepEnded

UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
ONE_DAY = "24 hours"  # a day of a journey file is no calendar day
CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp", "email": "e-mail"}  # others read well as they are


def name_in_words(name: str) -> str:
    """`first_use` as "first use"."""
    return name.replace("_", " ").replace("-", " ").strip() or name


def capitalised(text: str) -> str:
    """With its first letter large, and the others as they were."""
    return text[:1].upper() + text[1:]


def duration_in_words(duration: timedelta) -> str:
    """In the largest unit that is exact: 7 days, 24 hours, 90 minutes."""
    if duration == UNITS["day"]:
        return ONE_DAY
    unit, size = next((unit, size) for unit, size in UNITS.items() if not duration % size)
    number = duration // size
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def channels_in_words(channels: Sequence[str] | None) -> str:
    """In the order in which they are tried."""
    if channels is None:
        return "on the preferred channel"
    return "by " + ", then ".join(CHANNELS.get(channel, channel) for channel in channels)


def listed(words: Iterable[str], conjunction: str) -> str:
    """`a, b or c`"""
    *others, last = words
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def condition_in_words(condition: Condition) -> str:
    """`plan is team and (first_use done or paid done at least 2 times)`"""
    return _said(condition, "", outermost=True)


def subjects(condition: Condition) -> Iterable[str]:
    """What a condition looks at: the names of attributes, events and steps, in its order."""
    match condition:
        case All() | AnyOf():
            for part in condition.all_ if isinstance(condition, All) else condition.any_:
                yield from subjects(part)
        case Not():
            yield from subjects(condition.not_)
        case _:
            yield _subject(condition)


def _subject(condition: AttributeIs | PropertyIs | EventDone | StepEnded) -> str:
    match condition:
        case AttributeIs():
            return condition.attribute
        case PropertyIs():
            return condition.property_
        case EventDone():
            return condition.event
        case StepEnded():
            return condition.step
        case _:
            assert_never(condition)


def _said(condition: Condition, no: str, *, outermost: bool = False) -> str:
    """`no` is "not " for what must not hold, and empty otherwise."""
    match condition:
        case AttributeIs() | PropertyIs():
            return f"{_subject(condition)} is {no}{_compared(condition)}"
        case EventDone():
            return f"{condition.event} {no}done{_how_often(condition)}"
        case StepEnded():
            return f"outcome of {condition.step} is {no}{condition.outcome}"
        case All():
            return _joined(condition.all_, "and", no, outermost)
        case AnyOf():
            return _joined(condition.any_, "or", no, outermost)
        case Not():
            return _said(condition.not_, "" if no else "not ", outermost=outermost)
        case _:
            assert_never(condition)


def _joined(parts: Sequence[Condition], conjunction: str, no: str, outermost: bool) -> str:
    if len(parts) == 1:
        return _said(parts[0], no, outermost=outermost)
    text = f" {conjunction} ".join(_said(part, "") for part in parts)
    return text if outermost and not no else f"{no}({text})"


def _how_often(done: EventDone) -> str:
    if done.within is not None:
        return f" in the last {duration_in_words(done.within)}"
    return f" at least {done.at_least} times" if done.at_least > 1 else ""


def _compared(comparison: Comparison) -> str:
    if comparison.exists is not None:
        return "known" if comparison.exists else "unknown"
    if comparison.in_ is not None:
        return listed(map(_value, comparison.in_), "or")
    if comparison.equals is not None:
        return _value(comparison.equals)
    if comparison.above is not None:
        return f"above {_value(comparison.above)}"
    return f"below {_value(comparison.below)}"


def _value(value: object) -> str:
    """As a journey file would write it: text that could be taken for something else stands in quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return f'"{text}"' if isinstance(value, str) and not _reads_as_a_word(text) else text


def _reads_as_a_word(text: str) -> bool:
    return text.replace("_", "").replace("-", "").isalpha() and text not in ("true", "false", "known", "unknown")
