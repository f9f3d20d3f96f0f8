"""What differs between two versions of a journey, step by step, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domain.journey.language import Journey
from domain.journey.layout import layout, moved
from domain.journey.writing import in_a_line

BLOCKS = {"id", "do", "on_timeout", "steps"}  # whose contents are steps, and are told of as such


class Difference(NamedTuple):
    """`+` is new, `-` is gone, `~` has changed, `>` has moved."""

    sign: str
    where: str
    said: str

    def __str__(self) -> str:
        return f"{self.sign} {self.where}: {self.said}"


def differences(old: Journey, new: Journey) -> list[Difference]:
    """First those of the head, then those of steps in the order of the new version, then what is gone."""
    before, after = layout(old.definition()), layout(new.definition())
    changed_place = moved(before, after)
    found = list(_fields("journey", _flat(old.definition()), _flat(new.definition())))
    for name, place in after.items():
        if name not in before:
            found.append(Difference("+", f"step {name}", f"{_summary(place.step)}, {place}"))
        else:
            found += _fields(f"step {name}", _flat(before[name].step), _flat(place.step))
            found += [Difference(">", f"step {name}", f"{before[name]} -> {place}")] if name in changed_place else []
    gone = (place for name, place in before.items() if name not in after)
    return [
        *found,
        *(Difference("-", f"step {place.step['id']}", f"{_summary(place.step)}, {place}") for place in gone),
    ]


def _fields(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in {**old, **new}:
        if name not in old:
            yield Difference("~", where, f"{name} is {in_a_line(new[name])}, and was not given")
        elif name not in new:
            yield Difference("~", where, f"{name} was {in_a_line(old[name])}, and is not given")
        elif old[name] != new[name]:
            yield Difference("~", where, f"{name} {in_a_line(old[name])} -> {in_a_line(new[name])}")


def _summary(step: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {in_a_line(value)}" for name, value in _flat(step).items())


def _flat(part: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a step or of the head, without steps; those in a mapping with its name before theirs."""
    found: dict[str, Any] = {}
    for name, value in part.items():
        if name == "wait_for":
            found |= _awaited(value)
        elif name == "branch":
            found |= {f"case {number}": case.get("if", "else") for number, case in enumerate(value, 1)}
        elif isinstance(value, dict) and name not in BLOCKS:
            found |= {f"{name}.{inner}": one for inner, one in value.items()}
        elif name not in BLOCKS:
            found[name] = value
    return found


def _awaited(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    events = [one["event"] for one in items]
    conditions = {f"wait_for.{number}.where": one["where"] for number, one in enumerate(items, 1) if "where" in one}
    return {"wait_for": events if len(events) > 1 else events[0], **conditions}
