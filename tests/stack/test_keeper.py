"""Keeping a component running: started again when it dies, given up when it cannot start."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from domain.errors import Unreachable
from stack.component import Component
from stack.keeper import Keeper
from tests.stack.conftest import is_gone, wait_until
from tests.stack.parts import script, start_in

RUNS = "import time; time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {RUNS}"
FAILS = "print('no such table: people'); raise SystemExit(3)"

Keep = Callable[[Component], Keeper]


@pytest.fixture
def said() -> list[str]:
    """What the keeper has told the person."""
    return []


@pytest.fixture
def keep(tmp_path: Path, said: list[str]) -> Iterator[Keep]:
    """Makes keepers with their logs in a temporary folder; ends what they run."""
    kept: list[Keeper] = []

    def make(component: Component) -> Keeper:
        kept.append(Keeper(component, partial(start_in, tmp_path), said.append))
        return kept[-1]

    yield make
    for keeper in kept:
        keeper.stop()
        keeper.wait()


def tick_until(keeper: Keeper, condition: Callable[[], bool]) -> None:
    """Supervise until this is so."""

    def look() -> bool:
        keeper.tick()
        return condition()

    wait_until(look)


def kill(keeper: Keeper) -> None:
    """As a person would."""
    assert keeper.pid
    os.kill(keeper.pid, signal.SIGKILL)


def test_a_killed_component_is_started_again_at_once(keep: Keep, said: list[str]) -> None:
    """With a line that says how it died, and another pid."""
    alice = keep(script(RUNS))
    tick_until(alice, lambda: alice.ready)
    first = alice.pid
    kill(alice)
    tick_until(alice, lambda: alice.ready and alice.pid != first)
    assert said[1] == "alice died (signal 9), starting it again"
    assert said[2].startswith("alice is ready (")


def test_a_killed_lifeline_leaves_nothing_in_the_way_of_the_next_start(keep: Keep, said: list[str]) -> None:
    """The component that it looked after may hold a port."""
    alice = keep(script(DEAF))
    tick_until(alice, lambda: alice.ready)
    assert alice.pid
    process = psutil.Process(alice.pid)
    os.kill(process.ppid(), signal.SIGKILL)
    tick_until(alice, lambda: not alice.ready)
    wait_until(lambda: is_gone(process))
    assert said[1] == "alice died (signal 9), starting it again"


def test_a_component_that_keeps_dying_is_given_more_and_more_time(keep: Keep, said: list[str]) -> None:
    """It was ready each time, so it is not given up."""
    alice = keep(script(RUNS))
    for _ in range(3):
        tick_until(alice, lambda: alice.ready)
        kill(alice)
        tick_until(alice, lambda: not alice.ready)
    assert [line.partition("again")[2] for line in said if "died" in line] == ["", " in 0.5 s", " in 1 s"]


def test_a_component_that_cannot_start_ends_with_the_end_of_its_log(keep: Keep, tmp_path: Path) -> None:
    """One error that names the file and shows why."""
    alice = keep(script(FAILS, ready=False))
    with pytest.raises(Unreachable) as error:
        tick_until(alice, lambda: False)
    assert str(error.value) == (
        "alice cannot start: it died 3 times (exit code 3). "
        f"The end of {tmp_path / 'alice.log'}:\n  no such table: people"
    )


def test_a_component_that_is_never_ready_is_given_up(keep: Keep) -> None:
    """After its patience, not for ever."""
    alice = keep(script(RUNS, ready=False, patience=0.3))
    with pytest.raises(Unreachable, match=r"alice is not ready after 0 s\. The end of .*alice\.log:\n  \(nothing\)"):
        tick_until(alice, lambda: False)


def test_looking_at_a_running_component_takes_no_time(keep: Keep) -> None:
    """Supervision shares a thread with the demo."""
    alice = keep(script(RUNS))
    tick_until(alice, lambda: alice.ready)
    began = time.monotonic()
    alice.tick()
    assert time.monotonic() - began < 0.1
