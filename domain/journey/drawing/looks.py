"""How each kind of step looks: its colours on light and on dark ground, and its icon as strokes in a 24 by 24 field."""

from dataclasses import dataclass
from typing import assert_never, get_args

from domain.journey.telling.reading import Kind, NoteKind


@dataclass(frozen=True, slots=True)
class Look:
    """Two colours, and the `d` of an SVG path."""

    light: str
    dark: str
    icon: str


START = Look("#15803d", "#4ade80", "M8 5v14l11-7z")
END = Look("#15803d", "#4ade80", "M5 12.5l4.5 4.5L19 7")


def look(kind: Kind) -> Look:  # noqa: C901  a list of kinds, not a decision
    """The look of a kind of step."""
    match kind:
        case "send":  # a paper plane
            return Look("#2563eb", "#60a5fa", "M3 11.5L21 3l-6.5 18-3.5-7.5zM11 13.5L21 3")
        case "wait":  # a clock
            return Look("#b45309", "#fbbf24", "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3.5 2")
        case "wait_for":  # an hourglass
            glass = "M7 3v3c0 3 5 4 5 6s-5 3-5 6v3M17 3v3c0 3-5 4-5 6s5 3 5 6v3"
            return Look("#7c3aed", "#a78bfa", f"M5 3h14M5 21h14{glass}")
        case "verify":  # a shield
            return Look("#0e7490", "#22d3ee", "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM8.5 12l2.5 2.5 4.5-5")
        case "branch":  # a fork in the road
            return Look("#0f766e", "#2dd4bf", "M12 21v-6c0-4-6-4-6-10M12 15c0-4 6-4 6-10M3 8l3-4 3 4M15 8l3-4 3 4")
        case "split":  # two ways that cross
            return Look("#a21caf", "#e879f9", "M3 7h4l9 10h5M3 17h4l3-3.4M13 10.4L16 7h5M18 4l3 3-3 3M18 14l3 3-3 3")
        case "repeat":  # round and round
            return Look(
                "#4d7c0f", "#a3e635", "M17 3l3 3-3 3M4 11V9a3 3 0 0 1 3-3h13M7 21l-3-3 3-3M20 13v2a3 3 0 0 1-3 3H4"
            )
        case "set":  # a pencil
            return Look("#475569", "#a8b5c8", "M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3.5 3.5L8.5 19zM14 6.5l3.5 3.5")
        case "emit":  # a flash
            return Look("#c2410c", "#fb923c", "M13 3L5 14h6l-1 7 8-11h-6z")
        case "enter":  # into a door
            return Look("#0369a1", "#38bdf8", "M11 4H5v16h6M21 12H10M13.5 8l-4 4 4 4")
        case "exit":  # a way out of a door
            return Look("#be123c", "#fb7185", "M13 4h6v16h-6M4 12h10M10.5 8l4 4-4 4")
        case _:
            assert_never(kind)


def look_of_note(kind: NoteKind) -> Look:
    """The look of a kind of note."""
    match kind:
        case "goal":  # a flag
            return Look("#15803d", "#4ade80", "M5 21V4M5 5c5-3 8 3 14 0v9c-6 3-9-3-14 0")
        case "leave":  # a switch
            return Look("#be123c", "#fb7185", "M12 3v9M7 6.5a7.5 7.5 0 1 0 10 0")
        case "info":
            return Look("#475569", "#a8b5c8", "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5.5M12 7.5v.2")
        case _:
            assert_never(kind)


def looks() -> dict[str, Look]:
    """All of them, by the name that a box gives."""
    of_steps = {kind: look(kind) for kind in get_args(Kind)}
    of_notes = {kind: look_of_note(kind) for kind in get_args(NoteKind)}
    return {**of_steps, **of_notes, "start": START, "end": END}
