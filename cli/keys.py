"""Commands about the keys of the HTTP API."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from cli.common import open_database, paper, show_time
from domain.durations import parse_duration
from domain.errors import BadInput
from domain.keys import KeyKind, Scope
from domain.shown import shown
from models import keys
from models.keys import ApiKey

app = typer.Typer(no_args_is_help=True, help="Keys of the HTTP API.\n\nExample: starter.py keys list")
KeyId = Annotated[str, typer.Argument(help="The key's id, as `keys list` shows it.")]
USUAL = (Scope.READ, Scope.WRITE, Scope.COMMANDS)
SHOWN_ONCE = "This is the only time that it is shown; only a hash of it is kept."


@app.command("create")
def create_command(
    name: Annotated[str, typer.Argument(help="Who uses it, and for what; for a write key, the source.")],
    kind: Annotated[KeyKind, typer.Option(help="api: as a bearer token; write: for Segment clients.")] = KeyKind.API,
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"What it opens, repeat: {', '.join(Scope)}. Default: {', '.join(USUAL)}."),
    ] = None,
    expires: Annotated[str | None, typer.Option(help="After how long it ends, such as 90d. Default: never.")] = None,
) -> None:
    """Make a key and show it, this once.

    Example: starter.py keys create "billing backend" --scope people:write
    """
    usual = USUAL if kind is KeyKind.API else ()
    scopes = [_scope(text) for text in scope] if scope else usual
    now = datetime.now(UTC)
    ends = now + _duration(expires, "--expires") if expires else None
    with open_database().session() as session:
        made = keys.create(session, kind, name, scopes, now, ends)
    _show(*made)


@app.command("list")
def list_command() -> None:
    """List keys, also those that have ended: what each opens, and when it was last used.

    Example: starter.py keys list
    """
    with open_database().session() as session:
        rows = keys.everyone(session)
    table = Table("id", "kind", "name", "scopes", "created", "last used", "state")
    now = datetime.now(UTC)
    for row in rows:
        times = (show_time(row.created_real_at), show_time(row.last_used_real_at) or "never")
        table.add_row(row.id, row.kind, row.name, ", ".join(row.scopes), *times, _state(row, now))
    paper.print(table if rows else 'There are no keys yet: starter.py keys create "my backend"')


@app.command("rotate")
def rotate_command(
    key: KeyId,
    overlap: Annotated[str, typer.Option(help="How long the old key still works.")] = "24h",
) -> None:
    """Make a new key in place of one, and let both work for a while.

    Example: starter.py keys rotate 3f9a51c07be2 --overlap 2h
    """
    with open_database().session() as session:
        made = keys.rotate(session, key, _duration(overlap, "--overlap"), datetime.now(UTC))
    _show(*made)
    paper.print(f"The key {key} works for {overlap} more.")


@app.command("revoke")
def revoke_command(key: KeyId) -> None:
    """End a key. API processes know of it within seconds.

    Example: starter.py keys revoke 3f9a51c07be2
    """
    with open_database().session() as session:
        row = keys.revoke(session, key, datetime.now(UTC))
    paper.print(f"revoked {row.id} ({row.name})")


def _show(row: ApiKey, text: str) -> None:
    paper.print(text)
    scopes = f": {', '.join(row.scopes)}" if row.scopes else ""
    paper.print(f"{row.kind} key {row.id} ({row.name}){scopes}. {SHOWN_ONCE}")


def _state(row: ApiKey, now: datetime) -> str:
    if row.revoked_real_at:
        return "revoked"
    if row.expires_real_at:
        return f"{'expired' if row.expires_real_at <= now else 'until'} {show_time(row.expires_real_at)}"
    return "works"


def _scope(text: str) -> Scope:
    if text not in set(Scope):
        raise BadInput(f"--scope {shown(text)} is none; there are: {', '.join(Scope)}")
    return Scope(text)


def _duration(text: str, option: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise BadInput(f"{option}: {error}") from error
