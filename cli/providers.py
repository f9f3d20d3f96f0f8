"""How the senders are: their rates, and who waits for what."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.table import Table

from cli.common import open_database, paper
from models import senders
from models.senders import Sender


def providers() -> None:
    """Show each sender with its rate, and whether its provider is up, down, or wants to be left alone.

    Example: starter.py providers
    """
    with open_database().session() as session:
        rows = senders.every(session)
    paper.print(_table(rows, datetime.now(UTC)) if rows else "no worker has told of its senders yet")


def _table(rows: Sequence[Sender], now: datetime) -> Table:
    table = Table("sender", "rate", "next slot", "state", "since", "failures", "last error")
    for row in rows:
        slot = row.next_slot_real_at
        next_slot = _clock(slot) if slot and slot > now else "now"
        what = (row.rate or "any", next_slot, _state(row, now), _clock(row.down_real_since))
        table.add_row(row.key, *what, str(row.failures), row.reason or "")
    return table


def _state(row: Sender, now: datetime) -> str:
    line = row.line
    until = f"until {_clock(line.not_before)}" if line.blocks(now) else "next one probes"
    if line.is_down:
        return f"down, {until}"
    return f"left alone {until}" if line.blocks(now) else "up"


def _clock(instant: datetime | None) -> str:
    """To the second: pauses are short."""
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else ""
