"""Commands about templates: check them all, list them, look at what one says, send one to yourself."""

from typing import Annotated

import typer
from rich.table import Table

from cli import previews
from cli.common import errors, open_database, paper
from client.publishing import SAMPLE
from domain.errors import BadInput
from domain.templates import Templates
from domain.templates.checks import MOST_SEGMENTS, examine
from models import people
from runtime import approved_words, settings
from runtime.template_files import read_templates

app = typer.Typer(
    no_args_is_help=True,
    help="Check templates, list them, preview what they say, and send one to yourself."
    "\n\nExample: starter.py templates check",
)
Folder = Annotated[str | None, typer.Argument(help="The folder of templates; default: HOMING_TEMPLATES_DIR.")]


@app.command("check")
def check_command(
    folder: Folder = None,
    most: Annotated[int, typer.Option("--segments", min=1, help="Warn of SMS of more parts.")] = MOST_SEGMENTS,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    ask: Annotated[bool, typer.Option("--database", help="Look at people's attributes.")] = False,
) -> None:
    """Check all templates of a folder. All problems are told at once, with file and line.

    Looked at, for Alice and for somebody of whom nothing is known: Liquid and plurals, words that a locale or a channel
    lacks, variables that nobody knows, messages that are too long for their channel, and links that are not https.

    Example: starter.py templates check templates --segments 1
    """
    where = settings.load(settings.Folders)
    sources = read_templates(previews.folder_of(folder, where))
    found = examine(sources, where.default_locale, _attributes() if ask else None, most)
    for warning in [] if strict else found.warnings:
        errors.print("warning:", style="yellow", end=" ")
        errors.print(str(warning), markup=False)
    if problems := [*found.errors, *(found.warnings if strict else [])]:
        raise BadInput("\n".join(map(str, problems)))
    templates = Templates.parse(sources, where.default_locale)
    count = len(templates.names())
    paper.print(f"{count} template{'' if count == 1 else 's'}: good")
    if narrow := approved_words.told(templates, approved_words.read_copies(where.whatsapp_templates)):
        paper.print(narrow, markup=False)


@app.command("list")
def list_command(folder: Folder = None) -> None:
    """List the templates with their channels and locales.

    Example: starter.py templates list
    """
    where = settings.load(settings.Folders)
    templates = Templates.parse(read_templates(previews.folder_of(folder, where)), where.default_locale)
    table = Table("template", "channels", "locales")
    for name in templates.names():
        same: dict[tuple[str, ...], list[str]] = {}
        for channel in templates.channels(name):
            same.setdefault(templates.locales(name, channel), []).append(channel)
        for locales, channels in same.items():
            table.add_row(name, ", ".join(channels), ", ".join(locales))
    paper.print(table if templates.names() else "There are no templates in this folder.")


app.command("preview")(previews.preview_command)
app.command("send-test")(previews.send_test_command)


def _attributes() -> list[str] | None:
    with open_database().session() as session:
        return sorted(people.attribute_names(session, SAMPLE)) or None  # before anybody is known nothing is
