"""Which events have happened, as far as the journey asks, how far that brings the person, and what ends a wait."""

from datetime import datetime

from domain.journey.facts import Facts, once
from domain.journey.language import Awaited, WaitFor
from domain.journey.program import Node, Program
from domain.journey.walking import awaited_by
from domain.machine.copying import replace
from domain.machine.state import MAX_TAKEN, Progress, State
from domain.machine.stimuli import EventSeen


def count(program: Program, state: State, event: EventSeen, now: datetime) -> State:
    """The state that knows of this event. Conditions see the person as they were just before it."""
    facts = Facts(now, state.person.attributes, event.properties, state.events, state.outcomes, state.receipts)
    events = dict(state.events)
    for interest in program.interests.get(event.name, ()):
        if interest.where is None or interest.where.holds(facts):
            seen = events.get(interest.key)
            events[interest.key] = seen.again(event.at, interest.kept) if seen else once(event.at, interest.kept)
    state = replace(remember(state, event.id), events=events, progress=advanced(program, state, event))
    return updated(program, state, event)


def remember(state: State, told: str) -> State:
    """The state that knows what it was told under this id, if it has one, so that it is taken once."""
    return replace(state, taken=(*state.taken, told)[-MAX_TAKEN:]) if told else state


def updated(program: Program, state: State, event: EventSeen) -> State:
    """The state with the values that this event brings for dates, if it is one that does."""
    if event.name not in (program.journey.entry.event, *program.journey.updated_by):
        return state
    known = {name: event.properties[name] for name in program.properties if name in event.properties}
    if state.updated_at and event.at < state.updated_at:  # heard of late: what came after it stands
        return replace(state, properties={**known, **state.properties})
    return replace(state, properties={**state.properties, **known}, updated_at=event.at if known else state.updated_at)


def advanced(program: Program, state: State, event: EventSeen) -> Progress:
    """The progress with the goal and the milestones that this event reaches for the first time."""
    progress, goal = state.progress, program.journey.goal
    reached = {name: event.at for name in program.milestones.get(event.name, ()) if name not in progress.milestones}
    if reached:
        progress = replace(progress, milestones={**progress.milestones, **reached})
    if goal and goal.event == event.name and progress.goal_at is None:
        in_time = goal.within is None or event.at - state.enrolled <= goal.within
        progress = replace(progress, goal_at=event.at) if in_time else progress
    return progress


def earliest(node: Node, state: State) -> Awaited | None:
    """Of the events that a step awaits and that are there, the first by the sender's time, then by the file."""
    if not node.awaits:
        return None
    ever, found = isinstance(node.step, WaitFor) and node.step.since == "enrollment", []
    for awaited, key in zip(awaited_by(node.step), node.awaits, strict=True):
        seen = state.events.get(key)
        if seen and (ever or seen.last >= state.reached):
            found.append((seen.first if ever else seen.last, awaited))
    return min(found, key=lambda item: item[0])[1] if found else None
