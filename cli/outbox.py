"""Commands about what could not be told to a workflow."""

from typing import Annotated

import typer
from rich.table import Table

from cli.common import open_database, paper, show_time
from models import set_aside
from models.outbox import Row

app = typer.Typer(
    no_args_is_help=True,
    help="What could not be told to a workflow, and was set aside.\n\nExample: starter.py outbox list",
)


@app.command("list")
def list_rows(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    after: Annotated[int, typer.Option(min=0, help="Begin after this row, for the next page.")] = 0,
) -> None:
    """Show how much waits, and what was set aside after five refusals, with the last error.

    Example: starter.py outbox list
    """
    with open_database().session() as session:
        figures, rows = set_aside.figures(session), set_aside.page(session, limit, after)
    paper.print(f"{figures.waiting} waiting, the oldest for {figures.oldest_s:.0f} s; {figures.set_aside} set aside")
    if rows:
        paper.print(_table(rows))


@app.command()
def retry(row: Annotated[int, typer.Argument(help="The row's number, as `outbox list` shows it.")]) -> None:
    """Put a row back, for the next relay; an API runs one.

    Example: starter.py outbox retry 42
    """
    with open_database().session() as session:
        user = set_aside.retry(session, row)
    paper.print(f"row {row} of {user} waits again, behind what else is to be told of them")


def _table(rows: list[Row]) -> Table:
    table = Table("row", "since", "user", "kind", "workflow", "attempts", "error")
    for row in rows:
        what = (row.user_id, row.kind, row.workflow_id, str(row.attempts), row.error or "")
        table.add_row(str(row.id), show_time(row.set_aside_real_at), *what)
    return table
