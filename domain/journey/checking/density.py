"""The most messages that one person can get within seven days, along any way through a journey.

Waits take as long as they say, or as little as they may: an awaited event comes at once, a date is as near as it
can be, each send goes out, and a lap of a repeat that was late is followed by one on time. Pauses, skipped waits and
outages, after which messages may come closer, are left out, and so is the hour that a change of the clocks takes.
"""

from dataclasses import dataclass, field
from math import ceil

from domain.durations import LONGEST
from domain.journey.checking.moments import (
    NOT_BEGUN,
    NOTHING,
    Busiest,
    Moments,
    begun,
    elapsed,
    entered,
    later,
    left,
    merged,
    next_lap,
    waited,
    worst,
)
from domain.journey.fallback import Fallback
from domain.journey.language import Emit, Enter, Exit, Journey, Repeat, Send, Set, Step
from domain.journey.moves import A_WEEK, NO_TIME, How, Move, moves
from domain.journey.patience import Patience
from domain.journey.walking import Block, every_step

MOST_COUNTED = 100  # a week with more is far beyond any limit
MOST_WORK = 30_000  # moments at steps: some seconds, while a journey in use has hundreds of them
MORE_LAPS = 3  # than fill a week: enough for the first of them to be forgotten


def busiest_week(journey: Journey) -> Busiest:
    """The densest seven days. From MOST_COUNTED on messages are not counted. Raises TooManyWays."""
    walk = _Walk(Patience(journey.journey, MOST_WORK))
    walk.through(journey.steps, {NOT_BEGUN: NOTHING})
    return walk.found


@dataclass(slots=True)
class _Walk:
    patience: Patience
    found: Busiest = field(default=NOTHING)

    def through(self, block: Block, moments: Moments) -> Moments:
        """All moments in which a person who came in one of these may leave the block."""
        for step in block:
            moments = self._past(step, moments) if moments else {}
        return moments

    def _past(self, step: Step, moments: Moments) -> Moments:
        self.patience.spend(len(moments))
        match step:
            case Send():
                return (
                    self._send_in_turn(step, step.fallback, moments) if step.fallback else self._send(step.id, moments)
                )
            case Set() | Emit() | Enter():
                return moments
            case Exit():
                return {}
            case Repeat():
                return self._repeat(step, moments) if _sends(step) else waited(_in_silence(step), moments)
            case _:
                ways = [move for move in moves(step) if not move.ends]
                return worst(self.through(move.block, waited(move, moments)) for move in ways)

    def _send_in_turn(self, step: Send, fallback: Fallback, moments: Moments) -> Moments:
        """Each channel has its turn, and may have failed at once or stay silent until the next one's."""
        turn = Move(How.BY_TIME, "a receipt may come", most=fallback.after)
        for _ in range(step.turns):
            moments = worst([waited(turn, self._send(step.id, moments))])
        return moments

    def _send(self, step: str, moments: Moments) -> Moments:
        counted = begun(step, moments)
        self.found = max(self.found, *counted.values(), key=lambda count: count.messages)
        if self.found.messages >= MOST_COUNTED:
            return {}
        return merged([{moment: count for moment, count in moments.items() if moment.age is None}, elapsed(counted)])

    def _repeat(self, step: Repeat, moments: Moments) -> Moments:
        """Lap by lap, until laps bring nothing new."""
        laps, lap, over = step.repeat, entered(moments), [moments] if step.repeat.until else []
        for number in range(1, min(laps.at_most, ceil(A_WEEK / laps.every) + MORE_LAPS) + 1):
            done = self.through(step.do, lap)
            before, lap = lap, next_lap(done, laps.every)
            over += [left(done), left(lap)] if laps.until and number < laps.at_most else []
            if lap == before:
                break
        untold = laps.every * (laps.at_most - number)
        return worst([*over, left(later(done, untold, steady=lap == before))])


def _sends(step: Repeat) -> bool:
    return any(isinstance(inner, Send) for inner in every_step(step.do))


def _in_silence(step: Repeat) -> Move:
    """Laps without messages are a wait."""
    least = NO_TIME if step.repeat.until else step.repeat.every * (step.repeat.at_most - 1)
    return Move(How.BY_TIME, "laps pass", least=least, most=LONGEST)
