"""What nobody ever reaches: steps behind one that lets nobody go on, cases that others always come before."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.journey import raw
from domain.journey.checking.closed import is_closed
from domain.journey.checking.worlds import never_first
from domain.journey.conditions import Condition
from domain.shown import shown
from domain.yaml_source import Path

Found = Iterator[tuple[Path, str]]

NEVER_HOLDS = "is never reached: its condition cannot hold for anybody"
TAKEN_ABOVE = "is never reached: the cases above take everybody whom it is for"
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def steps_behind_a_closed_door(data: Any) -> Found:
    """The first step of each block that stands behind one whose every way ends the journey."""
    for path, block in raw.blocks(data):
        closed = next((index for index, step in enumerate(block[:-1]) if is_closed(step)), None)
        if closed is not None:
            why = "exits before it" if "exit" in block[closed] else "ends the journey on each of its ways"
            yield (*path, closed + 1), f"is never reached: step {shown(block[closed].get('id'))} {why}"


def cases_too_late(data: Any) -> Found:
    """Cases of branches whose condition never is the first that holds."""
    for path, step in raw.steps(data):
        cases = list(raw.parts(step.get("branch"), (*path, "branch")))
        last = next((place for place, (_, case) in enumerate(cases) if "if" not in case), len(cases))
        known = cases[: last + 1] if all("if" in case or "else" in case for _, case in cases) else []
        for inner, vain in _never_first(known, "if"):
            yield inner, NEVER_HOLDS if vain else TAKEN_ABOVE


def events_that_never_win(data: Any) -> Found:
    """Awaited events that always are those of an item above as well."""
    for path, step in raw.steps(data):
        awaited = list(raw.parts(step.get("wait_for"), (*path, "wait_for")))
        by_event = {event: [one for one in awaited if one[1].get("event") == event] for event in _events(awaited)}
        for event, same in by_event.items():
            taken = f"{shown(event)} is awaited above, for every such event, so this never wins"
            for inner, vain in _never_first(same, "where"):
                yield inner, NEVER_HOLDS if vain else taken


def laps_in_vain(data: Any) -> Found:
    """Repeats whose `until` holds for everybody, or for nobody."""
    for path, step in raw.steps(data):
        for inner, laps in raw.parts(step.get("repeat"), (*path, "repeat")):
            for _, vain in _never_first([(inner, laps), (inner, {})], "until") if "until" in laps else ():
                yield (
                    (*inner, "until"),
                    "`until` never holds; leave it out" if vain else "`until` always holds, so no lap ever begins",
                )


def _events(awaited: list[tuple[Path, raw.Raw]]) -> dict[str, None]:
    return dict.fromkeys(one["event"] for _, one in awaited if isinstance(one.get("event"), str))


def _never_first(found: list[tuple[Path, raw.Raw]], key: str) -> Iterator[tuple[Path, bool]]:
    """Those whose condition under `key` never is the first to hold, and whether it could never hold at all.

    Nothing, if one of them is no condition; that is told elsewhere.
    """
    try:
        conditions = [CONDITION.validate_python(one[key]) if key in one else None for _, one in found]
    except ValidationError:
        return
    for place in never_first(conditions):
        yield found[place][0], bool(never_first([conditions[place]]))


RULES = (steps_behind_a_closed_door, cases_too_late, events_that_never_win, laps_in_vain)
