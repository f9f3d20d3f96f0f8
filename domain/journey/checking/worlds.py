"""Which of several conditions, tried in order, can ever be the first that holds: found by trying all that may be.

Values that no comparison tells apart count as one, and conditions on events and segments as independent, so more is
thought possible than is: what nobody can reach here nobody can reach.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod
from typing import Any, assert_never

from domain.delivery import Outcome, Reported, became
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
from domain.journey.walking import Leaf, leaves_of

MOST_WORLDS = 5_000  # beyond it, which no journey in use comes near to, everything is thought possible
OTHER_TEXT = "any other text"
# How a step may have ended, with the receipt that tells most: there are none of what was never with a provider.
ENDINGS = (
    (None, None),
    *((ended, None) for ended in Outcome),
    *product((Outcome.SENT, Outcome.UNKNOWN), Reported),
)

World = Mapping[Any, Any]  # the value of each subject that conditions look at


def never_first(tried: Sequence[Condition | None]) -> list[int]:
    """The places of those that never are the first to hold; None always holds.

    >>> from pydantic import TypeAdapter
    >>> free = TypeAdapter(Condition).validate_python({"attribute": "plan", "equals": "free"})
    >>> never_first([free, Not(**{"not": free}), None])
    [2]
    """
    found = {leaf: None for condition in tried if condition for leaf in leaves_of(condition)}
    values = {subject: list(_values(subject, found)) for subject in {_subject(leaf): None for leaf in found}}
    if prod(map(len, values.values())) > MOST_WORLDS:
        return []
    worlds = (dict(zip(values, chosen, strict=True)) for chosen in product(*values.values()))
    first = {_first(tried, world) for world in worlds}
    return [place for place in range(len(tried)) if place not in first]


def _first(tried: Sequence[Condition | None], world: World) -> int | None:
    holding = (place for place, condition in enumerate(tried) if condition is None or _holds(condition, world))
    return next(holding, None)


def _holds(condition: Condition, world: World) -> bool:
    match condition:
        case All():
            return all(_holds(part, world) for part in condition.all_)
        case AnyOf():
            return any(_holds(part, world) for part in condition.any_)
        case Not():
            return not _holds(condition.not_, world)
        case AttributeIs() | PropertyIs():
            return condition.compares(world[_subject(condition)])
        case StepEnded():
            return became(condition.outcome, *world[_subject(condition)])
        case EventDone() | InSegment():
            return bool(world[_subject(condition)])
        case _:
            assert_never(condition)


def _subject(leaf: Leaf) -> Any:
    """What a leaf looks at: leaves of the same subject depend on each other."""
    match leaf:
        case AttributeIs():
            return "attribute", leaf.attribute
        case PropertyIs():
            return "property", leaf.property_
        case StepEnded():
            return "step", leaf.step
        case EventDone() | InSegment():
            return leaf
        case _:
            assert_never(leaf)


def _values(subject: Any, found: Iterable[Leaf]) -> Iterable[Any]:
    """All values of a subject that comparisons can tell apart."""
    if isinstance(subject, EventDone | InSegment):
        return (True, False)
    if subject[0] == "step":
        fates = [leaf.outcome for leaf in found if isinstance(leaf, StepEnded) and _subject(leaf) == subject]
        return {tuple(became(fate, *ending) for fate in fates): ending for ending in ENDINGS}.values()
    about = [leaf for leaf in found if isinstance(leaf, AttributeIs | PropertyIs) and _subject(leaf) == subject]
    named = [value for leaf in about for value in (leaf.equals, leaf.above, leaf.below, *(leaf.in_ or ()))]
    numbers = sorted({value for value in named if isinstance(value, int | float) and not isinstance(value, bool)})
    texts = {value for value in named if isinstance(value, str)}
    return (None, True, False, *sorted(texts), OTHER_TEXT, *_numbers(numbers))


def _numbers(named: list[float]) -> Iterator[float]:
    """The numbers named, and one between each two, before the first and after the last."""
    if named:
        yield named[0] - 1
        yield named[-1] + 1
    yield from named
    yield from ((low + high) / 2 for low, high in pairwise(named))
