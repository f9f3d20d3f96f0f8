"""Walking through a journey's steps, blocks and conditions, nested ones too, in the order of the file."""

from collections.abc import Iterable
from typing import assert_never

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
from domain.journey.language import (
    Awaited,
    Branch,
    Case,
    Emit,
    Enter,
    Exit,
    Journey,
    Repeat,
    Send,
    Set,
    Split,
    Step,
    Verify,
    Wait,
    WaitFor,
)
from domain.verification.contacts import PROVES

Block = tuple[Step, ...]
Leaf = AttributeIs | PropertyIs | EventDone | InSegment | StepEnded  # a condition that looks at something itself


def blocks(step: Step) -> list[Block]:
    """The blocks nested in a step."""
    match step:
        case WaitFor():
            return [*(awaited.do for awaited in step.wait_for), step.on_timeout]
        case Branch():
            return [case.do if isinstance(case, Case) else case.else_ for case in step.branch]
        case Split():
            return list(step.do.values())
        case Verify():
            return [step.do, step.on_timeout]
        case Wait() | Repeat():
            return [step.do]
        case Send() | Set() | Emit() | Enter() | Exit():
            return []
        case _:
            assert_never(step)


def awaited_by(step: Step) -> tuple[Awaited, ...]:
    """The events that end a wait at a step, with what follows each."""
    if isinstance(step, Verify):
        return (Awaited(event=PROVES[step.verify], do=step.do),)
    return step.wait_for if isinstance(step, WaitFor) else ()


def every_step(block: Iterable[Step]) -> Iterable[Step]:
    """All steps."""
    for step in block:
        yield step
        for nested in blocks(step):
            yield from every_step(nested)


def conditions(step: Step) -> list[Condition]:
    """The conditions that a step states itself."""
    match step:
        case Branch():
            return [case.if_ for case in step.branch if isinstance(case, Case)]
        case WaitFor():
            return [awaited.where for awaited in step.wait_for if awaited.where]
        case Repeat():
            return [step.repeat.until] if step.repeat.until else []
        case _:
            return []


def leaves(journey: Journey) -> Iterable[Leaf]:
    """Every condition of a journey's steps that looks at something itself."""
    for step in every_step(journey.steps):
        for condition in conditions(step):
            yield from leaves_of(condition)


def leaves_of(condition: Condition) -> Iterable[Leaf]:
    """The parts of a condition that look at something themselves."""
    if isinstance(condition, All | AnyOf):
        for part in condition.all_ if isinstance(condition, All) else condition.any_:
            yield from leaves_of(part)
    elif isinstance(condition, Not):
        yield from leaves_of(condition.not_)
    else:
        yield condition


def event_names(condition: Condition) -> tuple[str, ...]:
    """The events that a condition looks at."""
    return tuple(dict.fromkeys(leaf.event for leaf in leaves_of(condition) if isinstance(leaf, EventDone)))
