"""Commands that show journeys: as pictures for people, and as a schema for their editors."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.common import paper
from client.publishing import find_files
from domain.errors import BadInput, NotFound
from domain.journey import drawing
from domain.journey.file import parse
from domain.journey.language import Journey
from domain.journey.schema import schema_text
from domain.yaml_source import MAX_CHARACTERS
from runtime import settings


class Form(StrEnum):
    """How a journey is drawn."""

    SVG = "svg"
    MERMAID = "mermaid"


DRAW: dict[Form, tuple[str, Callable[[Journey], str]]] = {
    Form.SVG: (".svg", drawing.svg),
    Form.MERMAID: (".mmd", drawing.mermaid),
}


def draw(
    names: Annotated[list[str] | None, typer.Argument(help="Files or journey names; default: all journeys.")] = None,
    form: Annotated[Form, typer.Option("--format", help="A picture, or text for documents.")] = Form.SVG,
    out: Annotated[Path | None, typer.Option(help="Folder to write to. Default: here; Mermaid is printed.")] = None,
) -> None:
    """Draw journeys as flowcharts. Templates need not be written yet.

    Example: starter.py journeys draw onboarding --format mermaid
    """
    for file in _files(names or []):
        journey = parse(_read(file), str(file))
        suffix, drawn = DRAW[form]
        if form is Form.MERMAID and out is None:
            typer.echo(drawn(journey), nl=False)
        else:
            _write((out or Path()) / f"{journey.journey}{suffix}", drawn(journey))


def schema(out: Annotated[Path | None, typer.Option(help="File to write to. Default: print it.")] = None) -> None:
    """The JSON Schema of journey files, with which editors complete and check them.

    Example: starter.py journeys schema --out journeys/journey.schema.json
    """
    if out is None:
        typer.echo(schema_text(), nl=False)
    else:
        _write(out, schema_text())


def add_to(app: typer.Typer) -> None:
    """Add these commands to those about journeys."""
    app.command("draw")(draw)
    app.command("schema")(schema)


def _files(names: list[str]) -> list[Path]:
    """The file of each name: a path, or the name of a journey in the journeys folder."""
    folder = settings.load(settings.Folders).journeys_dir
    if not names:
        return find_files(folder)
    return [Path(name) if Path(name).is_file() else _named(name, folder) for name in names]


def _named(name: str, folder: Path) -> Path:
    known = {file.stem: file for file in folder.glob("*.yaml")}
    if name not in known:
        raise NotFound(f"there is no file and no journey {name!r}; journeys are: {', '.join(sorted(known)) or 'none'}")
    return known[name]


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(MAX_CHARACTERS + 1)  # one more than allowed is enough to refuse it
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read as UTF-8 text: {error}") from error


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {file}: {error.strerror}") from error
    paper.print(f"wrote {file}")
