"""Orders to one person's journey: pause, resume, skip, exit."""

from datetime import datetime
from typing import assert_never

from domain.journey.program import Program
from domain.machine.asking import rest
from domain.machine.copying import replace
from domain.machine.deadlines import follows_the_calendar
from domain.machine.state import Phase, State
from domain.machine.steps import Result, ask_again, end, go_on, look_again, time_out
from domain.machine.stimuli import Order, Ordered
from domain.machine.waking import waits, wake


def obey(program: Program, state: State, ordered: Ordered, now: datetime) -> Result:
    """Do as is ordered, as far as it fits the state."""
    match ordered.order:
        case Order.EXIT:
            return end(state, ordered.reason)
        case Order.PAUSE:
            return _pause(program, state, now)
        case Order.RESUME:
            return _resume(program, state, now)
        case Order.SKIP:
            return time_out(program, state, now) if waits(state) else (state, [])
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
        woken, commands = wake(program, replace(state, until=until), now)
    return woken, commands or [rest(program, woken)]
