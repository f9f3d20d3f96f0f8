"""The demo as a person runs it: a process of its own, killed in the middle, and put under chaos."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from runtime.settings import ROOT

PATIENCE_S = 240


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end in a folder of its own."""
    command = [sys.executable, str(ROOT / "starter.py"), "demo", "--exit", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_a_demo_killed_with_all_it_started_goes_on_where_it_was_and_doubles_nothing(tmp_path: Path) -> None:
    """kill -9 in the middle leaves no process behind; the next run finishes the same journeys."""
    output = tmp_path / "first.txt"
    with output.open("w") as file:
        command = [sys.executable, str(ROOT / "starter.py"), "demo", "--exit"]
        first = subprocess.Popen(command, cwd=tmp_path, stdout=file, stderr=file)
        until(lambda: "nudge" in output.read_text(), first)
        started = [psutil.Process(pid) for pid in stack_pids(tmp_path)]
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    second = run(tmp_path)
    assert second.returncode == 0, second.stdout
    assert "going on where the run before was cut off" in second.stdout
    assert "nothing lost, nothing twice" in second.stdout
    assert not (tmp_path / ".homing" / "stack.json").exists()


def test_under_chaos_nothing_is_lost_and_nothing_sent_twice(tmp_path: Path) -> None:
    """Providers take messages and hang up, and the worker is killed again and again."""
    done = run(tmp_path, "--chaos")
    assert done.returncode == 0, done.stdout
    assert "worker died (signal 9)" in done.stdout
    assert "api died (signal 9)" in done.stdout
    assert "nothing lost, nothing twice" in done.stdout


def test_an_undisturbed_demo_gives_everybody_what_the_scenario_expects(tmp_path: Path) -> None:
    """Each person gets just their messages, in order, on their channel; the exit code says so."""
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "7 people" in done.stdout


def stack_pids(folder: Path) -> list[int]:
    """The processes of the stack that runs in a folder."""
    pids: dict[str, int] = json.loads((folder / ".homing" / "stack.json").read_text())["pids"]
    return list(pids.values())


def until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something holds while a process runs."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert process.poll() is None, "the demo ended too early"
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.1)
