"""Commands about people's authenticator apps, for whoever helps those that are locked out."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from cli.common import open_database, paper, show_time
from client.authenticators import helping
from domain.identifiers import check_user_id
from models import audit

app = typer.Typer(no_args_is_help=True, help="Authenticator apps.\n\nExample: starter.py authenticators list u-1")
UserId = Annotated[str, typer.Argument(help="Your own opaque id of the person.")]
Reason = Annotated[str, typer.Option(help="Why, in one line and without personal data; the audit log keeps it.")]


@app.command("list")
def list_command(user_id: UserId) -> None:
    """Show somebody's apps and recovery codes, what locks them out, and what was done to them.

    Example: starter.py authenticators list u-1
    """
    check_user_id(user_id)
    database, now = open_database(), datetime.now(UTC)
    view = helping.view(database, user_id, now)
    table = Table("id", "name", "created", "confirmed", "last used")
    for row in view.devices:
        confirmed = show_time(row.confirmed_real_at) or "not yet"
        used = show_time(row.last_used_real_at) or "never"
        table.add_row(row.id, row.name, show_time(row.created_real_at), confirmed, used)
    paper.print(table if view.devices else f"{user_id} has no authenticator apps")
    paper.print(f"recovery codes left: {view.recovery_codes_left}")
    for kind, left in view.waits.items():
        paper.print(f"locked out of {kind} codes for {left}: starter.py authenticators unlock {user_id} --reason ...")
    with database.session() as session:
        for entry in audit.about(session, user_id):
            paper.print(f"{show_time(entry.real_at)}  {entry.action}  by {entry.actor}  {entry.reason}".rstrip())


@app.command("reset")
def reset_command(user_id: UserId, reason: Reason) -> None:
    """Forget all apps and recovery codes of somebody who has lost them. Be sure that it is them who asks.

    Example: starter.py authenticators reset u-1 --reason "identity checked by phone, ticket 1234"
    """
    check_user_id(user_id)
    gone = helping.reset(open_database(), user_id, _operator(), reason, datetime.now(UTC))
    paper.print(f"{gone} authenticator apps of {user_id} are forgotten; they can set one up again")


@app.command("unlock")
def unlock_command(user_id: UserId, reason: Reason) -> None:
    """Let somebody try again who has given too many wrong codes; their apps stay.

    Example: starter.py authenticators unlock u-1 --reason "called us, ticket 1234"
    """
    check_user_id(user_id)
    wrong = helping.unlock(open_database(), user_id, _operator(), reason, datetime.now(UTC))
    paper.print(f"{wrong} wrong codes of {user_id} are forgotten")


def _operator() -> str:
    """Who runs this, for the audit log."""
    try:
        return f"cli:{getpass.getuser()}"[:64]
    except (KeyError, OSError):  # a user id without a name, as in a container
        return "cli"
