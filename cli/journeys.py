"""Commands about journey files: check them, publish them, list what is published."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli import drawing
from cli.common import open_database, paper, show_time
from client.publishing import find_files, publish, read_journeys
from domain.journey.language import Journey
from domain.templates import Templates
from models import journeys as published
from runtime import settings
from runtime.template_files import read_templates

app = typer.Typer(no_args_is_help=True, help="Check, publish and list journeys.\n\nExample: starter.py journeys check")
Files = Annotated[list[Path] | None, typer.Argument(help="Journey files; default: all of the journeys folder.")]


@app.command("check")
def check_command(files: Files = None) -> None:
    """Check journey files without publishing them. All problems are told at once, with file and line.

    Example: starter.py journeys check journeys/onboarding.yaml
    """
    for journey in load_journeys(files):
        paper.print(f"{journey.journey} {journey.version}: {journey.title}: good")


@app.command("publish")
def publish_command(files: Files = None) -> None:
    """Publish journey files: new enrollments take them from now on, people in flight stay on their version.

    Example: starter.py journeys publish journeys/onboarding.yaml
    """
    found = load_journeys(files)
    for version in publish(open_database(), found, datetime.now(UTC)):
        paper.print(f"published {version.journey} {version.version}")


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


drawing.add_to(app)


def load_journeys(files: list[Path] | None) -> list[Journey]:
    """The journeys of these files, or of the journeys folder, checked against the templates."""
    folders = settings.load(settings.Folders)
    templates = Templates.parse(read_templates(folders.templates_dir), folders.default_locale)
    return read_journeys(files or find_files(folders.journeys_dir), templates)
