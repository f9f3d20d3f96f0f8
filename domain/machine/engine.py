"""From one state to the next: how somebody enters, and to whom each stimulus goes.

`start` and `advance` return the new state and the command that replaces whatever was asked for before; no command
means that the last one stands, so events that end nothing never re-arm a timer. Of things that happen at once, an
exit beats the goal, the goal an awaited event, and an awaited event the timer; an event from after a wait's end does
not beat that wait's timer.
"""

from datetime import datetime
from typing import assert_never

from domain.journey.program import Program
from domain.machine.answers import hear_of_answer
from domain.machine.counting import count, remember
from domain.machine.orders import obey
from domain.machine.state import Person, Phase, State
from domain.machine.steps import Result, enter
from domain.machine.stimuli import (
    AttributesChanged,
    EventSeen,
    Executed,
    Held,
    Ordered,
    ReceiptSeen,
    Stimulus,
    TimerFired,
)
from domain.machine.waking import hear_of_change, hear_of_event, hear_of_receipt, hear_of_timer, learn


def start(program: Program, person: Person, now: datetime, entry: EventSeen | None = None) -> Result:
    """A person enters, by the event that let them in if there is one. Steps that take no time are passed at once."""
    state = State(person=Person(person.id), step=program.first, phase=Phase.DONE, enrolled=now, reached=now)
    state = learn(program, state, person.attributes, person.zone)
    if entry is not None:
        state = count(program, state, entry, now)
    return enter(program, state, program.first, now)


def advance(program: Program, state: State, stimulus: Stimulus, now: datetime) -> Result:
    """Take one stimulus. Whatever does not fit the state, such as a timer of a step long left, changes nothing."""
    if state.phase is Phase.ENDED or _is_known(state, stimulus):
        return state, []
    match stimulus:
        case EventSeen():
            return hear_of_event(program, state, stimulus, now)
        case TimerFired():
            return hear_of_timer(program, state, stimulus, now)
        case Executed() | Held():
            return hear_of_answer(program, state, stimulus, now)
        case Ordered():
            return obey(program, remember(state, stimulus.id), stimulus, now)
        case AttributesChanged():
            return hear_of_change(program, remember(state, stimulus.id), stimulus, now)
        case ReceiptSeen():
            return hear_of_receipt(program, state, stimulus, now)
        case _:
            assert_never(stimulus)


def _is_known(state: State, stimulus: Stimulus) -> bool:
    """Whether it was taken before: whoever tells may have died before they had noted that they did."""
    told = stimulus.id if isinstance(stimulus, EventSeen | Ordered | AttributesChanged) else ""
    return told != "" and told in state.taken
