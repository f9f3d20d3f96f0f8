"""A person's way as a timeline in words, for whoever wonders why a test has failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, assert_never

from domain import machine
from domain.delivery import MessageState
from domain.journey.program import Program
from domain.machine.state import State
from domain.machine.stimuli import Act, Await, Complete, Deliver
from testkit.people import Person
from testkit.seen import Decision, Effect, Message, Seen
from testkit.times import local
from testkit.world import Passage

LONGEST = 60  # characters of a message


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened at a journey time, after so many things in the journey's own history."""

    at: datetime
    text: str
    after: int = 0


def with_values(text: str, values: dict[str, Any]) -> str:
    """`does first_use (count=3)`"""
    listed = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return f"{text} ({listed})" if listed else text


def tell(person: Person, program: Program, passage: Passage, log: list[Line], now: datetime, zone: tzinfo) -> str:
    """The whole story, its last line being where the person is now."""
    done = [(line.after, 0, line) for line in log]
    come_of_it = [(line.after, 1, line) for line in _lines(passage.history, zone)]
    lines = [line for _, _, line in sorted(done + come_of_it, key=lambda one: one[:2])]
    here = Line(max(now, lines[-1].at), where(program, passage.state, zone))
    return "\n".join([_who(person, program), *(f"  {local(line.at, zone):<23} {line.text}" for line in [*lines, here])])


def where(program: Program, state: State, zone: tzinfo) -> str:
    """`waits at habit for upgraded until Fri 6 Mar 2026 10:00`"""
    command = machine.standing(program, state)
    match command:
        case Complete():
            return f"has left, after {state.step}: {command.reason}"
        case Deliver():
            return f"is at {command.step}, where {command.template} is to be tried again"
        case Act():
            return f"is at {command.step}"
        case Await() if state.paused_at:
            return f"is held at {command.step}, paused"
        case Await():
            events = f" for {' or '.join(command.events)}" if command.events else ""
            until = f" until {local(command.until, zone)}" if command.until else ""
            if command.held:
                return f"is at {command.step}, whose message is held{until}"
            if command.receipt:
                return f"waits at {command.step} for its message to be {command.receipt}{until}"
            return f"waits at {command.step}{events}{until}"
        case _:
            assert_never(command)


def _who(person: Person, program: Program) -> str:
    known = [person.locale, person.zone, " then ".join(person.channels)]
    about = with_values(", ".join(filter(None, known)), person.attributes)
    return f"{person.user} in {program.journey.journey} {program.version}: {about}"


def _lines(history: list[Seen], zone: tzinfo) -> Iterator[Line]:
    for number, one in enumerate(history):
        match one:
            case Decision():
                if not one.allowed:
                    yield Line(one.at, _of_decision(one, zone), number)
            case Message():
                yield Line(one.at, _of_message(one), number)
            case Effect():
                yield Line(one.at, f"{one.step}: {one}", number)
            case _:
                assert_never(one)


def _of_decision(one: Decision, zone: tzinfo) -> str:
    by = f" by {one.channel}" if one.channel else ""
    if one.until:
        return f"{one.step}: not yet{by}, {one.rule}, until {local(one.until, zone)}"
    return f"{one.step}: not{by}, {one.rule}"


def _of_message(one: Message) -> str:
    step = "" if one.step == one.template else f"{one.step}: "
    lap = f", lap {one.pass_number}" if one.pass_number > 1 else ""
    return f"{step}{one.template} by {one.channel}{lap}{_fate(one)}"


def _fate(message: Message) -> str:
    if message.state == MessageState.ACCEPTED:
        text = " ".join((message.subject or message.text).split())
        return f": {text if len(text) <= LONGEST else f'{text[:LONGEST]}…'}"
    return f", {message.state}" + (f" ({message.reason})" if message.reason else "")
