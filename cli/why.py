"""The command that says why."""

from datetime import UTC
from typing import Annotated

import typer

from cli.common import open_database, paper
from cli.people import UserId
from client.why import MOST, reasons
from domain.contact.telling import local_time
from domain.identifiers import check_user_id

MessageId = Annotated[str | None, typer.Argument(help="A message, by our id or its provider's: only about its step.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="So many of the newest lines.")]


def why(user_id: UserId, message: MessageId = None, limit: Limit = MOST) -> None:
    """Say why each message was or was not sent, the newest last, by the person's clock.

    Example: starter.py why u-1
    """
    check_user_id(user_id)
    found = reasons(open_database(), user_id, limit, message)
    if not found.lines:
        paper.print(f"No message to {user_id} has been decided on yet.")
        return
    paper.print(f"{user_id}, by the clocks of {found.zone}")
    if found.more:
        paper.print(f"(older lines are left out: starter.py why {user_id} --limit {min(limit * 5, 1000)})")
    for one in found.lines:
        lap = f", lap {one.lap}" if one.lap > 1 else ""
        place = f"{one.journey}/{one.step}{lap}" if one.journey else one.step
        paper.print(f"{local_time(one.at, one.at.tzinfo or UTC):<22} {place}  {one.sentence}")
