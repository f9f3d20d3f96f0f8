"""Journeys among each other: which enter which, by name or by an event, and where people would go round for ever."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.journey.language import Emit, Enter, Exit, Journey, Repeat, Send, Set, Step, Wait, WaitFor
from domain.journey.moves import How, moves
from domain.journey.walking import Block, every_step

Passage = tuple[str, str]  # the step that lets people into a journey, and that journey


def entering(journey: Journey) -> list[Enter]:
    """The steps that name another journey."""
    return [step for step in every_step(journey.steps) if isinstance(step, Enter)]
