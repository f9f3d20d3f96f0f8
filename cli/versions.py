"""Commands about published versions: what one says, who is on it, and how two of them differ."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common import open_database, paper, show_time
from client.examining import read_text
from domain.errors import BadInput, NotFound
from domain.journey.differences import differences
from domain.journey.file import parse
from domain.journey.language import Journey
from domain.journey.writing import as_yaml
from models import enrollments, journeys
from models.journeys import JourneyVersion

DIFFERENT = 1  # the exit code, as that of diff


def show(
    name: Annotated[str, typer.Argument(help="The journey's name.")],
    version: Annotated[str | None, typer.Option(help="A version, or the begin of it; default: the newest.")] = None,
) -> None:
    """Show a published journey as a file that could be published, with its versions and how many people are on each.

    Example: starter.py journeys show onboarding
    """
    with open_database().session() as session:
        there = journeys.versions_of(session, name)
        people = enrollments.count_by_version(session, name)
    chosen = journeys.one_of(there, version) if version else there[0]
    paper.print(f"# {name} {chosen.version}{', the newest version' if chosen is there[0] else ''}")
    paper.print(f"# {'version':12}  {'published':16}  {'running':>9}  {'ended':>9}")
    for one in there:
        running, ended = people.get(one.version, (0, 0))
        paper.print(f"# {one.version:12}  {show_time(one.published_at):16}  {running:>9}  {ended:>9}")
    typer.echo(as_yaml(chosen.program().journey.definition()), nl=False)


def diff(
    what: Annotated[str, typer.Argument(help="A published journey, or a file to compare with what is published.")],
    a: Annotated[str | None, typer.Argument(help="Old version; default: the newest, or the one before it.")] = None,
    b: Annotated[str | None, typer.Argument(help="New version; default: the file, or the newest.")] = None,
) -> None:
    """Show how two versions of a journey differ, step by step: + new, - gone, ~ changed, > moved.

    The exit code is 1 if they differ and 0 if not, as that of diff.

    Example: starter.py journeys diff journeys/onboarding.yaml
    """
    file = parse(read_text(Path(what)), what) if _is_file(what) else None
    with open_database().session() as session:
        there = journeys.versions_of(session, file.journey if file else what)
    old, new = _two(there, a, b, file)
    found = differences(old, new)
    names = f"{old.journey} {old.version} -> {new.version}{f' ({what})' if new is file else ''}"
    paper.print(f"{names}: {len(found) or 'no'} difference{'' if len(found) == 1 else 's'}")
    for difference in found:
        paper.print(str(difference))
    if found:
        raise typer.Exit(DIFFERENT)


def add_to(app: typer.Typer) -> None:
    """Add these commands to those about journeys."""
    app.command("show")(show)
    app.command("diff")(diff)


def _is_file(what: str) -> bool:
    if Path(what).is_file():
        return True
    if what.endswith(".yaml") or "/" in what:
        raise NotFound(f"there is no file {what}")
    return False


def _two(there: list[JourneyVersion], a: str | None, b: str | None, file: Journey | None) -> tuple[Journey, Journey]:
    """The old and the new one. Without any version named: what is published and the file, or the last two."""
    newest = there[0].program().journey
    named = [journeys.one_of(there, version).program().journey for version in (a, b) if version is not None]
    if file is not None and b is not None:
        raise BadInput("a file is compared with one version; leave the other out")
    if file is not None:
        return (*named, newest)[0], file
    if not named:
        return there[:2][-1].program().journey, newest
    return named[0], (*named[1:], newest)[0]
