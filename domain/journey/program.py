"""A journey compiled for the machine: each step with what follows it, and which events and attributes matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.contact.terms import Terms
from domain.delivery import REPORTED
from domain.journey.conditions import SEGMENTS, AttributeIs, Condition, EventDone, InSegment, PropertyIs, StepEnded
from domain.journey.language import Awaited, Journey, Repeat, Send, Step, Wait
from domain.journey.waits import FromDate, LocalTime
from domain.journey.walking import Block, Leaf, awaited_by, blocks, event_names, every_step, leaves

__all__ = ["Block", "Interest", "Node", "Program", "blocks", "compile_journey", "every_step"]

OF_EVENT = "event."  # the beginning of a path into the properties of events


@dataclass(frozen=True, slots=True)
class Node:
    """A step, and the id of the step that follows it, None at the journey's end.

    `names` are those of the events that may end a rest there, `awaits` the keys of those that a wait is for.
    """

    step: Step
    next: str | None
    names: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interest:
    """An event that the machine counts under `key`, if `where` holds; with its last `kept` times remembered."""

    key: str
    where: Condition | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """The journey as a flat map, so that a step costs the same however long the journey is."""

    journey: Journey
    version: str
    first: str
    nodes: dict[str, Node]
    interests: dict[str, tuple[Interest, ...]]  # by event name
    attributes: frozenset[str]  # those that conditions and dates look at
    properties: frozenset[str]  # those of events that dates look at
    heard: frozenset[str]  # those of events that anything looks at
    receipts: frozenset[str]  # the steps whose receipts are waited for, or looked at by conditions
    local: bool  # whether any wait depends on the person's zone
    milestones: dict[str, tuple[str, ...]]  # by event name
    events: frozenset[str]  # those that can change where a person goes, or what is known of how far they came

    def terms(self, step_id: str) -> Terms:
        """What holds for the message of this step."""
        step = self.nodes[step_id].step
        return self.journey.terms(step) if isinstance(step, Send) else Terms()


def compile_journey(journey: Journey) -> Program:
    """Compile once, run for every person."""
    nodes: dict[str, Node] = {}
    _lay_out(journey.steps, None, nodes)
    found = list(leaves(journey))
    interests = _interests(nodes.values(), found)
    milestones = _by_event(journey.milestones)
    goal = {journey.goal.event} if journey.goal else set()
    dated = frozenset(path.removeprefix(OF_EVENT).split(".")[0] for path in _dates(journey, of_event=True))
    return Program(
        journey=journey,
        version=journey.version,
        first=journey.steps[0].id,
        nodes=nodes,
        interests=interests,
        attributes=_attributes(journey, found),
        properties=dated,
        heard=dated | _compared_properties(journey),
        receipts=_reported(journey, found),
        local=any(isinstance(wait, LocalTime | FromDate) for wait in _waits(journey)),
        milestones=milestones,
        events=frozenset(interests) | set(milestones) | goal | set(journey.exit_on) | set(journey.updated_by),
    )


def _lay_out(block: Block, after: str | None, nodes: dict[str, Node]) -> None:
    followers = [*(step.id for step in block[1:]), after]
    for step, follower in zip(block, followers, strict=False):  # an empty block has no step to follow
        nodes[step.id] = Node(step, follower, _names(step), tuple(map(_key, awaited_by(step))))
        for nested in blocks(step):
            _lay_out(nested, step.id if isinstance(step, Repeat) else follower, nodes)  # a lap ends where it began


def _names(step: Step) -> tuple[str, ...]:
    if isinstance(step, Repeat):
        return event_names(step.repeat.until) if step.repeat.until else ()
    return tuple(dict.fromkeys(awaited.event for awaited in awaited_by(step)))


def _key(awaited: Awaited) -> str:
    """Under what an awaited event is counted: its name, and its condition if it has one.

    Names hold no line breaks, so no event is ever counted for another; and a step that moves keeps its key.
    """
    if awaited.where is None:
        return awaited.event
    return f"{awaited.event}\n{awaited.where.model_dump_json(by_alias=True, exclude_defaults=True)}"


def _interests(nodes: Iterable[Node], found: list[Leaf]) -> dict[str, tuple[Interest, ...]]:
    interests: dict[str, dict[str, Interest]] = {}
    for node in nodes:
        for awaited, key in zip(awaited_by(node.step), node.awaits, strict=True):
            interests.setdefault(awaited.event, {})[key] = Interest(key, awaited.where)
    for leaf in found:
        if isinstance(leaf, EventDone):
            known = interests.setdefault(leaf.event, {}).get(leaf.event, Interest(leaf.event))
            interests[leaf.event][leaf.event] = Interest(leaf.event, None, max(known.kept, leaf.kept))
    return {event: tuple(by_key.values()) for event, by_key in interests.items()}


def _attributes(journey: Journey, found: list[Leaf]) -> frozenset[str]:
    compared = {leaf.attribute for leaf in found if isinstance(leaf, AttributeIs)}
    segments = {SEGMENTS for leaf in found if isinstance(leaf, InSegment)}
    return frozenset(compared | segments | {path.split(".")[0] for path in _dates(journey, of_event=False)})


def _reported(journey: Journey, found: list[Leaf]) -> frozenset[str]:
    falling_back = {step.id for step in every_step(journey.steps) if isinstance(step, Send) and step.fallback}
    asked = {leaf.step for leaf in found if isinstance(leaf, StepEnded) and leaf.outcome in REPORTED}
    return frozenset(asked | falling_back)


def _compared_properties(journey: Journey) -> frozenset[str]:
    return frozenset(leaf.property_ for leaf in leaves(journey) if isinstance(leaf, PropertyIs))


def _dates(journey: Journey, *, of_event: bool) -> list[str]:
    paths = [wait.until for wait in _waits(journey) if isinstance(wait, FromDate)]
    return [path for path in paths if path.startswith(OF_EVENT) == of_event]


def _waits(journey: Journey) -> list[timedelta | LocalTime | FromDate]:
    return [step.wait for step in every_step(journey.steps) if isinstance(step, Wait)]


def _by_event(milestones: dict[str, str]) -> dict[str, tuple[str, ...]]:
    events = dict.fromkeys(milestones.values())
    return {event: tuple(name for name, its in milestones.items() if its == event) for event in events}
