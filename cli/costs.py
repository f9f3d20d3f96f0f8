"""The command that tells what journeys cost before anybody enters them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.common import paper
from client.examining import read_text
from domain.errors import BadInput
from domain.journey.costing.billing import Toll, dollars
from domain.journey.costing.costs import Costs, OneWay, costs
from domain.journey.costing.tallies import Stop
from domain.journey.file import parse
from domain.journey.moves import How

PEOPLE = 1000
MOST_STOPS = 12  # of a way are shown
Rates = Annotated[
    list[str] | None, typer.Option("--rate", help="EVENT=SHARE: how often it comes at one rest. Repeatable.")
]


def cost(
    files: Annotated[list[Path], typer.Argument(help="Journey files.")],
    rate: Rates = None,
    per_million: Annotated[float, typer.Option(min=0, help="Dollars for a million of Temporal's actions.")] = 50,
) -> None:
    """What journeys cost per 1,000 people: Temporal's actions and history events, messages, and dollars.

    Cheapest and dearest are whole ways through, where each event comes as it is waited for. Likely is the average
    over all ways: half of all timeouts run out and the awaited events share the other half, without a timeout one of
    them comes; cases of a branch are equally frequent, splits have their shares, dates lie ahead, all laps of a
    repeat are run unless it ends by its condition (half of the time between two laps), and nobody leaves by exit_on.
    Retries, queries, orders and events that end no wait are left out.

    Example: starter.py cost journeys/onboarding.yaml --rate first_use=0.6 --per-million 50
    """
    rates = dict(_rate(text) for text in rate or [])
    for file in files:
        journey = parse(read_text(file), str(file))
        found = costs(journey, rates)
        paper.print(f"{journey.journey} {journey.version}, per {PEOPLE:,} people")
        paper.print(_billed(found, per_million))
        paper.print(_messages(found))
        paper.print(f"cheapest: {_way(found.cheapest)}\ndearest: {_way(found.dearest)}")


def _rate(text: str) -> tuple[str, float]:
    event, _, share = text.rpartition("=")
    try:
        return event, float(share)
    except ValueError:
        raise BadInput(f"--rate {text!r} is not EVENT=SHARE, such as first_use=0.6") from None


def _billed(found: Costs, per_million: float) -> Table:
    table = Table("Temporal", "cheapest", "likely", "dearest")
    ways: tuple[OneWay | Toll, ...] = (found.cheapest, found.likely, found.dearest)
    table.add_row("actions", *(f"{way.actions * PEOPLE:,.0f}" for way in ways))
    table.add_row("history events", *(f"{way.events * PEOPLE:,.0f}" for way in ways))
    table.add_row("dollars", *(f"{dollars(way.actions * PEOPLE, per_million):,.2f}" for way in ways))
    return table


def _messages(found: Costs) -> Table:
    table = Table("messages", "likely", "at most")
    for channel, number in found.messages.items():
        table.add_row(channel, f"{number.likely * PEOPLE:,.0f}", f"{number.most * PEOPLE:,}")
    return table


def _way(way: OneWay) -> str:
    shown = "; ".join(map(_stop, way.stops[:MOST_STOPS])) or "there is no other"
    return f"{shown}; ..." if len(way.stops) > MOST_STOPS else shown


def _stop(stop: Stop) -> str:
    return f"{stop.step}: {stop.chosen}{' comes' if stop.how is How.BY_EVENT else ''}"
