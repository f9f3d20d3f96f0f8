"""What a person reads of a journey as a whole: who enters it, how often, what for, and what ends it anywhere."""

from typing import assert_never

from domain.journey.head import After, Entry, Reentry
from domain.journey.language import Journey
from domain.journey.telling.phrases import condition_in_words
from domain.journey.telling.reading import Note
from domain.journey.telling.words import duration_in_words, listed


def entry_in_words(entry: Entry) -> str:
    """The event that starts the journey."""
    return f"{entry.event} with {condition_in_words(entry.where)}" if entry.where else entry.event


def notes(journey: Journey) -> tuple[Note, ...]:
    """What holds at every step."""
    found = [Note("info", text) for text in _of_entry(journey)]
    if journey.goal:
        within = f" within {duration_in_words(journey.goal.within)}" if journey.goal.within else ""
        found.append(Note("goal", f"the goal is {journey.goal.event}{within}"))
    if journey.milestones:
        reached = listed((f"{name} by {event}" for name, event in journey.milestones.items()), "and")
        found.append(Note("goal", f"milestones: {reached}"))
    if journey.exit_on:
        found.append(Note("leave", f"{listed(journey.exit_on, 'or')} ends the journey at once, at any step"))
    return tuple(found)


def _of_entry(journey: Journey) -> list[str]:
    texts = [f"a person enters {_how_often(journey.reentry)}"]
    if journey.entry.key:
        texts[0] += f", for each {journey.entry.key}"
    if journey.updated_by:
        texts.append(f"{listed(journey.updated_by, 'or')} updates its dates")
    if journey.zone:
        texts.append(f"local times are of {journey.zone} where a person's own zone is unknown")
    return texts


def _how_often(rule: Reentry) -> str:
    match rule:
        case "never":
            return "once"
        case "always":
            return "again and again"
        case After():
            return f"again {duration_in_words(rule.after)} after the last time"
        case _:
            assert_never(rule)
