"""Where each step of a definition stands: in which block of which step, and after which other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from domain.journey import raw
from domain.yaml_source import Path

Layout = Mapping[str, "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A step with the block that it is in: that of `owner` called `block`, or the journey's own."""

    step: raw.Raw
    owner: str
    block: str
    after: str
    condition: Any = None  # of a case, by which it is known again when its number has changed

    def __str__(self) -> str:
        inside = f" in {self.owner} ({self.block})" if self.owner else ""
        return (f"after {self.after}" if self.after else "first") + inside

    def is_beside(self, other: "Place") -> bool:
        """Whether both are in the same block."""
        same_case = self.condition is not None and self.condition == other.condition
        return self.owner == other.owner and (self.block == other.block or same_case)


def layout(definition: raw.Raw) -> dict[str, Place]:
    """All steps by their ids, in the order of the file."""
    steps = dict(raw.steps(definition))
    found = {}
    for path, block in raw.blocks(definition):
        inside = max((place for place in steps if path[: len(place)] == place), key=len, default=())
        owner = steps.get(inside, {})
        name, condition = _block(owner, path[len(inside) :])
        for before, step in pairwise([{}, *block]):
            found[step["id"]] = Place(step, owner.get("id", ""), name, before.get("id", ""), condition)
    return {step["id"]: found[step["id"]] for step in steps.values()}


def moved(old: Layout, new: Layout) -> set[str]:
    """The steps of both that stand in another block, or in another order beside those that stayed."""
    both = [name for name in new if name in old]
    stayed = [name for name in both if old[name].is_beside(new[name])]
    kept: set[str] = set()
    for block in dict.fromkeys((new[name].owner, new[name].block) for name in stayed):
        there = [name for name in stayed if (new[name].owner, new[name].block) == block]
        kept.update(_in_order(sorted(there, key=list(old).index), there))
    return set(both) - kept


def _in_order(old: list[str], new: list[str]) -> Iterable[str]:
    for start, _, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from old[start : start + length]


def _block(owner: raw.Raw, path: Path) -> tuple[str, Any]:
    """What a block is called, from the path that leads to it from its step, and the condition of a case."""
    match path:
        case ("wait_for", int(index), _):
            return str(owner["wait_for"][index]["event"]), None
        case ("branch", int(index), "do"):
            return f"case {index + 1}", owner["branch"][index]["if"]
        case (*_, last):
            return str(last), None
        case _:
            return "", None
