"""Which events have happened, as far as the journey asks, and which of them ends a wait."""

from dataclasses import replace
from datetime import datetime

from domain.journey.facts import Facts, Occurrence
from domain.journey.language import Awaited, WaitFor
from domain.journey.program import Node, Program
from domain.state import MAX_TAKEN, EventSeen, State


def count(program: Program, state: State, event: EventSeen, now: datetime) -> State:
    """The state that knows of this event. Conditions see the person as they were just before it."""
    facts = Facts(now, state.attributes, event.properties, state.events, state.outcomes)
    events = dict(state.events)
    for interest in program.interests.get(event.name, ()):
        if interest.where is None or interest.where.holds(facts):
            seen = events.get(interest.key)
            events[interest.key] = seen.again(event.at) if seen else Occurrence(1, event.at, event.at)
    taken = (*state.taken, event.id)[-MAX_TAKEN:] if event.id else state.taken
    return replace(state, events=events, taken=taken)


def earliest(node: Node, state: State) -> Awaited | None:
    """Of the events that a step awaits and that are there, the first by the sender's time, then by the file."""
    step = node.step
    if not isinstance(step, WaitFor):
        return None
    found = []
    for awaited, key in zip(step.wait_for, node.awaits, strict=True):
        seen = state.events.get(key)
        if seen and (step.since == "enrollment" or seen.last >= state.reached):
            found.append((seen.first if step.since == "enrollment" else seen.last, awaited))
    return min(found, key=lambda item: item[0])[1] if found else None
