"""The machine that takes one person through a journey: pure, total, and the same for worker, tests and console.

`start` and `advance` return the new state and the command that replaces whatever was asked for before; no command
means that the last one stands, so events that end nothing never re-arm a timer. Of things that happen at once, an
exit beats the goal, the goal an awaited event, and an awaited event the timer; an event from after a wait's end does
not beat that wait's timer.
"""

from datetime import datetime
from typing import Any, assert_never

from domain.asking import rest, standing
from domain.copying import replace
from domain.counting import count, earliest, remember
from domain.deadlines import follows_the_calendar, has_passed
from domain.delivery import Outcome
from domain.falling_back import arrived, is_awaited, outcome, wait
from domain.journey.language import Repeat, Send, Verify
from domain.journey.program import Program
from domain.laps import leave, over
from domain.reports import expect, report
from domain.state import Person, Phase, State
from domain.steps import (
    Result,
    answered,
    ask_again,
    end,
    enter,
    go_on,
    go_on_with,
    look_again,
    look_for_receipt,
    time_out,
)
from domain.stimuli import (
    AttributesChanged,
    EventSeen,
    Executed,
    Held,
    Order,
    Ordered,
    ReceiptSeen,
    Stimulus,
    TimerFired,
)

__all__ = ["Result", "advance", "standing", "start"]


def start(program: Program, person: Person, now: datetime, entry: EventSeen | None = None) -> Result:
    """A person enters, by the event that let them in if there is one. Steps that take no time are passed at once."""
    state = State(person=Person(person.id), step=program.first, phase=Phase.DONE, enrolled=now, reached=now)
    state = _learn(program, state, person.attributes, person.zone)
    if entry is not None:
        state = count(program, state, entry, now)
    return enter(program, state, program.first, now)


def advance(program: Program, state: State, stimulus: Stimulus, now: datetime) -> Result:
    """Take one stimulus. Whatever does not fit the state, such as a timer of a step long left, changes nothing."""
    if state.phase is Phase.ENDED or _is_known(state, stimulus):
        return state, []
    match stimulus:
        case EventSeen():
            return _see(program, state, stimulus, now)
        case TimerFired():
            return _take_timer(program, state, stimulus, now)
        case Executed() | Held():
            return _take_answer(program, state, stimulus, now)
        case Ordered():
            return _obey(program, remember(state, stimulus.id), stimulus, now)
        case AttributesChanged():
            return _change(program, remember(state, stimulus.id), stimulus, now)
        case ReceiptSeen():
            return _hear_of(program, state, stimulus, now)
        case _:
            assert_never(stimulus)


def _is_known(state: State, stimulus: Stimulus) -> bool:
    """Whether it was taken before: whoever tells may have died before they had noted that they did."""
    told = stimulus.id if isinstance(stimulus, EventSeen | Ordered | AttributesChanged) else ""
    return told != "" and told in state.taken


def _learn(program: Program, state: State, attributes: dict[str, Any], zone: str | None) -> State:
    known = {name: value for name, value in attributes.items() if name in program.attributes}
    person = replace(state.person, attributes={**state.person.attributes, **known}, zone=zone or state.person.zone)
    return replace(state, person=person)


def _change(program: Program, state: State, change: AttributesChanged, now: datetime) -> Result:
    changed = _learn(program, state, change.attributes, change.zone)
    return _wake(program, changed, now) if changed.person != state.person else (state, [])


def _hear_of(program: Program, state: State, receipt: ReceiptSeen, now: datetime) -> Result:
    """Branches read receipts when they are reached; what looks again at a rest is a repeat, or who waits for them."""
    told = report(program, state, receipt)
    step = program.nodes[state.step].step
    if told is state or (told.paused_at and told.phase is not Phase.SENDING):
        return told, []
    if receipt.step == state.step:
        return (told, []) if arrived(state, step) else look_for_receipt(program, told, now)
    return _wake(program, told, now) if isinstance(step, Repeat) else (told, [])


def _wake(program: Program, state: State, now: datetime) -> Result:
    """End or move the wait if what has changed gives a reason to."""
    if not _waits(state):
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


