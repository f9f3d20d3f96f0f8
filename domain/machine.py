"""The machine that takes one person through a journey: pure, total, and the same for worker, tests and console.

`start` and `advance` return the new state and the command that replaces whatever was asked for before; no command
means that the last one stands, so events that end nothing never re-arm a timer. Of things that happen at once, an
exit beats an awaited event, and an awaited event beats the timer; an event from after a wait's end does not.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from domain.delivery import Outcome
from domain.journey.conditions import Facts, Occurrence
from domain.journey.language import Awaited, Branch, Case, Exit, Send, Step, Wait, WaitFor
from domain.journey.program import Node, Program, interest_key
from domain.state import (
    MAX_TAKEN,
    AttributesChanged,
    Await,
    Command,
    Complete,
    Deliver,
    EventSeen,
    Executed,
    Order,
    Ordered,
    Phase,
    State,
    Stimulus,
    TimerFired,
)

Result = tuple[State, list[Command]]
COMPLETED = "completed"


def start(program: Program, attributes: dict[str, Any], now: datetime) -> Result:
    """A person enters. Steps that take no time are passed at once."""
    known = {name: value for name, value in attributes.items() if name in program.attributes}
    state = State(attributes=known, step=program.first, phase=Phase.DONE, reached=now)
    return _enter(program, state, program.first, now)


def advance(program: Program, state: State, stimulus: Stimulus, now: datetime) -> Result:
    """Take one stimulus. Whatever does not fit the state, such as a timer of a step long left, changes nothing."""
    if state.phase is Phase.ENDED:
        return state, []
    match stimulus:
        case EventSeen():
            return _see(program, state, stimulus, now)
        case TimerFired():
            return _time_out(program, state, stimulus, now)
        case Executed():
            return _record(program, state, stimulus, now)
        case Ordered():
            return _obey(program, state, stimulus, now)
        case AttributesChanged():
            known = {name: value for name, value in stimulus.attributes.items() if name in program.attributes}
            return replace(state, attributes={**state.attributes, **known}), []
        case _:
            assert_never(stimulus)


def standing(program: Program, state: State) -> Command:
    """What was last asked for, read from the state alone: for a driver that takes over in the middle."""
    if state.phase is Phase.ENDED:
        return Complete(str(state.ended))
    node = program.nodes[state.step]
    if state.phase is Phase.SENDING and isinstance(node.step, Send):
        return _delivery(node, node.step)
    return _rest(program, state)


def _see(program: Program, state: State, event: EventSeen, now: datetime) -> Result:
    if event.id and event.id in state.taken:
        return state, []
    event = replace(event, at=min(event.at, now))  # a sender's clock may run ahead, but nobody reports the future
    state = _count(program, state, event, now)
    if event.name in program.journey.exit_on:
        return _end(state, f"event:{event.name}")
    if _overdue(state, event.at):
        return _pass_time(program, state, now)
    return _answer(program, state, now)


def _overdue(state: State, at: datetime) -> bool:
    """Whether the wait was over before this event, though its timer, after an outage say, has not fired yet."""
    return state.phase is Phase.WAITING and not state.paused_at and state.until is not None and state.until < at


def _count(program: Program, state: State, event: EventSeen, now: datetime) -> State:
    facts = Facts(now, state.attributes, event.properties, state.events, state.outcomes)
    events = dict(state.events)
    for interest in program.interests.get(event.name, ()):
        if interest.where is None or interest.where.holds(facts):
            seen = events.get(interest.key)
            events[interest.key] = seen.again(event.at) if seen else Occurrence(1, event.at, event.at)
    taken = (*state.taken, event.id)[-MAX_TAKEN:] if event.id else state.taken
    return replace(state, events=events, taken=taken)


def _answer(program: Program, state: State, now: datetime) -> Result:
    """End the wait if an event that it awaits is there."""
    step = program.nodes[state.step].step
    if state.phase is not Phase.WAITING or state.paused_at or not isinstance(step, WaitFor):
        return state, []
    awaited = _satisfied(step, state)
    return _enter_block(program, state, awaited.do, now) if awaited else (state, [])


def _satisfied(step: WaitFor, state: State) -> Awaited | None:
    """Of the awaited events that are there, the one that came first by the sender's time, then by the file."""
    found = []
    for index, awaited in enumerate(step.wait_for):
        seen = state.events.get(interest_key(step.id, index, awaited))
        if seen and (step.since == "enrollment" or seen.last >= state.reached):
            found.append((seen.first if step.since == "enrollment" else seen.last, index, awaited))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _time_out(program: Program, state: State, timer: TimerFired, now: datetime) -> Result:
    current = state.step == timer.step and state.until == timer.until
    if state.phase is not Phase.WAITING or state.paused_at or state.until is None or not current:
        return state, []
    return _pass_time(program, state, now)


