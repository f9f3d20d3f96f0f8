"""The figures as a table with how to read it, for a terminal, for docs/benchmarks.md and for machines."""

import json
import os
import platform
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bench.figures import Figure

COLUMNS = ("benchmark", "what", "figure", "baseline", "ratio", "aim", "")
HOW_TO_READ = (
    "A ratio compares a figure with the baseline named beside it, measured in the same run in turn with it: machines"
    " differ, and so does this one from minute to minute, but both sides meet the same. ✓ and ✗ tell whether an aim is"
    " reached: by the ratio where there is one, else by the figure."
)
MARKS = {True: "✓", False: "✗", None: ""}


def show(console: Console, figures: Sequence[Figure], readings: Mapping[str, str]) -> None:
    """Print the table, and how to read it beneath."""
    table = Table(box=box.SIMPLE_HEAD, title=f"Homing, {machine()}", title_justify="left")
    for column in COLUMNS:
        right = column in ("figure", "baseline", "ratio", "aim")
        table.add_column(column, justify="right" if right else "left", no_wrap=column != "what")
    for row in rows(figures):
        table.add_row(*row)
    console.print(table)
    console.print(HOW_TO_READ)
    for name, reading in readings.items():
        console.print(f"\n[bold]{name}[/bold]: {reading}")


def markdown(figures: Sequence[Figure], readings: Mapping[str, str], seconds: float) -> str:
    """The page docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"`make bench` on {machine()}, in {seconds / 60:.0f} minutes. This page is made by"
        " `make bench ARGS='--markdown docs/benchmarks.md'`.",
        "",
        _line(COLUMNS),
        _line(["---"] * len(COLUMNS)),
        *map(_line, rows(figures)),
        "",
        HOW_TO_READ,
        "",
        *(f"- **{name}**: {reading}" for name, reading in readings.items()),
    ]
    return "\n".join(lines) + "\n"


def as_json(figures: Sequence[Figure], seconds: float) -> str:
    """All figures, for machines."""
    found = {"machine": machine(), "seconds": round(seconds), "figures": [figure.as_json() for figure in figures]}
    return json.dumps(found, indent=2) + "\n"


def machine() -> str:
    """What kind of machine this is."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """The cells of the table; a benchmark is named once."""
    seen: set[str] = set()
    found: list[tuple[str, ...]] = []
    for figure in figures:
        name = "" if figure.benchmark in seen else figure.benchmark
        seen.add(figure.benchmark)
        found.append((name, figure.what, *_cells(figure), MARKS[figure.met]))
    return found


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    baseline = f"{_number(figure.baseline)} ({figure.against})" if figure.baseline is not None else ""
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
    return f"{_number(figure.value)} {figure.unit}", baseline, ratio, figure.aim


def _number(value: float) -> str:
    """Three digits are enough."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.strip() for cell in cells) + " |"
