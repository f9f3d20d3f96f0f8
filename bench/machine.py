"""How fast the machine alone takes a person through a journey: no Temporal, no database, one core."""

import time
from datetime import UTC, datetime, timedelta

from bench.figures import Figure, Scale
from domain import machine
from domain.delivery import Outcome
from domain.journey.file import parse
from domain.journey.program import Program, compile_journey
from domain.machine.state import Person, State
from domain.machine.stimuli import Await, Command, Complete, EventSeen, Executed, TimerFired

NAME = "machine"
READING = (
    "Steps per second of the pure machine on one core, waits and messages in turn; the best of several passes. A step"
    " should cost the same in a long journey as in a short one, and after many events as before the first."
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SHORT, LONG = 10, 1_000
AIM = 200_000
PAST = 5_000  # events that the journey has counted before
WALKS_OF_SHORT = LONG // SHORT  # a walk of ten steps is too short to be timed alone
Standing = tuple[State, Command]


def run(scale: Scale) -> list[Figure]:
    """Short, long, and with a past."""
    short, long = _journey(SHORT), _journey(LONG)
    few = _steps_per_second(short, _begin(short), scale.passes, WALKS_OF_SHORT)
    many = _steps_per_second(long, _begin(long), scale.passes)
    later = _steps_per_second(long, _with_past(long), scale.passes)
    return [
        Figure(NAME, f"journey of {SHORT} steps", few, "steps/s", at_least=AIM),
        Figure(NAME, f"journey of {LONG:,} steps", many, "steps/s", few, f"{SHORT} steps", at_least=0.8),
        Figure(NAME, f"  after {PAST:,} events", later, "steps/s", many, "without events", at_least=0.8),
        Figure(NAME, "events that are counted and end nothing", _events_per_second(short, scale.passes), "events/s"),
    ]


def _journey(steps: int) -> Program:
    lines = "\n".join(f"  - {{id: w{n}, wait: 1d}}\n  - {{id: s{n}, send: welcome}}" for n in range(steps // 2))
    last = "  - {id: end, wait_for: {event: seen}, timeout: 1d}"
    head = "journey: bench\ntitle: Bench\nentry: {event: signed_up}\ntopic: bench\nsteps:"
    return compile_journey(parse(f"{head}\n{lines}\n{last}\n", "bench.yaml"))


def _begin(program: Program) -> Standing:
    """Where everybody begins."""
    state, commands = machine.start(program, Person("bench"), BEGIN)
    return state, commands[-1]


def _events_per_second(program: Program, passes: int) -> float:
    best = 0.0
    for _ in range(passes):
        began = time.perf_counter()
        _with_past(program)
        best = max(best, PAST / (time.perf_counter() - began))
    return best


def _with_past(program: Program) -> Standing:
    """At the first wait, having done what the journey counts many times."""
    state, command = _begin(program)
    for number in range(PAST):
        at = BEGIN + timedelta(seconds=number)
        state, _ = machine.advance(program, state, EventSeen("seen", at, f"event-{number}"), at)
    return state, command


def _steps_per_second(program: Program, standing: Standing, passes: int, walks: int = 1) -> float:
    best = 0.0
    for _ in range(passes):
        began = time.perf_counter()
        steps = sum(_walk(program, standing) for _ in range(walks))
        best = max(best, steps / (time.perf_counter() - began))
    return best


def _walk(program: Program, standing: Standing) -> int:
    """To the end of the journey; the number of steps."""
    state, command = standing
    now, steps = BEGIN, 0
    while not isinstance(command, Complete):
        if isinstance(command, Await):
            now = command.until or now
            state, commands = machine.advance(program, state, TimerFired(command.step, command.until), now)
        else:
            state, commands = machine.advance(program, state, Executed(command.step, Outcome.SENT), now)
        command = commands[-1]
        steps += 1
    return steps
