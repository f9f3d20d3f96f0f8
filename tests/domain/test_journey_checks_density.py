"""How many messages a person may get within seven days at worst."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.delivery import Outcome, Reported
from domain.journey.checking.density import MOST_COUNTED, busiest_week
from domain.journey.checking.moments import Busiest
from domain.journey.costing.costs import costs
from domain.journey.language import Journey
from domain.journey.patience import TooManyWays
from domain.journey.program import compile_journey
from domain.machine.stimuli import Act, Await, Deliver
from tests.domain.strategies import DATES, JOURNEYS
from tests.domain.travel import Way, program

SEND = "{id: hello, send: welcome}"
WEEK = timedelta(days=7)
MOST_SECONDS = 60.0  # about ten times what a slow machine needs


def days_in_a_row(number: int, wait: str) -> str:
    """As many messages, each after a wait."""
    steps = (f"{{id: w{index}, wait: {wait}}}, {{id: s{index}, send: tips}}" for index in range(number))
    return f"[{', '.join(steps)}]"


def laps(repeat: str, *steps: str, name: str = "r") -> str:
    """A repeat of these steps."""
    return f"[{{id: {name}, repeat: {{{repeat}}}, do: [{', '.join(steps)}]}}]"


def used(timeout: str = "") -> str:
    """A wait for an event."""
    return f"{{id: used, wait_for: {{event: used}}{timeout and f', timeout: {timeout}'}}}"


@pytest.mark.parametrize(
    ("steps", "most"),
    [
        ("[{id: w, wait: 1d}]", 0),
        (f"[{SEND}]", 1),
        ("[{id: a, send: tips}, {id: b, send: tips}, {id: c, send: tips}]", 3),  # at once
        (f"[{SEND}, {{id: w, wait: 6d}}, {{id: b, send: tips}}]", 2),
        (f"[{SEND}, {{id: w, wait: 7d}}, {{id: b, send: tips}}]", 1),  # not within seven days
        # an event may come at once, and its timeout takes its time
        (f"[{SEND}, {used('9d')}, {{id: b, send: tips}}]", 2),
        (f"[{SEND}, {{id: w, wait_for: {{event: e, do: [{{id: b, send: tips}}]}}, timeout: 9d}}]", 2),
        (f"[{SEND}, {{id: w, wait_for: {{event: e}}, timeout: 9d, on_timeout: [{{id: b, send: tips}}]}}]", 1),
        # who has confirmed it before, or cannot, does not wait
        (f"[{SEND}, {{id: v, verify: phone, timeout: 9d, on_timeout: [{{id: b, send: tips}}]}}]", 2),
        # a date may be near
        (f"[{SEND}, {{id: w, wait: {{until: due.at, if_past: skip}}, do: [{{id: b, send: tips}}]}}]", 2),
        # the way with most of them counts, and nothing comes after an exit
        (f"[{{id: q, branch: [{{if: {{event: e}}, do: [{SEND}]}}]}}, {{id: b, send: tips}}]", 2),
        (f"[{{id: q, branch: [{{if: {{event: e}}, do: [{SEND}, {{id: x, exit: x}}]}}]}}, {{id: b, send: tips}}]", 1),
        (f"[{{id: q, split: {{a: 50, holdout: 50}}, do: {{a: [{SEND}]}}}}]", 1),
        # local times are a day apart, or a week, wherever the first of them is
        (days_in_a_row(14, "{until: '09:00'}"), 7),
        (days_in_a_row(14, "{until: '09:00', days: [mon, thu]}"), 2),
        ("[{id: a, wait: {until: '09:00'}}, {id: b, send: x}, {id: c, wait: {until: '10:00'}}, {id: d, send: x}]", 2),
        ("[{id: a, wait: {until: '09:00', days: [mon]}}, {id: b, send: x}, {id: c, wait: 1d}, {id: d, send: x},"
         " {id: e, wait: {until: '09:00', days: [tue]}}, {id: f, send: x}]", 2),
        # laps
        (laps("every: 1d, at_most: 30", SEND), 7),
        (laps("every: 12h, at_most: 30", SEND), 14),
        (laps("every: 30d, at_most: 12", SEND), 1),
        (laps("every: 1d, at_most: 3", SEND), 3),
        (laps("every: 1d, at_most: 30, until: {event: e}", SEND)[:-1] + ", {id: bye, send: tips}]", 8),
        (laps("every: 1s, at_most: 1000", "{id: w, wait: 1d}", SEND), 7),  # a lap takes longer than it should
        (laps("every: 30d, at_most: 2", laps("every: 1d, at_most: 20", SEND)[1:-1], name="q"), 7),
        # a lap that is late is soon followed by the next one
        (laps("every: 7d, at_most: 9", used("6d"), SEND), 2),
        (laps("every: 7d, at_most: 9", used(), SEND), 3),
        (laps("every: 7d, at_most: 9", SEND, used("6d")), 1),
        # laps without messages are a wait
        (f"[{SEND}, {laps('every: 1d, at_most: 9', '{id: e, emit: e}')[1:-1]}, {{id: b, send: tips}}]", 1),
        (f"[{SEND}, {laps('every: 1d, at_most: 8', '{id: e, emit: e}')[1:-1]}, {{id: b, send: tips}}]", 1),
        (f"[{SEND}, {laps('every: 1d, at_most: 7', '{id: e, emit: e}')[1:-1]}, {{id: b, send: tips}}]", 2),
        (laps("every: 1s, at_most: 1000", SEND), MOST_COUNTED),  # and no further
    ],
)  # fmt: skip
def test_the_densest_seven_days_are_found(steps: str, most: int) -> None:
    """Of all ways and all their weeks."""
    assert busiest_week(program(steps).journey).messages == most


def test_the_step_with_which_they_begin_is_named() -> None:
    """That is where somebody will look."""
    steps = f"[{SEND}, {{id: w, wait: 30d}}, {{id: b, send: x}}, {{id: w2, wait: 1d}}, {{id: c, send: x}}]"
    assert busiest_week(program(steps).journey) == Busiest(2, "b")


def test_the_largest_repeats_are_counted_in_a_moment() -> None:
    """A thousand laps of a thousand laps."""
    inner = laps("every: 2h, at_most: 1000", SEND)[1:-1]
    assert busiest_week(program(laps("every: 1s, at_most: 1000", inner, name="q")).journey).messages == 85


LABYRINTH = laps(
    "every: 5h, at_most: 1000",
    laps(
        "every: 1h, at_most: 1000",
        laps(
            "every: 7m, at_most: 1000",
            f"{{id: b, branch: [{{if: {{event: e}}, do: [{SEND}]}}, {{else: [{{id: rest, wait: 5h}}]}}]}}",
            "{id: v, wait: {until: '10:00', days: [mon, wed]}}",
        )[1:-1],
        "{id: w, wait: {until: '11:00', days: [mon, wed]}}",
        name="q",
    )[1:-1],
    "{id: x, wait: {until: '12:00', days: [mon, wed]}}",
    name="p",
)


def test_nobody_waits_for_figures_of_a_labyrinth() -> None:
    """Whatever has too many ways is told as such, in bounded time: a warning, and no figures."""
    journey = program(LABYRINTH).journey
    began = time.perf_counter()
    counts: list[Callable[[Journey], object]] = [busiest_week, lambda one: costs(one, {})]
    for figures in counts:
        with pytest.raises(TooManyWays, match="journey test has too many ways through it to look at all of them"):
            figures(journey)
    assert time.perf_counter() - began < MOST_SECONDS


def drive(way: Way, data: st.DataObject) -> list[datetime]:
    """Let some things happen, each message taking a moment; when messages were sent."""
    sent = []
    for _ in range(60):
        if isinstance(way.command, Deliver):
            sent += [way.now] if way.next_channel else []
            way.sent(data.draw(st.sampled_from(Outcome))).sleeps(microseconds=1)
        elif isinstance(way.command, Act):
            way.acted()
        elif isinstance(way.command, Await):
            happen(way, way.command, data)
    return sent


def happen(way: Way, wait: Await, data: st.DataObject) -> None:
    """Time passes, or an event or a date comes; never is a timer late."""
    match data.draw(st.sampled_from(["its end", "an event", "a date", "a receipt"])):
        case "its end" if wait.until:
            way.reaches(max(way.now, wait.until))
        case "an event":
            step = timedelta(seconds=data.draw(st.sampled_from([0, 1, 3600, 90_000])))
            way.reaches(min(way.now + step, wait.until) if wait.until else way.now + step)
            way.event(data.draw(st.sampled_from(["used", "paid", "left"])), n=data.draw(st.sampled_from([1, 2, "pro"])))
        case "a receipt":
            way.hears(way.state.step, data.draw(st.sampled_from(Reported)), lap=way.state.passes)
        case _:
            way.learns(due=data.draw(DATES))


@settings(max_examples=60)
@given(JOURNEYS, st.data())
def test_nobody_ever_gets_more(journey: Journey, data: st.DataObject) -> None:
    """Whatever happens on whichever way, as long as nobody pauses it or makes it skip a wait."""
    attributes: dict[str, Any] = {"due": data.draw(DATES), "plan": data.draw(st.sampled_from(["pro", "free", None]))}
    sent = drive(Way(compile_journey(journey), attributes), data)
    densest = max((sum(begin <= at < begin + WEEK for at in sent) for begin in sent), default=0)
    assert densest <= busiest_week(journey).messages
