"""The ways onward from each step, with what Temporal bills for them, and how often they are gone.

An awaited event comes while the journey waits for it, or is there already if the journey has met it before. Of local
times and dates it is not known how long they take, so that they take no time from the laps around them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import assert_never

from domain.journey.conditions import EventDone, PropertyIs
from domain.journey.costing.billing import ACTIVITY, CODE, MESSAGE, NOTHING, SIGNAL
from domain.journey.costing.rates import Rates
from domain.journey.costing.rests import Onward, Rest, Situation, looked_at_again
from domain.journey.costing.tallies import Stop
from domain.journey.costing.ways_of_sends import Sending
from domain.journey.facts import Facts, once
from domain.journey.language import (
    Awaited,
    Branch,
    Emit,
    Enter,
    Exit,
    Repeat,
    Send,
    Set,
    Split,
    Step,
    Verify,
    Wait,
    WaitFor,
)
from domain.journey.moves import NO_TIME, How, moves
from domain.journey.program import Program
from domain.journey.walking import awaited_by, event_names, leaves_of

UNTIL = "its condition holds"
ROUNDING = 1e-9
AT_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # conditions on whether an event was seen do not look at the clock


@dataclass
class Ways:
    """Of one journey; `counts` says which messages of a send count, by their place."""

    program: Program
    rates: Rates
    counts: Callable[[Send, int], bool]

    @cached_property
    def begin(self) -> Situation:
        """Where a person is who enters."""
        return Situation(self.program.first, self._again & {self.program.journey.entry.event})

    @cached_property
    def _again(self) -> frozenset[str]:
        return looked_at_again(self.program)

    @cached_property
    def _exits(self) -> dict[str, float]:
        return self.rates.of_exits(self.program.journey.exit_on)

    @cached_property
    def _stays(self) -> float:
        return 1 - sum(self._exits.values())

    def onward(self, step: Step, situation: Situation) -> Iterator[Onward]:  # noqa: C901  a list of kinds, not a decision
        """From any step but a repeat."""
        match step:
            case Send():
                yield from self._send(step, situation)
            case Set() | Enter():
                yield Onward(situation, ACTIVITY)
            case Emit():
                yield self._emit(step, situation)
            case Exit():
                yield Onward(None, ACTIVITY)
            case Branch() | Split():
                yield from self._choose(step, situation)
            case Wait():
                yield from self._wait(step, situation)
            case WaitFor():
                yield from self._wait_for(step, situation)
            case Verify():
                yield from self._verify(step, situation)
            case Repeat():
                raise TypeError("laps are not gone one way")
            case _:
                assert_never(step)

    def _send(self, step: Send, situation: Situation) -> Iterator[Onward]:
        if step.fallback:
            yield from Sending(step, step.fallback, self.counts, self.rates, self._exits).ways(situation)
            return
        closes = self.program.nodes[step.id].next is None and not step.required
        receipt = SIGNAL if step.id in self.program.receipts else NOTHING  # most are told of once: delivered
        message = MESSAGE if self.counts(step, 0) else NOTHING
        yield Onward(None if closes else situation, ACTIVITY + message + receipt)

    def _emit(self, step: Emit, situation: Situation) -> Onward:
        """A journey hears what it reports itself."""
        heard = SIGNAL if step.emit in self.program.events else NOTHING
        if step.emit in self.program.journey.exit_on:
            return Onward(None, ACTIVITY + heard + ACTIVITY)
        seen = situation.seen | self._again & set(self._counted(step))
        return Onward(situation._replace(seen=seen), ACTIVITY + heard)

    def _counted(self, step: Emit) -> Iterator[str]:
        """The keys under which the event counts: with a condition, if that looks at nothing but its properties."""
        facts = Facts(AT_ANY_TIME, properties=step.properties)
        for interest in self.program.interests.get(step.emit, ()):
            where = interest.where
            if where is None or (all(isinstance(leaf, PropertyIs) for leaf in leaves_of(where)) and where.holds(facts)):
                yield interest.key

    def _choose(self, step: Branch | Split, situation: Situation) -> Iterator[Onward]:
        found = moves(step)
        for move in found:
            chance = 1 / len(found) if move.percent is None else move.percent / 100
            yield Onward(situation, NOTHING, chance, Stop(step.id, move.label), move.block)

    def _wait(self, step: Wait, situation: Situation) -> Iterator[Onward]:
        rest = Rest(step.id, timed=True, situation=situation)
        for move in moves(step):
            if move.how is How.BY_TIME:
                time = move.least if move.least == move.most else NO_TIME
                yield rest.by_time(move.label, self._stays, time, move.block)
                yield from rest.by_exit(self._exits)
            else:
                to, toll = (None, ACTIVITY) if move.ends else (situation, NOTHING)
                yield Onward(to, toll, 0, Stop(step.id, move.label), move.block)

    def _wait_for(self, step: WaitFor, situation: Situation) -> Iterator[Onward]:
        awaited = list(zip(self.program.nodes[step.id].awaits, step.wait_for, strict=True))
        there = [one for key, one in awaited if key in situation.seen and step.since == "enrollment"]
        for one in there:
            yield Onward(situation, NOTHING, 1 / len(there), Stop(step.id, f"{one.event} came before"), one.do)
        if not there:
            yield from self._rest(step, Rest(step.id, step.timeout is not None, situation), awaited)

    def _rest(self, step: WaitFor | Verify, rest: Rest, awaited: Sequence[tuple[str, Awaited]]) -> Iterator[Onward]:
        chances = self.rates.of_events([one.event for _, one in awaited], timed=rest.timed)
        for (key, one), chance in zip(awaited, chances, strict=True):
            yield rest.by_event(one.event, chance * self._stays, self._again & {key, one.event}, one.do)
        yield from rest.by_exit(self._exits)
        left = self._stays * (1 - sum(chances))
        if step.timeout is not None:
            yield rest.by_time("times out", left, step.timeout, step.on_timeout)
        elif left > ROUNDING:
            yield rest.for_ever(left)

    def _verify(self, step: Verify, situation: Situation) -> Iterator[Onward]:
        """Nobody is thought to have confirmed it before, or to be out of reach."""
        for move in moves(step):
            if move.how is How.AT_ONCE:
                yield Onward(situation, ACTIVITY, 0, Stop(step.id, move.label), move.block)
        awaited = list(zip(self.program.nodes[step.id].awaits, awaited_by(step), strict=True))
        for way in self._rest(step, Rest(step.id, timed=True, situation=situation), awaited):
            yield replace(way, toll=ACTIVITY + CODE[step.verify] + way.toll)

    def before_lap(self, step: Repeat, situation: Situation) -> list[tuple[bool, float]]:
        """Whether a lap begins that is due, or the repeat is over instead, with the chances of what may be."""
        until = step.repeat.until
        if until is None:
            return [(True, 1)]
        if not all(isinstance(leaf, EventDone) and leaf == EventDone(event=leaf.event) for leaf in leaves_of(until)):
            return [(True, 1), (False, 0)]
        events = dict.fromkeys(situation.seen, once(AT_ANY_TIME, 0))
        return [(not until.holds(Facts(AT_ANY_TIME, events=events)), 1)]

    def after_lap(self, step: Repeat, situation: Situation) -> Iterator[Onward]:
        """From the end of a lap to the begin of the next, or out of the repeat, where there is one lap less."""
        every, since = step.repeat.every, situation.laps[-1]
        if since >= every:
            late = since - every if since < 2 * every else NO_TIME
            yield Onward(situation._replace(laps=(*situation.laps[:-1], late)))
            return
        rest = Rest(step.id, timed=True, situation=situation)
        names = event_names(step.repeat.until) if step.repeat.until else ()
        ends = sum(self.rates.of_events(names or (UNTIL,), timed=True)) if step.repeat.until else 0
        due = rest.by_time("the next lap is due", self._stays * (1 - ends), every - since)
        yield Onward(due.to and due.to._replace(laps=(*due.to.laps[:-1], NO_TIME)), due.toll, due.chance, due.stop)
        if step.repeat.until:
            over = rest.by_event(" or ".join(names) or UNTIL, self._stays * ends, self._again & set(names))
            yield Onward(over.to and out_of(over.to), over.toll, over.chance, over.stop)
        yield from rest.by_exit(self._exits)


def out_of(situation: Situation) -> Situation:
    """Out of the innermost lap."""
    return situation._replace(laps=situation.laps[:-1])
