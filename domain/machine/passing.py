"""Steps that take no time and only show the way: branches and splits."""

from datetime import datetime

from domain.journey.conditions import Condition
from domain.journey.facts import Facts
from domain.journey.language import HOLDOUT, Branch, Case, Split
from domain.journey.program import Block, Node
from domain.machine.copying import replace
from domain.machine.state import State
from domain.machine.stimuli import Command
from domain.splitting import share_of

# A state, the command to rest with (none: pass on), and the step to pass on to (None: the journey's end).
Way = tuple[State, list[Command], str | None]


def first(block: Block, node: Node) -> str | None:
    """The first step of a block, or what follows the step that holds it."""
    return block[0].id if block else node.next


def choose(step: Branch, state: State, now: datetime) -> Block:
    """The block of the first case that holds."""
    for case in step.branch:
        if not isinstance(case, Case):
            return case.else_
        if holds(case.if_, state, now):
            return case.do
    return ()


def divide(journey: str, state: State, step: Split) -> tuple[State, Block]:
    """The block of the person's share, which is written down."""
    share = share_of(state.person.id, journey, step.id, step.split)
    progress = replace(state.progress, shares={**state.progress.shares, step.id: share})
    return replace(state, progress=progress), () if share == HOLDOUT else step.do[share]


def holds(condition: Condition, state: State, now: datetime) -> bool:
    """Whether a condition holds for the person now."""
    facts = Facts(now, state.person.attributes, {}, state.events, state.outcomes, state.receipts)
    return condition.holds(facts)
