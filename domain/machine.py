"""The machine that takes one person through a journey: pure, total, and the same for worker, tests and console.

`start` and `advance` return the new state and the command that replaces whatever was asked for before; no command
means that the last one stands, so events that end nothing never re-arm a timer. Of things that happen at once, an
exit beats an awaited event, and an awaited event beats the timer; an event from after a wait's end does not.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from domain.counting import count, earliest
from domain.delivery import Outcome
from domain.journey.language import Send
from domain.journey.program import Program
from domain.state import AttributesChanged, EventSeen, Executed, Order, Ordered, Phase, State, Stimulus, TimerFired
from domain.steps import Result, end, enter, go_on, go_on_with, rest, standing, time_out

__all__ = ["Result", "advance", "standing", "start"]


def start(program: Program, attributes: dict[str, Any], now: datetime) -> Result:
    """A person enters. Steps that take no time are passed at once."""
    state = State(attributes={}, step=program.first, phase=Phase.DONE, reached=now)
    return enter(program, _learn(program, state, attributes), program.first, now)


def advance(program: Program, state: State, stimulus: Stimulus, now: datetime) -> Result:
    """Take one stimulus. Whatever does not fit the state, such as a timer of a step long left, changes nothing."""
    if state.phase is Phase.ENDED:
        return state, []
    match stimulus:
        case EventSeen():
            return _see(program, state, stimulus, now)
        case TimerFired():
            return _take_timer(program, state, stimulus, now)
        case Executed():
            return _record(program, state, stimulus, now)
        case Ordered():
            return _obey(program, state, stimulus, now)
        case AttributesChanged():
            return _learn(program, state, stimulus.attributes), []
        case _:
            assert_never(stimulus)


def _learn(program: Program, state: State, attributes: dict[str, Any]) -> State:
    known = {name: value for name, value in attributes.items() if name in program.attributes}
    return replace(state, attributes={**state.attributes, **known})


def _see(program: Program, state: State, event: EventSeen, now: datetime) -> Result:
    if event.name not in program.events or (event.id and event.id in state.taken):
        return state, []
    event = replace(event, at=min(event.at, now))  # a sender's clock may run ahead, but nobody reports the future
    state = count(program, state, event, now)
    if event.name in program.journey.exit_on:
        return end(state, f"event:{event.name}")
    if _waits(state) and state.until is not None and state.until < event.at:
        return time_out(program, state, now)  # the wait was over, though its timer, after an outage say, is late
    return _answer(program, state, now)


def _waits(state: State) -> bool:
    return state.phase is Phase.WAITING and state.paused_at is None


def _answer(program: Program, state: State, now: datetime) -> Result:
    """End the wait if an event that it awaits is there."""
    awaited = earliest(program.nodes[state.step], state) if _waits(state) else None
    return go_on_with(program, state, awaited.do, now) if awaited else (state, [])


def _take_timer(program: Program, state: State, timer: TimerFired, now: datetime) -> Result:
    current = timer.until is not None and (timer.step, timer.until) == (state.step, state.until)
    return time_out(program, state, now) if current and _waits(state) else (state, [])


def _record(program: Program, state: State, executed: Executed, now: datetime) -> Result:
    node = program.nodes[state.step]
    if state.phase is not Phase.SENDING or state.step != executed.step:
        return state, []
    state = replace(state, phase=Phase.DONE, outcomes={**state.outcomes, executed.step: executed.outcome})
    if isinstance(node.step, Send) and node.step.required and executed.outcome in (Outcome.SKIPPED, Outcome.FAILED):
        return end(state, f"required:{state.step}")
    held_back = state.paused_at is not None and node.next is not None  # with nothing to come a pause holds nothing
    return (state, [rest(program, state)]) if held_back else go_on(program, state, now)


def _obey(program: Program, state: State, ordered: Ordered, now: datetime) -> Result:
    match ordered.order:
        case Order.EXIT:
            return end(state, ordered.reason)
        case Order.PAUSE:
            return _pause(program, state, now)
        case Order.RESUME:
            return _resume(program, state, now)
        case Order.SKIP:
            return time_out(program, state, now) if _waits(state) else (state, [])
        case _:
            assert_never(ordered.order)


def _pause(program: Program, state: State, now: datetime) -> Result:
    if state.paused_at:
        return state, []
    state = replace(state, paused_at=now)
    return state, [] if state.phase is Phase.SENDING else [rest(program, state)]


def _resume(program: Program, state: State, now: datetime) -> Result:
    """Go on with what was left: the rest of a wait passes, and what happened in between counts."""
    if not state.paused_at:
        return state, []
    until = state.until + (now - state.paused_at) if state.until else None
    state = replace(state, paused_at=None, until=until)
    if state.phase is Phase.DONE:
        return go_on(program, state, now)
    if state.phase is Phase.SENDING:
        return state, []
    answered, commands = _answer(program, state, now)
    return answered, commands or [rest(program, state)]
