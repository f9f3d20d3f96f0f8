"""A journey compiled for the machine: each step with what follows it, and which events and attributes matter."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.journey.conditions import All, AnyOf, AttributeIs, Condition, EventDone, Not
from domain.journey.language import Awaited, Branch, Case, Journey, Step, WaitFor

Block = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A step, the id of the step that follows it (None at the journey's end), and the keys of what it awaits."""

    step: Step
    next: str | None
    awaits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interest:
    """An event that the machine counts under `key`, if `where` holds for its properties."""

    key: str
    where: Condition | None


@dataclass(frozen=True, slots=True)
class Program:
    """The journey as a flat map, so that a step costs the same however long the journey is."""

    journey: Journey
    version: str
    first: str
    nodes: dict[str, Node]
    interests: dict[str, tuple[Interest, ...]]  # by event name
    attributes: frozenset[str]  # those that conditions name
    events: frozenset[str]  # those that can change where a person goes


def compile_journey(journey: Journey) -> Program:
    """Compile once, run for every person."""
    nodes: dict[str, Node] = {}
    _lay_out(journey.steps, None, nodes)
    steps = [node.step for node in nodes.values()]
    interests = _interests(steps)
    events = frozenset(interests) | frozenset(journey.exit_on)
    attributes = frozenset(part.attribute for part in _leaves(steps) if isinstance(part, AttributeIs))
    return Program(journey, journey.version, journey.steps[0].id, nodes, interests, attributes, events)


def blocks(step: Step) -> list[Block]:
    """The blocks nested in a step, in the order of the file."""
    if isinstance(step, WaitFor):
        return [*(awaited.do for awaited in step.wait_for), step.on_timeout]
    if isinstance(step, Branch):
        return [case.do if isinstance(case, Case) else case.else_ for case in step.branch]
    return []


def every_step(block: Iterable[Step]) -> Iterable[Step]:
    """All steps, nested ones too, in the order of the file."""
    for step in block:
        yield step
        for nested in blocks(step):
            yield from every_step(nested)


def _lay_out(block: Block, after: str | None, nodes: dict[str, Node]) -> None:
    followers = [*(step.id for step in block[1:]), after]
    for step, follower in zip(block, followers, strict=False):  # an empty block has no step to follow
        awaits = tuple(map(_key, step.wait_for)) if isinstance(step, WaitFor) else ()
        nodes[step.id] = Node(step, follower, awaits)
        for nested in blocks(step):
            _lay_out(nested, follower, nodes)


def _key(awaited: Awaited) -> str:
    """Under what an awaited event is counted: its name, and its condition if it has one.

    Names hold no line breaks, so no event is ever counted for another; and a step that moves keeps its key.
    """
    if awaited.where is None:
        return awaited.event
    return f"{awaited.event}\n{awaited.where.model_dump_json(by_alias=True, exclude_defaults=True)}"


def _interests(steps: list[Step]) -> dict[str, tuple[Interest, ...]]:
    found: dict[str, dict[str, Interest]] = {}
    for step in steps:
        for awaited in step.wait_for if isinstance(step, WaitFor) else ():
            key = _key(awaited)
            found.setdefault(awaited.event, {})[key] = Interest(key, awaited.where)
    for leaf in _leaves(steps):
        if isinstance(leaf, EventDone):
            found.setdefault(leaf.event, {})[leaf.event] = Interest(leaf.event, None)
    return {event: tuple(by_key.values()) for event, by_key in found.items()}


def _leaves(steps: list[Step]) -> Iterable[Condition]:
    """Every condition that looks at something itself."""
    for step in steps:
        for condition in _conditions(step):
            yield from _flatten(condition)


def _conditions(step: Step) -> list[Condition]:
    if isinstance(step, Branch):
        return [case.if_ for case in step.branch if isinstance(case, Case)]
    if isinstance(step, WaitFor):
        return [awaited.where for awaited in step.wait_for if awaited.where]
    return []


def _flatten(condition: Condition) -> Iterable[Condition]:
    if isinstance(condition, All | AnyOf):
        for part in condition.all_ if isinstance(condition, All) else condition.any_:
            yield from _flatten(part)
    elif isinstance(condition, Not):
        yield from _flatten(condition.not_)
    else:
        yield condition
