"""What a person reads of a step, however it is shown: its kind, a title, details, and its named ways onward.

A new kind of step gets one small function here, and one line in `outline`; the type checker asks for it.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, assert_never

from domain.journey.language import Awaited, Branch, Case, Else, Exit, Journey, Send, Step, Wait, WaitFor
from domain.journey.program import Block
from domain.journey.words import (
    capitalised,
    channels_in_words,
    condition_in_words,
    duration_in_words,
    listed,
    name_in_words,
    subjects,
)

Kind = Literal["send", "wait", "wait_for", "branch", "split", "repeat", "set", "emit", "enter", "exit"]
MOST_NAMED = 2  # names in a title: "Upgraded or support requested?"; more of them stand at the ways


class Way(NamedTuple):
    """What makes a person go this way, and what comes then: what follows the step or, with `again`, the step itself."""

    label: str
    block: Block
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A step to be read. Without ways it simply leads on, and nothing follows one that `ends` the journey."""

    id: str
    kind: Kind
    title: str
    details: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    ends: bool = False


def outline(step: Step) -> Outline:
    """What a person reads of this step."""
    match step:
        case Send():
            return _send(step)
        case Wait():
            return _wait(step)
        case WaitFor():
            return _wait_for(step)
        case Branch():
            return _branch(step)
        case Exit():
            return _exit(step)
        case _:
            assert_never(step)


def notes(journey: Journey) -> tuple[str, ...]:
    """What holds at every step of a journey."""
    if not journey.exit_on:
        return ()
    return (f"{listed(journey.exit_on, 'or')} ends the journey at once, at any step",)


def _send(step: Send) -> Outline:
    details = (channels_in_words(step.via), *(["required"] if step.required else []))
    return Outline(step.id, "send", f"Send {name_in_words(step.send)}", details)


def _wait(step: Wait) -> Outline:
    return Outline(step.id, "wait", f"Wait {duration_in_words(step.wait)}")


def _wait_for(step: WaitFor) -> Outline:
    details = ["without end" if step.timeout is None else f"at most {duration_in_words(step.timeout)}"]
    if step.since == "step":
        details.append("counts from this step on")
    ways = [Way(_awaited(awaited), awaited.do) for awaited in step.wait_for]
    if step.timeout is not None:
        missed = "it" if len(step.wait_for) == 1 else "any"
        ways.append(Way(f"after {duration_in_words(step.timeout)} without {missed}", step.on_timeout))
    title = _question([awaited.event for awaited in step.wait_for], f"Which of {len(step.wait_for)} events?")
    return Outline(step.id, "wait_for", title, tuple(details), tuple(ways))


def _branch(step: Branch) -> Outline:
    ways: list[Way] = []
    looked_at: list[str] = []
    for case in step.branch:
        match case:
            case Case():
                ways.append(Way(f"{'otherwise ' if ways else ''}if {condition_in_words(case.if_)}", case.do))
                looked_at += subjects(case.if_)
            case Else():
                ways.append(Way("otherwise", case.else_))
            case _:
                assert_never(case)
    if not isinstance(step.branch[-1], Else):
        ways.append(Way("otherwise", ()))
    return Outline(step.id, "branch", _question(looked_at, "Which case?"), ways=tuple(ways))


def _exit(step: Exit) -> Outline:
    return Outline(step.id, "exit", f"Exit: {name_in_words(step.exit)}", ends=True)


def _awaited(awaited: Awaited) -> str:
    return awaited.event if awaited.where is None else f"{awaited.event} with {condition_in_words(awaited.where)}"


def _question(names: list[str], otherwise: str) -> str:
    """The names as a question, if they are few."""
    known = list(dict.fromkeys(map(name_in_words, names)))
    if not 1 <= len(known) <= MOST_NAMED:
        return otherwise
    return f"{capitalised(listed(known, 'or'))}?"
