"""Commands about journey files: check them, publish them, list what is published."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli import drawing, versions
from cli.common import errors, load_settings, open_database, paper, show_time
from client.examining import Surroundings, examine_files
from client.publishing import find_files, look_around, publish
from domain.errors import Misconfigured
from domain.journey.checking.density import MOST_COUNTED, busiest_week
from domain.journey.fallback import Unheard
from domain.journey.file import JourneyProblems
from domain.journey.language import Journey
from domain.journey.patience import TooManyWays
from domain.templates import Templates
from models import journeys as published
from models.database import Database
from runtime import settings
from runtime.template_files import read_templates

app = typer.Typer(no_args_is_help=True, help="Check, publish and list journeys.\n\nExample: starter.py journeys check")
Files = Annotated[list[Path] | None, typer.Argument(help="Journey files; default: all of the journeys folder.")]
Strict = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]


@app.command("check")
def check_command(
    files: Files = None,
    strict: Strict = False,
    ask: Annotated[
        bool, typer.Option("--database", help="Look at published journeys and people's attributes.")
    ] = False,
) -> None:
    """Check journey files without publishing them. All problems are told at once, with file and line.

    Example: starter.py journeys check journeys/onboarding.yaml
    """
    for journey in load_journeys(files, open_database() if ask else None, strict=strict):
        paper.print(f"{journey.journey} {journey.version}: {journey.title}: good; {_at_worst(journey)}")


@app.command("publish")
def publish_command(files: Files = None, strict: Strict = False) -> None:
    """Publish journey files: new enrollments take them from now on, people in flight stay on their version.

    What has changed against the version before is told. Example: starter.py journeys publish journeys/onboarding.yaml
    """
    database = open_database()
    found = load_journeys(files, database, strict=strict)
    for one in publish(database, found, datetime.now(UTC)):
        changes = one.changes()
        same = " (as it was)" if one.before and not changes else ""
        paper.print(f"published {one.version.journey} {one.version.version}{same}")
        for change in changes:
            paper.print(f"  {change}")


@app.command("list")
def list_command() -> None:
    """List published versions, newest first; new enrollments take the first of each journey.

    Example: starter.py journeys list
    """
    with open_database().session() as session:
        versions = published.all_versions(session)
    table = Table("journey", "version", "title", "starts on", "published")
    for version in versions:
        when = show_time(version.published_at)
        table.add_row(version.journey, version.version, version.title, version.entry_event, when)
    paper.print(table if versions else "Nothing is published yet: starter.py journeys publish")


versions.add_to(app)
drawing.add_to(app)


def load_journeys(files: list[Path] | None, database: Database | None, *, strict: bool) -> list[Journey]:
    """The journeys of these files, or of the journeys folder. Warnings are told, or with `strict` raised as well."""
    folders = settings.load(settings.Folders)
    templates = Templates.parse(read_templates(folders.templates_dir), folders.default_locale)
    around = Surroundings(templates, folders.weekly_messages)
    if database:
        around = look_around(database, replace(around, unheard=_unheard()))
    found = examine_files(files or find_files(folders.journeys_dir), around)
    for warning in [] if strict else found.warnings:
        errors.print("warning:", style="yellow", end=" ")
        errors.print(str(warning), markup=False)
    if problems := [*found.errors, *(found.warnings if strict else [])]:
        raise JourneyProblems(problems)
    return found.journeys


def _unheard() -> Unheard:
    """Receipts that do not come to this deployment; nothing is known where no channel is configured."""
    from channels.hearing import unheard  # knows the providers' clients, which other commands need not

    try:
        return unheard(load_settings())
    except Misconfigured:
        return {}


def _at_worst(journey: Journey) -> str:
    try:
        count, _ = busiest_week(journey)
    except TooManyWays:
        return "more ways through it than can be looked at"
    said = f"{count} or more messages" if count >= MOST_COUNTED else f"{count} message{'' if count == 1 else 's'}"
    return f"{said} to one person in seven days at worst"
