"""The line before a sender: who passes, who waits until when, and what a failure means for all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import pairwise

import pytest

from domain.clock import Clock
from domain.line import (
    BEHIND_PROBE,
    LONGEST_ASKED,
    OPENS_AFTER,
    PROBE,
    SPREAD,
    Entry,
    Line,
    Pauses,
    Why,
    admit,
    answered,
    failed,
    gave_way,
)
from domain.rates import Rate

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TEN = Rate(10, "s")


def after(seconds: float) -> datetime:
    """So long after now."""
    return NOW + timedelta(seconds=seconds)


DOWN = Line(failures=OPENS_AFTER, not_before=after(10), since=NOW, reason="no_answer")
ASKED = Line(not_before=after(7), reason="rate_limited")

ENTRIES: list[tuple[Line, Rate | None, datetime | None, Entry]] = [
    (Line(), None, None, Entry(NOW)),  # nothing is known against it
    (Line(failures=4), None, None, Entry(NOW)),  # four failures are not yet five
    (Line(), TEN, None, Entry(NOW)),  # the first of a rate
    (Line(next_slot=after(-5)), TEN, None, Entry(NOW)),  # slots that nobody took are gone
    (Line(next_slot=after(3)), TEN, None, Entry(after(3), Why.PACED)),  # behind all who were there before
    (Line(next_slot=after(3)), TEN, after(1), Entry(after(1), Why.PACED)),  # came too early, and keeps its slot
    (Line(next_slot=after(3)), TEN, after(-1), Entry(after(-1))),  # its slot has come
    (Line(next_slot=after(3)), TEN, after(-10), Entry(after(3), Why.PACED)),  # slept through its slot, as all have
    (Line(next_slot=after(3)), None, after(-10), Entry(NOW)),  # which without a rate is no harm
    (Line(next_slot=after(3)), None, None, Entry(NOW)),  # others come back one by one, it need not wait for them
    (ASKED, None, None, Entry(after(7), Why.RATE_LIMITED)),  # the provider wants to be left alone
    (ASKED, TEN, after(-1), Entry(after(7), Why.RATE_LIMITED)),  # also by whose slot has come
    # a slot behind that is as good as ever
    (replace(ASKED, next_slot=after(9)), TEN, after(8), Entry(after(8), Why.RATE_LIMITED)),
    (Line(next_slot=after(3)), TEN, after(3600), Entry(after(3), Why.PACED)),  # of a slower rate, which is over
    (Line(), TEN, after(3600), Entry(NOW)),
    (Line(next_slot=after(1), next_urgent_slot=after(9)), TEN, after(8), Entry(after(8), Why.PACED)),  # a code's
    (replace(ASKED, not_before=after(-1)), None, None, Entry(NOW)),  # and then everybody passes
    (DOWN, None, None, Entry(after(10), Why.PROVIDER_DOWN)),
    (replace(DOWN, not_before=after(-1)), TEN, after(5), Entry(NOW, probe=True)),  # whoever is there first, probes
]


@pytest.mark.parametrize(("line", "rate", "slot", "entry"), ENTRIES)
def test_a_message_passes_or_gets_a_slot(line: Line, rate: Rate | None, slot: datetime | None, entry: Entry) -> None:
    """At an instant of its own, with the reason why it waits."""
    assert admit(line, rate, NOW, slot)[1] == entry


def test_slots_follow_each_other_at_the_rate() -> None:
    """Shared by all, and none is given twice."""
    line, slots = Line(), []
    for _ in range(4):
        line, entry = admit(line, TEN, NOW)
        slots.append(entry.at)
    assert slots == [NOW, after(0.1), after(0.2), after(0.3)]


def test_who_is_in_a_hurry_waits_only_for_others_in_a_hurry() -> None:
    """And takes its slot from the end of the line, so that the rate is kept on the whole."""
    line, first = admit(Line(next_slot=after(60)), TEN, NOW, urgent=True)
    line, second = admit(line, TEN, NOW, urgent=True)
    assert (first, second) == (Entry(NOW), Entry(after(0.1), Why.PACED))
    assert line.next_slot == after(60.2)


def test_those_who_wait_for_a_provider_come_back_one_by_one_behind_a_probe() -> None:
    """A thousand must not fall upon it at the instant at which it is back."""
    line, slots = DOWN, []
    for _ in range(3):
        line, entry = admit(line, None, NOW)
        slots.append(entry.at - after(10))
    assert slots == [timedelta(0), BEHIND_PROBE, BEHIND_PROBE + SPREAD]


def test_one_probes_and_the_others_wait_for_what_it_finds() -> None:
    """Also if it never tells: after a while the next one probes."""
    line, probe = admit(replace(DOWN, not_before=NOW), None, NOW)
    line, other = admit(line, None, after(1))
    assert (probe.probe, other.probe, other.why) == (True, False, Why.PROVIDER_DOWN)
    assert other.at == NOW + PROBE
    assert admit(line, None, NOW + PROBE)[1].probe


def test_a_probe_that_comes_back_without_having_called_gives_way_to_the_next() -> None:
    """Its worker had no place for it: nothing is found out yet, and nobody waits for what it does not find."""
    line, probe = admit(replace(DOWN, not_before=NOW), None, NOW)
    assert admit(gave_way(line, probe), None, after(1))[1].probe
    failed_meanwhile = failed(line, after(1), "no_answer", probe=True)
    assert gave_way(failed_meanwhile, probe) == failed_meanwhile
    assert gave_way(answered(line), probe) == answered(line)


def test_five_failures_in_a_row_open_the_circuit_and_each_probe_that_fails_doubles_the_pause() -> None:
    """Ten seconds at first, two minutes at most."""
    line, pauses = Line(), []
    for _ in range(OPENS_AFTER + 5):
        line = failed(line, NOW, "no_answer", probe=line.is_down)
        pauses.append((line.not_before - NOW).total_seconds() if line.not_before else None)
    assert pauses == [None] * 4 + [10, 20, 40, 80, 120, 120]
    assert (line.since, line.reason) == (NOW, "no_answer")
    up = answered(line)
    assert (up.failures, up.not_before, up.since) == (0, None, None)


def test_calls_that_were_under_way_when_it_opened_say_nothing_new() -> None:
    """Twenty threads fail at the same moment: that is one failure of the provider."""
    assert failed(DOWN, NOW, "no_answer") == DOWN


FAILURES: list[tuple[Line, bool, float | None, tuple[int, datetime | None]]] = [
    (Line(failures=2), True, None, (3, None)),
    (Line(failures=2), True, 7, (3, after(7))),  # "not available, come back in 7 s": both
    (Line(failures=2), False, 7, (0, after(7))),  # "too many requests": it is there
    (ASKED, False, 3, (0, after(7))),  # nobody may come sooner than another was told
    (Line(failures=4), True, 60, (5, after(60))),  # what it asks for is longer than our pause
    (Line(), False, 86_400, (0, NOW + LONGEST_ASKED)),  # a day is a mistake
]


@pytest.mark.parametrize(("line", "counts", "asked", "found"), FAILURES)
def test_what_the_provider_asks_for_holds_for_all(
    line: Line, counts: bool, asked: float | None, found: tuple[int, datetime | None]
) -> None:
    """Retry-After is said to one message and meant for the sender."""
    wait = None if asked is None else timedelta(seconds=asked)
    after_it = failed(line, NOW, "because", counts=counts, asked=wait)
    assert (after_it.failures, after_it.not_before) == found


def test_a_busy_answer_to_a_probe_ends_the_circuit_but_not_the_wait() -> None:
    """Who says "too many requests" is not down."""
    line, _ = admit(replace(DOWN, not_before=NOW), None, NOW)
    line = failed(line, NOW, "rate_limited", counts=False, probe=True, asked=timedelta(seconds=3))
    assert (line.is_down, line.not_before) == (False, after(3))


def test_a_rehearsal_has_no_minutes_to_give() -> None:
    """At a fast pace ten seconds are days of somebody's journey."""
    assert Pauses.of(Clock()) == Pauses()
    assert Pauses.of(Clock(pace=9_000)).longest == timedelta(seconds=0.1)


