"""The ways onward from a `send` that falls back: what each message costs, and the wait for its receipt."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from domain.delivery import RANK, Reported
from domain.journey.costing.billing import ACTIVITY, MESSAGE, NOTHING, SIGNAL, Toll
from domain.journey.costing.rates import Rates
from domain.journey.costing.rests import Onward, Rest, Situation
from domain.journey.fallback import Fallback, receipt_of
from domain.journey.language import Send

HEARD_BEFORE = {Reported.DELIVERED: 0, Reported.OPENED: 1, Reported.CLICKED: 2}  # receipts that mostly come before one


@dataclass(frozen=True, slots=True)
class Sending:
    """Of one step; `counts` says which of its messages count, by their place."""

    step: Send
    fallback: Fallback
    counts: Callable[[Send, int], bool]
    rates: Rates
    exits: Mapping[str, float]

    def ways(self, situation: Situation, place: int = 0) -> Iterator[Onward]:
        """From the message in this place on. After the last one it is asked once more, in vain."""
        if place == self.step.turns:
            yield Onward(situation, ACTIVITY)
            return
        sent = ACTIVITY + (MESSAGE if self.counts(self.step, place) else NOTHING)
        rest = Rest(self.step.id, timed=True, situation=situation)
        for way in self._receipts(rest):
            yield replace(way, toll=sent + way.toll)
        for way in self._silences(rest):
            yield from (_then(way, more, sent) for more in self.ways(way.to or situation, place + 1))

    def _receipts(self, rest: Rest) -> Iterator[Onward]:
        """What is waited for is reported, or the journey ends meanwhile."""
        came = rest.by_event(self.fallback.unless, self._stays * self._in_time, ())
        yield replace(came, toll=came.toll + SIGNAL * HEARD_BEFORE[Reported(self.fallback.unless)])
        yield from rest.by_exit(dict(self.exits))

    def _silences(self, rest: Rest) -> Iterator[Onward]:
        """Nobody is thought to have no such address, so a message that fails is as rare as it can be."""
        silent = rest.by_time(f"not {self.fallback.unless}", self._stays * (1 - self._in_time), self.fallback.after)
        less = SIGNAL if RANK[Reported(self.fallback.unless)] > RANK[Reported.DELIVERED] else NOTHING
        yield replace(silent, toll=silent.toll + less)
        yield rest.by_event("failed", 0, ())

    @property
    def _in_time(self) -> float:
        return self.rates.of_events([receipt_of(self.fallback)], timed=True)[0]

    @property
    def _stays(self) -> float:
        return 1 - sum(self.exits.values())


def _then(way: Onward, more: Onward, sent: Toll) -> Onward:
    trail = (way.stop, more.stop) if way.stop and more.stop else way.stop or more.stop
    return Onward(more.to, sent + way.toll + more.toll, way.chance * more.chance, trail)
