"""The lifeline: whatever happens to the starter or to the wrapper, the command does not stay behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from tests.stack.conftest import is_gone, wait_until

SLEEPS = "import time; time.sleep(60)"
IGNORES_TERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEPS}"
HAS_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).wait()"


class Wrapped:
    """A Python snippet under a lifeline, started as the stack starts it."""

    def __init__(self, code: str, *options: str) -> None:
        command = [sys.executable, "-m", "stack.lifeline", *options, "--", sys.executable, "-c", code]
        pipe = subprocess.PIPE
        self.lifeline = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        assert self.lifeline.stdout is not None
        self.child = psutil.Process(int(self.lifeline.stdout.readline()))

    def close_our_end(self) -> None:
        """What the kernel does for us when we are killed."""
        assert self.lifeline.stdin is not None
        self.lifeline.stdin.close()

    def wait_for_output(self) -> None:
        """Until the command has said its first line."""
        assert self.lifeline.stderr is not None
        self.lifeline.stderr.readline()

    def dispose(self) -> None:
        """Leave nothing behind, also when the test has failed."""
        with suppress(psutil.NoSuchProcess):
            self.child.kill()
        self.lifeline.kill()
        self.lifeline.wait()
        for pipe in (self.lifeline.stdin, self.lifeline.stdout, self.lifeline.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def sleeper() -> Iterator[Wrapped]:
    """A command that would run for a minute."""
    wrapped = Wrapped(SLEEPS)
    yield wrapped
    wrapped.dispose()


def test_the_command_ends_when_its_starter_is_gone(sleeper: Wrapped) -> None:
    """The closed pipe is the only sign that kill -9 leaves."""
    sleeper.close_our_end()
    assert sleeper.lifeline.wait(5) == 128 + signal.SIGTERM
    assert not sleeper.child.is_running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_lifeline_ends_the_command(sleeper: Wrapped, number: signal.Signals) -> None:
    """Whoever stops the wrapper means the command."""
    sleeper.lifeline.send_signal(number)
    sleeper.lifeline.wait(5)
    assert not sleeper.child.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_lifeline_takes_its_command_along(sleeper: Wrapped) -> None:
    """Even kill -9 of the wrapper orphans nothing."""
    sleeper.lifeline.kill()
    wait_until(lambda: is_gone(sleeper.child))


def test_a_command_that_ignores_being_asked_is_killed() -> None:
    """After its grace."""
    wrapped = Wrapped(IGNORES_TERM, "--grace", "0.2")
    wrapped.wait_for_output()
    wrapped.close_our_end()
    assert wrapped.lifeline.wait(5) == 128 + signal.SIGKILL
    wrapped.dispose()


def test_what_the_command_started_ends_with_it() -> None:
    """The whole process group goes."""
    wrapped = Wrapped(HAS_A_CHILD)
    wait_until(lambda: bool(wrapped.child.children()))
    [grandchild] = wrapped.child.children()
    wrapped.close_our_end()
    wrapped.lifeline.wait(5)
    wait_until(lambda: is_gone(grandchild))
    wrapped.dispose()


def test_the_exit_code_is_the_commands_own() -> None:
    """So that the supervisor can say how it ended."""
    wrapped = Wrapped("raise SystemExit(7)")
    assert wrapped.lifeline.wait(5) == 7
    wrapped.dispose()


def test_a_command_that_does_not_exist_is_said_and_ends_with_127() -> None:
    """One line, no traceback."""
    command = [sys.executable, "-m", "stack.lifeline", "--", os.devnull]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stdout) == (127, "")
    assert ended.stderr.startswith(f"cannot start {os.devnull}: ")
    assert ended.stderr.count("\n") == 1


def test_a_lifeline_costs_little() -> None:
    """It stands before every component's start."""
    began = time.monotonic()
    Wrapped("pass").dispose()
    assert time.monotonic() - began < 2