def _see(program: Program, state: State, event: EventSeen, now: datetime) -> Result:
    if event.name not in program.events:
        return state, []
    if event.at > now:  # a sender's clock may run ahead, but nobody reports the future
        event = EventSeen(event.name, now, event.id, event.properties)
    state = count(program, state, event, now)
    if event.name in program.journey.exit_on:
        return end(state, f"event:{event.name}")
    if _waits(state) and state.until is not None and state.until < event.at:
        return time_out(program, state, now)  # the wait was over, though its timer, after an outage say, is late
    return _wake(program, state, now)


def _waits(state: State) -> bool:
    return state.phase is Phase.WAITING and state.paused_at is None


def _take_timer(program: Program, state: State, timer: TimerFired, now: datetime) -> Result:
    current = timer.until is not None and (timer.step, timer.until) == (state.step, state.until)
    if current and state.phase is Phase.HELD and not state.paused_at:
        return ask_again(program, state)
    return time_out(program, state, now) if current and _waits(state) else (state, [])


def _take_answer(program: Program, state: State, answer: Executed | Held, now: datetime) -> Result:
    return _hold(program, state, answer, now) if isinstance(answer, Held) else _record(program, state, answer, now)


def _hold(program: Program, state: State, held: Held, now: datetime) -> Result:
    """A message waits for its hour; whoever pauses or leaves meanwhile does not get it."""
    if (held.step, Phase.SENDING) != (state.step, state.phase):
        return state, []
    state = replace(state, phase=Phase.HELD, until=held.until)
    woken, commands = (state, []) if state.paused_at else look_for_receipt(program, state, now)
    return woken, commands or [rest(program, woken)]


def _record(program: Program, state: State, executed: Executed, now: datetime) -> Result:
    node = program.nodes[state.step]
    asked_for = Phase.ACTING if executed.outcome is None else Phase.SENDING
    if (executed.step, asked_for) != (state.step, state.phase):
        return state, []
    ended, awaited = outcome(state, node.step, executed), is_awaited(state, node.step, executed)
    outcomes = state.outcomes | {executed.step: ended} if ended else state.outcomes
    state = expect(program, replace(state, phase=Phase.DONE, outcomes=outcomes), executed)
    if isinstance(node.step, Send) and node.step.required and ended in (Outcome.SKIPPED, Outcome.FAILED):
        return end(state, f"required:{state.step}")
    if awaited:
        return _await_receipt(program, wait(state, node.step, now), now)
    if isinstance(node.step, Verify):
        state, commands = answered(program, state, node.step, executed.answer, now)
        if commands:
            return state, commands
    to_come = node.next is not None or isinstance(node.step, Verify)
    held_back = state.paused_at is not None and to_come  # with nothing to come a pause holds nothing
    return (state, [rest(program, state)]) if held_back else go_on(program, state, now)


def _await_receipt(program: Program, state: State, now: datetime) -> Result:
    """Its receipt may be there already, having been faster than the answer to the send."""
    woken, commands = _wake(program, state, now)
    return woken, commands or [rest(program, woken)]


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
    return state, [] if state.phase in (Phase.SENDING, Phase.ACTING) else [rest(program, state)]


def _resume(program: Program, state: State, now: datetime) -> Result:
    """Go on with what was left: the rest of a wait passes, and what happened in between counts.

    A local time or a date is not pushed back by a pause: it is looked at again.
    """
    if not state.paused_at:
        return state, []
    pause, state = now - state.paused_at, replace(state, paused_at=None)
    if state.phase is Phase.DONE:
        return go_on(program, state, now)
    if state.phase is Phase.HELD:
        return ask_again(program, state)  # it may be an hour for messages by now
    if state.phase is not Phase.WAITING:
        return state, []
    if follows_the_calendar(program.nodes[state.step].step):
        woken, commands = look_again(program, state, now)
    else:
        until = state.until + pause if state.until else None
        woken, commands = _wake(program, replace(state, until=until), now)
    return woken, commands or [rest(program, woken)]