@pytest.mark.parametrize("rate", [None, TEN, Rate(200, "s")])
def test_a_thousand_messages_outlast_an_outage_with_few_calls(rate: Rate | None) -> None:
    """All go out, never faster than the rate; while it was down a few were tried, and each came back a few times."""
    line, up_again = Line(), after(600)
    waiting: list[tuple[datetime, int, datetime | None]] = [(NOW, number, None) for number in range(1000)]
    heapify(waiting)
    sent: list[datetime] = []
    calls = returns = 0
    while waiting:
        now, number, slot = heappop(waiting)
        line, entry = admit(line, rate, now, slot)
        if entry.why:
            returns += 1
            heappush(waiting, (entry.at, number, entry.at))
        elif now < up_again:
            calls += 1
            line = failed(line, now, "no_answer", probe=entry.probe)
            heappush(waiting, (line.not_before or now + timedelta(seconds=1), number, None))
        else:
            line = answered(line)
            sent.append(now)
    assert calls < 20  # without a circuit 1,000 messages are tried ten times each
    assert returns < 1000 * 12
    least = rate.interval if rate else timedelta(0)
    assert sum(later - earlier < least for earlier, later in pairwise(sent)) <= 1  # the probe was in no line
    assert sent[0] - up_again <= timedelta(minutes=2)
    assert sent[-1] - sent[0] <= 1000 * (rate.interval if rate else SPREAD) + timedelta(minutes=2)