def _pass_time(program: Program, state: State, now: datetime) -> Result:
    step = program.nodes[state.step].step
    return _enter_block(program, state, step.on_timeout if isinstance(step, WaitFor) else (), now)


def _record(program: Program, state: State, executed: Executed, now: datetime) -> Result:
    if state.phase is not Phase.SENDING or state.step != executed.step:
        return state, []
    state = replace(state, phase=Phase.DONE, outcomes={**state.outcomes, executed.step: executed.outcome})
    step = program.nodes[state.step].step
    if isinstance(step, Send) and step.required and executed.outcome in (Outcome.SKIPPED, Outcome.FAILED):
        return _end(state, f"required:{state.step}")
    return (state, [_rest(program, state)]) if state.paused_at else _go_on(program, state, now)


def _obey(program: Program, state: State, ordered: Ordered, now: datetime) -> Result:
    match ordered.order:
        case Order.EXIT:
            return _end(state, ordered.reason)
        case Order.PAUSE:
            return _pause(program, state, now)
        case Order.RESUME:
            return _resume(program, state, now)
        case Order.SKIP:
            skips = state.phase is Phase.WAITING and not state.paused_at
            return _pass_time(program, state, now) if skips else (state, [])
        case _:
            assert_never(ordered.order)


def _pause(program: Program, state: State, now: datetime) -> Result:
    if state.paused_at:
        return state, []
    state = replace(state, paused_at=now)
    return state, [] if state.phase is Phase.SENDING else [_rest(program, state)]


def _resume(program: Program, state: State, now: datetime) -> Result:
    """Go on with what was left: the rest of a wait passes, and what happened in between counts."""
    if not state.paused_at:
        return state, []
    until = state.until + (now - state.paused_at) if state.until else None
    state = replace(state, paused_at=None, until=until)
    if state.phase is Phase.DONE:
        return _go_on(program, state, now)
    if state.phase is Phase.SENDING:
        return state, []
    answered, commands = _answer(program, state, now)
    return answered, commands or [_rest(program, state)]


def _go_on(program: Program, state: State, now: datetime) -> Result:
    return _enter(program, state, program.nodes[state.step].next, now)


def _enter_block(program: Program, state: State, block: tuple[Step, ...], now: datetime) -> Result:
    return _enter(program, state, block[0].id, now) if block else _go_on(program, state, now)


def _enter(program: Program, state: State, step_id: str | None, now: datetime) -> Result:
    """Reach a step, and pass on through all that take no time. A journey has no loops, so this ends."""
    while step_id is not None:
        node = program.nodes[step_id]
        state = replace(state, step=step_id, phase=Phase.DONE, reached=now, until=None)
        match node.step:
            case Send() as step:
                return replace(state, phase=Phase.SENDING), [_delivery(node, step)]
            case Exit() as step:
                return _end(state, step.exit)
            case Branch() as step:
                block = _taken_case(step, state, now)
            case Wait() | WaitFor() as step:
                state, awaited = _begin_wait(step, state, now)
                if awaited is None:
                    return state, [_rest(program, state)]
                block = awaited.do
            case _:
                assert_never(node.step)
        step_id = block[0].id if block else node.next
    return _end(state, COMPLETED)


def _delivery(node: Node, step: Send) -> Deliver:
    return Deliver(step.id, step.send, step.via, last=node.next is None and not step.required)


def _taken_case(step: Branch, state: State, now: datetime) -> tuple[Step, ...]:
    facts = Facts(now, attributes=state.attributes, events=state.events, outcomes=state.outcomes)
    for case in step.branch:
        if not isinstance(case, Case):
            return case.else_
        if case.if_.holds(facts):
            return case.do
    return ()


def _begin_wait(step: Wait | WaitFor, state: State, now: datetime) -> tuple[State, Awaited | None]:
    """The state of the wait, and the awaited event that is already there and ends it before it begins."""
    duration = step.wait if isinstance(step, Wait) else step.timeout
    state = replace(state, phase=Phase.WAITING, until=now + duration if duration else None)
    return state, _satisfied(step, state) if isinstance(step, WaitFor) else None


def _rest(program: Program, state: State) -> Await:
    """What to wait for, given the state: nothing but an order while paused."""
    step = program.nodes[state.step].step
    awaited = step.wait_for if isinstance(step, WaitFor) and state.phase is Phase.WAITING else ()
    events = tuple(dict.fromkeys(one.event for one in awaited))
    return Await(state.step, None if state.paused_at else state.until, events)


def _end(state: State, reason: str) -> Result:
    return replace(state, phase=Phase.ENDED, until=None, paused_at=None, ended=reason), [Complete(reason)]
