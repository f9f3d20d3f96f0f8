"""Entering steps and leaving them: what each kind of step does to the state, and what it asks for."""

from datetime import datetime
from typing import assert_never

from domain.delivery import Outcome
from domain.journey.language import Branch, Emit, Enter, Exit, Repeat, Send, Set, Split, Step, Verify, Wait, WaitFor
from domain.journey.program import Block, Node, Program
from domain.journey.waits import FromDate
from domain.machine.asking import delivery, effect, rest
from domain.machine.copying import replace
from domain.machine.counting import earliest
from domain.machine.deadlines import deadline
from domain.machine.falling_back import arrived, got_lost, past
from domain.machine.laps import begin_lap, next_lap
from domain.machine.passing import Way, choose, divide, first
from domain.machine.state import MAX_REASON, Phase, State
from domain.machine.stimuli import Command, Complete
from domain.verification.answers import Answer

Result = tuple[State, list[Command]]
# The phase in which a step is reached. The others are reached as done, and wait or pass on from there.
BEGINS: dict[type[Step], Phase] = {Send: Phase.SENDING, **dict.fromkeys((Set, Emit, Enter, Verify), Phase.ACTING)}
COMPLETED = "completed"
ASKED = "asked"


def enter(program: Program, state: State, step_id: str | None, now: datetime) -> Result:
    """Reach a step, and pass on through all that take no time.

    This ends: the only way back is a `repeat`, whose laps are bounded.
    """
    while step_id is not None:
        node = program.nodes[step_id]
        phase = BEGINS.get(type(node.step), Phase.DONE)
        state = replace(state, step=step_id, phase=phase, reached=now, until=None)
        state, commands, step_id = _reach(program, state, node, now)
        if commands:
            return state, commands
    return end(state, COMPLETED)


def go_on(program: Program, state: State, now: datetime) -> Result:
    """Leave the step for the one that follows it, or for the block that the answer it has got leads to."""
    node = program.nodes[state.step]
    if not isinstance(node.step, Verify):
        return enter(program, state, node.next, now)
    return go_on_with(program, state, node.step.on_timeout if state.step in state.outcomes else node.step.do, now)


def go_on_with(program: Program, state: State, block: Block, now: datetime) -> Result:
    """Leave the step through one of its blocks."""
    return enter(program, state, first(block, program.nodes[state.step]), now)


def time_out(program: Program, state: State, now: datetime) -> Result:
    """Leave a wait because its time is over, or is made to be."""
    node = program.nodes[state.step]
    match node.step:
        case Send() as step:
            return _send(state, node, step)
        case Wait() as step:
            return enter(program, state, first(step.do, node), now)
        case WaitFor() | Verify() as step:
            return enter(program, state, first(step.on_timeout, node), now)
        case Repeat() as step:
            return enter(program, *begin_lap(state, step, node, now), now)
        case _:
            return enter(program, state, node.next, now)


def answered(program: Program, state: State, step: Verify, answer: Answer | None, now: datetime) -> Result:
    """A `verify` has asked: wait for the code to be typed in, or with no commands be done with it."""
    outcomes = {name: outcome for name, outcome in state.outcomes.items() if name != step.id}  # of an earlier lap
    if answer is Answer.OUT_OF_REACH:
        outcomes[step.id] = Outcome.SKIPPED
    state = replace(state, outcomes=outcomes)
    if answer in (Answer.OUT_OF_REACH, Answer.KNOWN):
        return state, []
    state = replace(state, phase=Phase.WAITING, until=now + step.timeout)
    awaited = None if state.paused_at else earliest(program.nodes[step.id], state)
    return go_on_with(program, state, awaited.do, now) if awaited else (state, [rest(program, state)])


def look_again(program: Program, state: State, now: datetime) -> Result:
    """A wait by the calendar whose date or zone may have changed: its end moves, or its date is missed now."""
    node = program.nodes[state.step]
    looked, commands, step_id = _reach(program, state, node, now)
    if not commands:
        return enter(program, looked, step_id, now)
    return looked, [] if looked.phase is Phase.WAITING and looked.until == state.until else commands


def ask_again(program: Program, state: State) -> Result:
    """Send the message that was held, if it may go now."""
    node = program.nodes[state.step]
    return _send(state, node, node.step) if isinstance(node.step, Send) else (state, [])


def look_for_receipt(program: Program, state: State, now: datetime) -> Result:
    """Go on if a receipt says enough, or to the next channel if this one failed.

    If the next message is on its way by then, or held, it is let go as far as it is not with a provider yet.
    """
    node = program.nodes[state.step]
    if state.phase is Phase.WAITING and arrived(state, node.step):
        return go_on(program, state, now)
    late = state.phase in (Phase.HELD, Phase.SENDING) and arrived(state, node.step)
    lost = state.phase is Phase.WAITING and got_lost(state, node.step)
    if not isinstance(node.step, Send) or not (lost or (late and past(state, node.step))):
        return state, []
    return _send(state, node, node.step)


def _send(state: State, node: Node, step: Send) -> Result:
    state = replace(state, phase=Phase.SENDING, until=None)
    return state, [delivery(state, node, step)]


def end(state: State, reason: str) -> Result:
    """The journey is over. The reason is cut to what can be stored, for it may be anybody's words."""
    reason = "".join(filter(str.isprintable, reason))[:MAX_REASON] or ASKED
    return replace(state, phase=Phase.ENDED, until=None, paused_at=None, ended=reason), [Complete(reason)]


def _reach(program: Program, state: State, node: Node, now: datetime) -> Way:
    """What reaching this step leads to: a command to rest with, or the step to pass on to."""
    match node.step:
        case Send() as step:
            return state, [delivery(state, node, step)], None
        case Set() | Emit() | Enter() | Verify() as step:
            return _act(state, step)
        case Exit() as step:
            return *end(state, step.exit), None
        case Wait() | WaitFor() as step:
            return _begin_wait(program, state, node, step, now)
        case Repeat() as step:
            state, step_id = next_lap(state, step, node, now)
            return state, [rest(program, state)] if state.phase is Phase.WAITING else [], step_id
        case Branch() as step:
            return state, [], first(choose(step, state, now), node)
        case Split() as step:
            state, block = divide(program.journey.journey, state, step)
            return state, [], first(block, node)
        case _:
            assert_never(node.step)


def _act(state: State, step: Set | Emit | Enter | Verify) -> Way:
    if isinstance(step, Set):
        person = replace(state.person, attributes={**state.person.attributes, **step.set})
        state = replace(state, person=person)
    return state, [effect(state, step)], None


def _begin_wait(program: Program, state: State, node: Node, step: Wait | WaitFor, now: datetime) -> Way:
    """Begin to wait, or pass on at once: the awaited event is there already, or the date is missed."""
    awaited = earliest(node, state)
    if awaited is not None:
        return state, [], first(awaited.do, node)
    ends = deadline(program, state, step, now)
    if ends.missed and isinstance(step, Wait) and isinstance(step.wait, FromDate):
        return _miss(state, node, step, step.wait.if_past, dated=ends.until is not None)
    state = replace(state, phase=Phase.WAITING, until=ends.until)
    return state, [rest(program, state)], None


def _miss(state: State, node: Node, step: Wait, if_past: str, *, dated: bool) -> Way:
    """A date in the past is treated as the file says; one that is not there is never a reason to send now."""
    if if_past == "exit":
        return *end(state, f"past:{step.id}"), None
    return replace(state, phase=Phase.DONE, until=None), [], first(step.do if if_past == "now" and dated else (), node)
