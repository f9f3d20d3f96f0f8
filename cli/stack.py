"""Commands that run things: the demo, the local stack, migrations. The image of production has the last only."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from cli.common import STATE_DIR, console, load_settings
from models.database import Database

Pace = Annotated[
    float | None,
    typer.Option(min=0.001, help="Journey seconds per real second; 43200 makes a day of two seconds."),
]


def demo(
    end: Annotated[bool, typer.Option("--exit", help="End after the summary; so it does without a terminal.")] = False,
    chaos: Annotated[
        bool, typer.Option("--chaos", help="Providers hang up, and worker and API are killed again and again.")
    ] = False,
    pace: Pace = None,
) -> None:
    """Run everything on this machine and take the people of examples/signups.jsonl through their journeys.

    A demo that was killed goes on where it was; after a complete one the next begins afresh.

    Example: starter.py demo --pace 86400
    """
    from demo.run import Demo

    with_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    stay = with_terminal and not end
    raise typer.Exit(_until_stopped(lambda: Demo(STATE_DIR, pace, console, chaos=chaos).run(stay=stay)))


def up(pace: Pace = None) -> None:
    """Run the local stack until Ctrl-C: PostgreSQL, Temporal with its UI, the sandbox, a worker and the API.

    Example: starter.py up
    """
    from demo.run import show_addresses
    from stack.preparation import prepare
    from stack.supervisor import Stack

    def serve() -> int:
        say = lambda line: console.print(line, style="dim", markup=False)  # noqa: E731
        with Stack(STATE_DIR, pace=pace, say=say, prepare=prepare) as stack:
            show_addresses(stack.info, console)
            console.print("Try: starter.py signup u-1 --email ana@example.com   Ctrl-C ends it all.")
            stack.serve()
        return 0

    raise typer.Exit(_until_stopped(serve))


def migrate() -> None:
    """Bring the database schema up to date. Safe to repeat, and from several machines at once.

    Example: starter.py migrate
    """
    database = Database(load_settings().database_url.get_secret_value())
    database.migrate()
    console.print("the schema is up to date")


def _until_stopped(work: Callable[[], int]) -> int:
    """Ctrl-C is a way to end like any other."""
    try:
        return work()
    except KeyboardInterrupt:
        console.print("\nstopped; everything it started is gone")
        return 0
