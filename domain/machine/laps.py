"""Repeats: laps that begin a fixed time apart, at most so many, until a condition holds."""

from datetime import datetime

from domain.journey.language import Repeat
from domain.journey.program import Node
from domain.machine.copying import replace
from domain.machine.passing import holds
from domain.machine.state import Lap, Phase, State

Next = tuple[State, str | None]  # the step to pass on to, unless the state waits


def next_lap(state: State, step: Repeat, node: Node, now: datetime) -> Next:
    """Enter the first lap, or come back from one: wait for the next, begin it if it is due, or leave."""
    lap = state.laps.get(step.id)
    if lap is None:
        lap = Lap(0, now - step.repeat.every)
        return begin_lap(replace(state, laps={**state.laps, step.id: lap}), step, node, now)
    if lap.number >= step.repeat.at_most:
        return leave(state, step), node.next
    due = lap.began + step.repeat.every
    if due <= now or over(step, state, now):
        return begin_lap(state, step, node, now)
    return replace(state, phase=Phase.WAITING, until=due), None


def begin_lap(state: State, step: Repeat, node: Node, now: datetime) -> Next:
    """The first step of the next lap, or what follows the repeat if its condition holds by now."""
    if over(step, state, now):
        return leave(state, step), node.next
    before = state.laps[step.id]
    due = before.began + step.repeat.every
    # Counted from when it was due, so that lateness does not add up; but after a long outage laps do not pile up.
    began = due if now - due < step.repeat.every else now
    laps = {**state.laps, step.id: Lap(before.number + 1, began)}
    passes = state.passes + (before.number > 0)
    return replace(state, laps=laps, passes=passes, phase=Phase.DONE, until=None), step.do[0].id


def over(step: Repeat, state: State, now: datetime) -> bool:
    """Whether the repeat's own condition ends it."""
    return step.repeat.until is not None and holds(step.repeat.until, state, now)


def leave(state: State, step: Repeat) -> State:
    """The state of somebody who is in this repeat no more."""
    laps = {name: lap for name, lap in state.laps.items() if name != step.id}
    return replace(state, laps=laps, phase=Phase.DONE, until=None)
