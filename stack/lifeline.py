"""Run one command that must not outlive its starter: `python -m stack.lifeline -- COMMAND ...`.

The starter holds the other end of our standard input, so that end closes however the starter ends, kill -9
included, and then the command is ended too. The first line of our output is the pid of the command; what the
command prints goes to our standard error. Standard library only: this starts before everything else.
"""

import argparse
import ctypes
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial

PR_SET_PDEATHSIG = 1
NOT_STARTED = 127


def main() -> int:
    """Run the command until it ends, our input ends or we are told to end; 128 + n when signal n ended it."""
    options = _options()
    wake = _wake_on_signals()
    try:
        child = _start(options)
    except OSError as error:
        sys.stderr.write(f"cannot start {options.command[0]}: {error}\n")
        return NOT_STARTED
    try:
        sys.stdout.write(f"{child.pid}\n")
        sys.stdout.flush()
        _watch(child, wake)
    finally:
        _end(child, options)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def die_with_parent(signal_number: int) -> None:
    """Ask Linux to signal this process when its parent ends. Elsewhere the wrapper's own care has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stack.lifeline", description=__doc__)
    parser.add_argument("--signal", type=signal.Signals.__getitem__, default="SIGTERM", help="asks the command to end")
    parser.add_argument("--grace", type=float, default=5.0, help="seconds from asking to killing")
    parser.add_argument("--folder", help="where the command runs")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _wake_on_signals() -> int:
    """A descriptor that becomes readable with the number of each signal we get: one `select` waits for all."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return wake


def _start(options: argparse.Namespace) -> subprocess.Popen[bytes]:
    """A process group of its own, so that what the command starts can be ended with it."""
    return subprocess.Popen(
        options.command,
        cwd=options.folder,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=sys.stderr,
        process_group=0,
        preexec_fn=partial(die_with_parent, options.signal),
    )


def _watch(child: subprocess.Popen[bytes], wake: int) -> None:
    """Return when the command has ended or is to be ended."""
    starter = sys.stdin.fileno()
    while child.poll() is None:
        readable, _, _ = select.select([starter, wake], [], [])
        if starter in readable:  # nobody writes to us: readable means closed
            return
        if {signal.SIGTERM, signal.SIGINT} & set(os.read(wake, 64)):
            return


def _end(child: subprocess.Popen[bytes], options: argparse.Namespace) -> None:
    child.send_signal(options.signal)  # does nothing when the command has already ended
    with suppress(subprocess.TimeoutExpired):
        child.wait(options.grace)
    with suppress(ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of zombies
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


if __name__ == "__main__":
    sys.exit(main())
