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
DEMO = (sys.executable, str(ROOT / "starter.py"), "demo", "--exit")


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end in a folder of its own."""
    return subprocess.run(
        [*DEMO, *options], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def test_under_chaos_and_killed_in_the_middle_nothing_is_lost_and_nothing_sent_twice(tmp_path: Path) -> None:
    """Providers hang up, worker and API are killed again and again, then the demo itself; the next run goes on."""
    output = tmp_path / "first.txt"
    with output.open("w") as file:
        first = subprocess.Popen([*DEMO, "--chaos"], cwd=tmp_path, stdout=file, stderr=file)
        until(lambda: "nudge" in output.read_text(), first)
        started = [psutil.Process(pid) for pid in stack_pids(tmp_path)]
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    second = run(tmp_path, "--chaos")
    assert second.returncode == 0, second.stdout
    for said in ("going on where the run before was cut off", "worker died (signal 9)", "api died (signal 9)"):
        assert said in second.stdout
    assert "nothing lost, nothing twice" in second.stdout
    assert not (tmp_path / ".homing" / "stack.json").exists()


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
