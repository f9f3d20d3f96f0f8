"""The benchmarks run from end to end; what they measure is nobody's to assert."""

import json
import subprocess
import sys
from pathlib import Path

from runtime.settings import ROOT


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """`python -m bench` as a person runs it."""
    command = [sys.executable, "-m", "bench", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_a_quick_run_fills_the_table_and_says_how_to_read_it(tmp_path: Path) -> None:
    """Every benchmark gives figures, and its reading stands beneath."""
    done = run("--quick", "--json", str(tmp_path / "figures.json"), "--markdown", str(tmp_path / "page.md"))
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text())["figures"]
    names = dict.fromkeys(figure["benchmark"] for figure in figures)
    assert list(names) == ["machine", "cost", "throughput", "latency", "delivery", "ingest", "codes", "memory"]
    assert all(f"\n{name}: " in done.stdout for name in names)
    assert all(f"- **{name}**: " in (tmp_path / "page.md").read_text() for name in names)


def test_one_benchmark_can_be_run_alone() -> None:
    """The machine's needs no stack, so it brings none up."""
    done = run("--quick", "--only", "machine")
    assert done.returncode == 0, done.stderr
    assert "journey of 1,000 steps" in done.stdout
    assert "starting" not in done.stderr


def test_an_unknown_benchmark_is_refused_with_those_that_there_are() -> None:
    """A typing error costs no five minutes."""
    done = run("--only", "trhoughput")
    assert done.returncode == 2
    assert "there are machine, cost, throughput, latency, delivery, ingest, codes, memory" in " ".join(
        done.stderr.split()
    )
