"""A person's way as a timeline in words, for whoever wonders why a test has failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, assert_never

from domain import machine
from domain.delivery import MessageState
from domain.journey.program import Program
from domain.state import State
from domain.stimuli import Act, Await, Complete, Deliver
from testkit.people import Person
from testkit.seen import Decision, Effect, Message
from testkit.times import local
from testkit.world import Passage

LONGEST = 60  # characters of a message


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, at a journey time."""

    at: datetime
    text: str


def with_values(text: str, values: dict[str, Any]) -> str:
    """`does first_use (count=3)`"""
    listed = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return f"{text} ({listed})" if listed else text


def tell(person: Person, program: Program, passage: Passage, log: list[Line], now: datetime, zone: tzinfo) -> str:
    """The whole story, its last line being where the person is now."""
    state = passage.state
    lines = [*log, *_of_decisions(passage.decisions), *_of_messages(passage.messages), *_of_effects(passage.effects)]
    lines.sort(key=lambda line: line.at)
    lines.append(Line(max(now, lines[-1].at), where(program, state, zone)))
    return "\n".join([_who(person, program), *(f"  {local(line.at, zone):<23} {line.text}" for line in lines)])


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
            return f"waits at {command.step}{events}{until}"
        case _:
            assert_never(command)


def _who(person: Person, program: Program) -> str:
    known = [person.locale, person.zone, " then ".join(person.channels)]
    about = with_values(", ".join(filter(None, known)), person.attributes)
    return f"{person.user} in {program.journey.journey} {program.version}: {about}"


def _of_decisions(decisions: list[Decision]) -> Iterator[Line]:
    for one in decisions:
        if not one.allowed:
            yield Line(one.at, f"{one.step}: nothing{f' by {one.channel}' if one.channel else ''}, {one.rule}")


def _of_messages(messages: list[Message]) -> Iterator[Line]:
    for one in messages:
        lap = f", lap {one.pass_number}" if one.pass_number > 1 else ""
        said = f": {_short(one.subject or one.text)}" if one.state == MessageState.ACCEPTED else f" {_fate(one)}"
        yield Line(one.at, f"{one.step}: {one.template} by {one.channel}{lap}{said}")


def _of_effects(effects: list[Effect]) -> Iterator[Line]:
    for one in effects:
        yield Line(one.at, f"{one.step}: {one}")


def _fate(message: Message) -> str:
    return f"{message.state}, {message.reason}" if message.reason else message.state


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
