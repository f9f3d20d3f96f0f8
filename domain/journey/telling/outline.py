"""What a person reads of a step, however it is shown: its kind, a title, details, and its named ways onward.

A new kind of step gets one small function here, and one line in `outline`; the type checker asks for it.
"""

from typing import assert_never

from domain.journey.language import (
    Branch,
    Case,
    Else,
    Emit,
    Enter,
    Exit,
    Repeat,
    Send,
    Set,
    Split,
    Step,
    Verify,
    Wait,
    WaitFor,
)
from domain.journey.telling.outline_of_waits import of_verify, of_wait, of_wait_for
from domain.journey.telling.phrases import condition_in_words, subjects
from domain.journey.telling.reading import Outline, Way
from domain.journey.telling.words import (
    capitalised,
    channels_in_words,
    counted,
    duration_in_words,
    name_in_words,
    named,
    value_in_words,
)

__all__ = ["Outline", "Way", "outline"]


def outline(step: Step) -> Outline:  # noqa: C901  a list of kinds, not a decision
    """What a person reads of this step."""
    match step:
        case Send():
            return _send(step)
        case Wait():
            return of_wait(step)
        case WaitFor():
            return of_wait_for(step)
        case Verify():
            return of_verify(step)
        case Branch():
            return _branch(step)
        case Split():
            return _split(step)
        case Set():
            return _set(step)
        case Emit():
            return _emit(step)
        case Enter():
            return _enter(step)
        case Repeat():
            return _repeat(step)
        case Exit():
            return _exit(step)
        case _:
            assert_never(step)


def _send(step: Send) -> Outline:
    details = [channels_in_words(step.via)]
    if step.fallback:
        details.append(f"the next one unless {step.fallback.unless} within {duration_in_words(step.fallback.after)}")
    if step.required:
        details.append("the journey ends without it")
    return Outline(step.id, "send", f"Send {name_in_words(step.send)}", tuple(details))


def _branch(step: Branch) -> Outline:
    ways: list[Way] = []
    for case in step.branch:
        match case:
            case Case():
                ways.append(Way(f"{'otherwise ' if ways else ''}if {condition_in_words(case.if_)}", case.do))
            case Else():
                ways.append(Way("otherwise", case.else_))
            case _:
                assert_never(case)
    if not isinstance(step.branch[-1], Else):
        ways.append(Way("otherwise"))
    looked_at = [name for case in step.branch if isinstance(case, Case) for name in subjects(case.if_)]
    return Outline(step.id, "branch", f"{capitalised(named(looked_at, 'or', 'which case'))}?", ways=tuple(ways))


def _split(step: Split) -> Outline:
    ways = [
        Way(f"{percent}% {name}{'' if name in step.do else ', who get nothing'}", step.do.get(name, ()))
        for name, percent in step.split.items()
    ]
    return Outline(step.id, "split", f"Split {len(ways)} ways", ("each person always the same way",), tuple(ways))


def _set(step: Set) -> Outline:
    details = tuple(f"{name} becomes {value_in_words(value)}" for name, value in step.set.items())
    return Outline(step.id, "set", f"Set {named(step.set, 'and', counted(len(step.set), 'attribute'))}", details)


def _emit(step: Emit) -> Outline:
    details = tuple(f"{name}: {value_in_words(value)}" for name, value in step.properties.items())
    return Outline(step.id, "emit", f"Report {name_in_words(step.emit)}", details)


def _enter(step: Enter) -> Outline:
    return Outline(step.id, "enter", f"Enter {name_in_words(step.enter)}", (f"for {step.key}",) if step.key else ())


def _repeat(step: Repeat) -> Outline:
    laps = step.repeat
    often = counted(laps.at_most, "time")
    until = f"once {condition_in_words(laps.until)}, or " if laps.until else ""
    ways = (Way(f"up to {often}", step.do, again=True), Way(f"{until}after {often}"))
    return Outline(step.id, "repeat", f"Repeat every {duration_in_words(laps.every)}", (f"at most {often}",), ways)


def _exit(step: Exit) -> Outline:
    return Outline(step.id, "exit", f"Exit: {name_in_words(step.exit)}", ends=True)
