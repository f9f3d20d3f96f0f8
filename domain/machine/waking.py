"""What ends or moves a wait: what the person did, what is known of them, what receipts say, and time."""

from datetime import datetime
from typing import Any

from domain.journey.language import Repeat, Send
from domain.journey.program import Program
from domain.machine.copying import replace
from domain.machine.counting import count, earliest
from domain.machine.deadlines import follows_the_calendar, has_passed
from domain.machine.falling_back import arrived
from domain.machine.laps import leave, over
from domain.machine.reports import report
from domain.machine.state import Phase, State
from domain.machine.steps import Result, ask_again, end, go_on, go_on_with, look_again, look_for_receipt, time_out
from domain.machine.stimuli import AttributesChanged, EventSeen, ReceiptSeen, TimerFired


def waits(state: State) -> bool:
    """Whether the person is at a wait that nobody has paused."""
    return state.phase is Phase.WAITING and state.paused_at is None


def wake(program: Program, state: State, now: datetime) -> Result:
    """End or move the wait if what has changed gives a reason to."""
    if not waits(state):
        return state, []
    node = program.nodes[state.step]
    if isinstance(node.step, Send):
        return look_for_receipt(program, state, now)
    if follows_the_calendar(node.step):
        late = has_passed(program, state, node.step, now)
        return time_out(program, state, now) if late else look_again(program, state, now)
    if isinstance(node.step, Repeat):
        return go_on(program, leave(state, node.step), now) if over(node.step, state, now) else (state, [])
    awaited = earliest(node, state)
    return go_on_with(program, state, awaited.do, now) if awaited else (state, [])


def hear_of_event(program: Program, state: State, event: EventSeen, now: datetime) -> Result:
    """The person did something."""
    if event.name not in program.events:
        return state, []
    if event.at > now:  # a sender's clock may run ahead, but nobody reports the future
        event = EventSeen(event.name, now, event.id, event.properties)
    state = count(program, state, event, now)
    if event.name in program.journey.exit_on:
        return end(state, f"event:{event.name}")
    if waits(state) and state.until is not None and state.until < event.at:
        return time_out(program, state, now)  # the wait was over, though its timer, after an outage say, is late
    return wake(program, state, now)


def hear_of_change(program: Program, state: State, change: AttributesChanged, now: datetime) -> Result:
    """The person's attributes or zone have changed."""
    changed = learn(program, state, change.attributes, change.zone)
    return wake(program, changed, now) if changed.person != state.person else (state, [])


def learn(program: Program, state: State, attributes: dict[str, Any], zone: str | None) -> State:
    """The state that knows of these attributes, as far as the journey looks at them, and of the zone."""
    known = {name: value for name, value in attributes.items() if name in program.attributes}
    person = replace(state.person, attributes={**state.person.attributes, **known}, zone=zone or state.person.zone)
    return replace(state, person=person)


def hear_of_receipt(program: Program, state: State, receipt: ReceiptSeen, now: datetime) -> Result:
    """Branches read receipts when they are reached; what looks again at a rest is a repeat, or who waits for them."""
    told = report(program, state, receipt)
    step = program.nodes[state.step].step
    if told is state or (told.paused_at and told.phase is not Phase.SENDING):
        return told, []
    if receipt.step == state.step:
        return (told, []) if arrived(state, step) else look_for_receipt(program, told, now)
    return wake(program, told, now) if isinstance(step, Repeat) else (told, [])


def hear_of_timer(program: Program, state: State, timer: TimerFired, now: datetime) -> Result:
    """The time of a wait is over, or the hour of a held message has come."""
    current = timer.until is not None and (timer.step, timer.until) == (state.step, state.until)
    if current and state.phase is Phase.HELD and not state.paused_at:
        return ask_again(program, state)
    return time_out(program, state, now) if current and waits(state) else (state, [])
