"""One real stack for all tests that only use it, and helpers to wait for what happens beside them."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from stack.database import postgres
from stack.info import StackInfo
from stack.supervisor import Stack
from stack.temporal import temporal
from tests.stack.parts import sandbox, worker

WITHIN = 20.0  # seconds; nothing here takes a quarter of it on an idle machine


@dataclass
class Running:
    """The session's stack, what it has said, and who ran when `prepare` was called."""

    stack: Stack
    said: list[str] = field(default_factory=list)
    prepared_beside: set[str] = field(default_factory=set)

    def supervise_until(self, condition: Callable[[], bool]) -> None:
        """Let the stack do its work until this is so."""

        def look() -> bool:
            self.stack.supervise()
            return condition()

        wait_until(look)


def wait_until(condition: Callable[[], bool]) -> None:
    """Fail when it does not become true in time."""
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def is_gone(process: psutil.Process) -> bool:
    """Ended, though perhaps not yet buried by whoever adopted it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture(scope="package")
def place() -> Iterator[Path]:
    """Not pytest's temporary folder: as root, each pytest that starts closes that one to PostgreSQL's user again."""
    with tempfile.TemporaryDirectory(prefix="homing-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
def running(place: Path) -> Iterator[Running]:
    """Real PostgreSQL and Temporal in a folder that did not exist; a journey day a second."""
    said: list[str] = []
    beside: set[str] = set()

    def prepare(info: StackInfo) -> None:
        beside.update(info.pids)

    with Stack(
        place / "nested" / ".homing",
        pace=86_400,
        say=said.append,
        prepare=prepare,
        services=(postgres, temporal, sandbox),
        applications=(worker,),
    ) as stack:
        yield Running(stack, said, beside)


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """An empty state folder."""
    folder = tmp_path / ".homing"
    folder.mkdir()
    return folder
