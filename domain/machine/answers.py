"""What becomes of a step that has asked for something, once the driver has an answer."""

from datetime import datetime

from domain.delivery import Outcome
from domain.journey.language import Send, Verify
from domain.journey.program import Program
from domain.machine.asking import rest
from domain.machine.copying import replace
from domain.machine.falling_back import is_awaited, outcome, wait
from domain.machine.reports import expect
from domain.machine.state import Phase, State
from domain.machine.steps import Result, answered, end, go_on, look_for_receipt
from domain.machine.stimuli import Executed, Held
from domain.machine.waking import wake


def hear_of_answer(program: Program, state: State, answer: Executed | Held, now: datetime) -> Result:
    """A delivery or an effect has ended, or a message may not go yet."""
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
    woken, commands = wake(program, state, now)
    return woken, commands or [rest(program, woken)]
