"""The parts of what a person reads of a journey: outlines of steps, their ways onward, and notes on the whole."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from domain.journey.walking import Block

Kind = Literal["send", "wait", "wait_for", "verify", "branch", "split", "repeat", "set", "emit", "enter", "exit"]
NoteKind = Literal["goal", "leave", "info"]


class Way(NamedTuple):
    """What makes a person go this way, and what comes then.

    It leads to what follows the step, or with `again` back to the step itself, or ends the journey as `out` says.
    """

    label: str
    block: Block = ()
    again: bool = False
    out: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A step to be read. Without ways it simply leads on, and nothing follows one that `ends` the journey."""

    id: str
    kind: Kind
    title: str
    details: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    ends: bool = False


class Note(NamedTuple):
    """Something that holds for the whole journey."""

    kind: NoteKind
    text: str
