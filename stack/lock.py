"""One stack for one state folder. The lock is held until the last part has ended, kill -9 of the stack included."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Conflict

FILE = "stack.lock"
ENDING_TAKES = 30.0  # seconds a killed stack's parts may take to end; their lifelines hold the lock


@contextmanager
def locked(state_dir: Path, say: Callable[[str], None]) -> Iterator[int]:
    """Hold the folder. Gives the descriptor to hand to the lifelines. Raises Conflict when a stack runs on it."""
    descriptor = os.open(state_dir / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, state_dir, say)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def holder(state_dir: Path) -> int | None:
    """The pid of the stack that runs on this folder, if one does."""
    try:
        with (state_dir / FILE).open() as file:
            pid = int(file.read() or 0)
            return pid if not try_lock(file.fileno()) and _alive(pid) else None
    except FileNotFoundError:
        return None


def _take(descriptor: int, state_dir: Path, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + ENDING_TAKES
    said = False
    while not try_lock(descriptor):
        running = int(os.pread(descriptor, 20, 0) or 0)
        if _alive(running) or time.monotonic() > deadline:
            raise Conflict(
                f"a stack (pid {running}) runs on {state_dir} already: use it, end it with `kill {running}`, "
                "or give another state folder"
            )
        if not said:
            say("the stack before this one is still ending, waiting for it")
            said = True
        time.sleep(0.1)


def try_lock(descriptor: int) -> bool:
    """Whether the lock is ours now; it is given back when the descriptor is closed, by whatever end of the process."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, and somebody else's
        return True
    return pid > 0
