"""What may happen to a person at a step: each way onward, what it takes, and how long it may take.

This is what can be known of a journey without any person: figures are worked out from it, nobody is driven by it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.durations import LONGEST
from domain.journey.language import HOLDOUT, Branch, Case, Split, Verify, Wait, WaitFor
from domain.journey.waits import FromDate, LocalTime
from domain.journey.walking import Block, awaited_by

NO_TIME = timedelta(0)
A_WEEK = timedelta(days=7)
Passing = Wait | WaitFor | Verify | Branch | Split  # the steps that lead on by one of their ways


class How(StrEnum):
    """What makes a person go a way."""

    AT_ONCE = "at once"
    BY_TIME = "by time"
    BY_EVENT = "by event"


@dataclass(frozen=True, slots=True)
class Move:
    """A way onward: through a block, and then to what follows the step; or with `ends` out of the journey."""

    how: How
    label: str
    block: Block = ()
    least: timedelta = NO_TIME  # the time that passes, or the least and the most of it where that is not known before
    most: timedelta = NO_TIME
    clock: LocalTime | None = None  # what a person's clock must show, for a wait that ends by it
    percent: int | None = None
    ends: bool = False


def moves(step: Passing) -> list[Move]:
    """The ways onward from a step, in the order of the file."""
    match step:
        case Wait():
            return _of_wait(step)
        case WaitFor():
            return _of_wait_for(step)
        case Verify():
            return _of_verify(step)
        case Branch():
            return _of_branch(step)
        case Split():
            return [
                Move(How.AT_ONCE, name, () if name == HOLDOUT else step.do[name], percent=percent)
                for name, percent in step.split.items()
            ]


def _of_wait(step: Wait) -> list[Move]:
    if isinstance(step.wait, LocalTime):
        return [Move(How.BY_TIME, "its time comes", step.do, most=A_WEEK, clock=step.wait)]
    if isinstance(step.wait, FromDate):
        ahead = Move(How.BY_TIME, "its date comes", step.do, most=LONGEST)
        return [ahead, *_missed(step, step.wait.if_past)]
    return [Move(How.BY_TIME, "time passes", step.do, step.wait, step.wait)]


def _missed(step: Wait, if_past: str) -> list[Move]:
    """A date that is past, or is not there at all; one that is not there is never a reason to send now."""
    if if_past == "exit":
        return [Move(How.AT_ONCE, "its date is past", ends=True)]
    past = [Move(How.AT_ONCE, "its date is past", step.do)] if if_past == "now" and step.do else []
    return [*past, Move(How.AT_ONCE, "there is no date" if past else "its date is past")]


def _of_wait_for(step: WaitFor) -> list[Move]:
    most = step.timeout or LONGEST
    came = [Move(How.BY_EVENT, awaited.event, awaited.do, most=most) for awaited in step.wait_for]
    if step.timeout is None:
        return came
    return [*came, Move(How.BY_TIME, "times out", step.on_timeout, step.timeout, step.timeout)]


def _of_verify(step: Verify) -> list[Move]:
    """Who has confirmed it before goes on at once, and so does whom no code can reach."""
    return [
        Move(How.AT_ONCE, "confirmed before", step.do),
        Move(How.AT_ONCE, "no code can go there", step.on_timeout),
        *(Move(How.BY_EVENT, one.event, one.do, most=step.timeout) for one in awaited_by(step)),
        Move(How.BY_TIME, "times out", step.on_timeout, step.timeout, step.timeout),
    ]


def _of_branch(step: Branch) -> list[Move]:
    found = [
        Move(How.AT_ONCE, f"case {number}", case.do)
        if isinstance(case, Case)
        else Move(How.AT_ONCE, "else", case.else_)
        for number, case in enumerate(step.branch, 1)
    ]
    return found if not isinstance(step.branch[-1], Case) else [*found, Move(How.AT_ONCE, "no case")]
