"""Entering steps and leaving them: what each kind of step does to the state, and what it asks for."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from domain.counting import earliest
from domain.journey.facts import Facts
from domain.journey.language import Branch, Case, Exit, Send, Wait, WaitFor
from domain.journey.program import Block, Node, Program
from domain.state import MAX_REASON, Await, Command, Complete, Deliver, Phase, State

Result = tuple[State, list[Command]]
COMPLETED = "completed"
ASKED = "asked"


def enter(program: Program, state: State, step_id: str | None, now: datetime) -> Result:
    """Reach a step, and pass on through all that take no time. A journey has no loops, so this ends."""
    while step_id is not None:
        node = program.nodes[step_id]
        state = replace(state, step=step_id, phase=Phase.DONE, reached=now, until=None)
        match node.step:
            case Send() as step:
                return replace(state, phase=Phase.SENDING), [_delivery(node, step)]
            case Exit() as step:
                return end(state, step.exit)
            case Branch() as step:
                block = _chosen(step, state, now)
            case Wait() | WaitFor() as step:
                state = _begin_wait(step, state, now)
                awaited = earliest(node, state)
                if awaited is None:
                    return state, [rest(program, state)]
                block = awaited.do
            case _:
                assert_never(node.step)
        step_id = block[0].id if block else node.next
    return end(state, COMPLETED)


def go_on(program: Program, state: State, now: datetime) -> Result:
    """Leave the step for the one that follows it."""
    return enter(program, state, program.nodes[state.step].next, now)


def go_on_with(program: Program, state: State, block: Block, now: datetime) -> Result:
    """Leave the step through one of its blocks."""
    return enter(program, state, block[0].id, now) if block else go_on(program, state, now)


def time_out(program: Program, state: State, now: datetime) -> Result:
    """Leave a wait because its time is over."""
    step = program.nodes[state.step].step
    return go_on_with(program, state, step.on_timeout if isinstance(step, WaitFor) else (), now)


def end(state: State, reason: str) -> Result:
    """The journey is over. The reason is cut to what can be stored, for it may be anybody's words."""
    reason = "".join(filter(str.isprintable, reason))[:MAX_REASON] or ASKED
    return replace(state, phase=Phase.ENDED, until=None, paused_at=None, ended=reason), [Complete(reason)]


def standing(program: Program, state: State) -> Command:
    """What was last asked for, read from the state alone: for a driver that takes over in the middle."""
    if state.phase is Phase.ENDED:
        return Complete(str(state.ended))
    node = program.nodes[state.step]
    if state.phase is Phase.SENDING and isinstance(node.step, Send):
        return _delivery(node, node.step)
    return rest(program, state)


def rest(program: Program, state: State) -> Await:
    """What to wait for, given the state: nothing but an order while paused."""
    step = program.nodes[state.step].step
    awaited = step.wait_for if isinstance(step, WaitFor) and state.phase is Phase.WAITING else ()
    events = tuple(dict.fromkeys(one.event for one in awaited))
    return Await(state.step, None if state.paused_at else state.until, events)


def _delivery(node: Node, step: Send) -> Deliver:
    return Deliver(step.id, step.send, step.via, last=node.next is None and not step.required)


def _chosen(step: Branch, state: State, now: datetime) -> Block:
    facts = Facts(now, attributes=state.attributes, events=state.events, outcomes=state.outcomes)
    for case in step.branch:
        if not isinstance(case, Case):
            return case.else_
        if case.if_.holds(facts):
            return case.do
    return ()


def _begin_wait(step: Wait | WaitFor, state: State, now: datetime) -> State:
    duration = step.wait if isinstance(step, Wait) else step.timeout
    return replace(state, phase=Phase.WAITING, until=now + duration if duration else None)
