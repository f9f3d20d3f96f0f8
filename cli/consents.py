"""The command about what a person has agreed to."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table

from cli.common import load_settings, open_database, paper
from cli.people import UserId
from client.consents import Said, history, say
from domain.contact.consent import OptIn
from domain.contact.telling import local_time
from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.identifiers import check_user_id
from domain.journey.names import Topic
from domain.shown import shown
from models.database import Database

BY = "command line"
TOPIC: TypeAdapter[str] = TypeAdapter(Topic | Literal["*"])


def consents(
    user_id: UserId,
    agree: Annotated[str | None, typer.Option(help="Write down that they have agreed to this topic; * is all.")] = None,
    take_back: Annotated[str | None, typer.Option(help="Write down that they want no more about this topic.")] = None,
    channel: Annotated[ChannelName | None, typer.Option(help="On one channel; default: on all.")] = None,
    kind: Annotated[OptIn, typer.Option(help="How; confirmed: from the address itself.")] = OptIn.EXPRESS,
    source: Annotated[str, typer.Option(help="Where they said so: a form, a call, a shop.")] = "",
) -> None:
    """Show what a person has agreed to and taken back: when, how, and who wrote it down. Or add to it.

    Examples: starter.py consents u-1 | starter.py consents u-1 --agree newsletter --source "call of 3 March"
    """
    check_user_id(user_id)
    if agree and take_back:
        raise BadInput("say --agree or --take-back, one at a time")
    database = open_database()
    if topic := agree or take_back:
        about = {"topic": _topic(topic), "channel": channel or "", "given": bool(agree), "kind": kind}
        now = load_settings().clock.journey(datetime.now(UTC))
        say(database, user_id, {**about, "at": now, "source": source, "by": BY})
    _show(database, user_id)


def _show(database: Database, user_id: str) -> None:
    table = Table("when (UTC)", "what", "topic", "channel", "how", "where", "written down by")
    said = history(database, user_id)
    for one in said:
        table.add_row(local_time(one.at, UTC), *_line(one))
    paper.print(table if said else f"{user_id} has said nothing yet: topics that ask for no consent may write to them.")


def _line(one: Said) -> tuple[str, ...]:
    what = one.change.replace("_", " ") + (f" until {local_time(one.until, UTC)}" if one.until else "")
    about = one.kind is not None
    topic, channel = one.topic or ("all" if about else ""), one.channel or "all"
    return what, topic, channel, one.kind or "", one.source, one.by


def _topic(text: str) -> str:
    try:
        return TOPIC.validate_python(text)
    except ValidationError as error:
        raise BadInput(f"{shown(text)} is no topic; write it as journeys do, or * for all") from error
