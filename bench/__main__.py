"""`python -m bench`: measure, print the table, and say how to read it."""

import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import codes, cost, delivery, ingest, latency, machine, memory, report, throughput
from bench.figures import FULL, QUICK, Figure, Scale
from bench.lab import Lab
from bench.place import running_stack
from bench.teller import Teller
from cli.common import tell
from domain.errors import BadInput, HomingError

# Memory is last: ten thousand sleepers stay on the server.
ON_STACK = {module.NAME: module for module in (cost, throughput, latency, delivery, ingest, codes, memory)}
PIPE_WIDTH = 140
READINGS = {module.NAME: module.READING for module in (machine, *ON_STACK.values())}


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def measure(
    quick: Annotated[bool, typer.Option("--quick", help="Tiny counts: shows that it works, measures nothing.")] = False,
    sleepers: Annotated[int | None, typer.Option(min=1_001, help="Sleeping journeys, in place of 10,000.")] = None,
    events: Annotated[int | None, typer.Option(min=20_000, help="Events stored, in place of 100,000.")] = None,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(READINGS)}; may be repeated.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file as well.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the table as a page.")] = None,
) -> None:
    """Measure Homing on a stack of its own, as ratios against bare Temporal in the same run; about five minutes."""
    began = time.monotonic()
    chosen = _chosen(only)
    scale = QUICK if quick else FULL
    if sleepers:
        scale = replace(scale, sleeping=(scale.sleeping[0], sleepers))
    if events:
        scale = replace(scale, stored=(scale.stored[0], events))
    figures = _measure(chosen, scale, Teller())
    seconds = time.monotonic() - began
    readings = {name: READINGS[name] for name in chosen}
    report.show(_paper(), figures, readings)
    if json:
        json.write_text(report.as_json(figures, seconds), encoding="utf-8")
    if markdown:
        markdown.write_text(report.markdown(figures, readings, seconds), encoding="utf-8")


def _paper() -> Console:
    """A pipe has no width of its own."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def _chosen(only: list[str] | None) -> list[str]:
    unknown = set(only or ()) - set(READINGS)
    if unknown:
        raise BadInput(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(READINGS)}")
    return [name for name in READINGS if not only or name in only]


def _measure(chosen: list[str], scale: Scale, teller: Teller) -> list[Figure]:
    figures = machine.run(scale) if machine.NAME in chosen else []
    on_stack = [name for name in chosen if name in ON_STACK]
    if not on_stack:
        return figures
    with running_stack(teller) as stack:

        async def work() -> None:
            lab = await Lab.open(stack, scale, teller)
            for name in on_stack:
                teller.say(f"measuring {name}")
                figures.extend(await ON_STACK[name].run(lab))
            lab.database.close()

        asyncio.run(work())
    return figures


def main() -> int:
    """Exit code 0 when everything was measured, whatever the figures say."""
    try:
        app()
    except HomingError as error:
        return tell(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
