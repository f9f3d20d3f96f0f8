"""Reads a templates folder into memory, for `Templates.parse`."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from domain.checklist import FILE as CHECKLIST_FILE
from domain.checklist import Checklist, read_checklist
from domain.errors import BadInput, Misconfigured
from domain.preferences.topics import FILE as TOPICS_FILE
from domain.preferences.topics import Topics, read_topics
from domain.yaml_source import Problem

# Other files, such as notes, may lie beside the templates; .yml is read so that it is reported, not passed over.
SUFFIXES = {".yaml", ".yml", ".liquid"}

T = TypeVar("T")


def read_templates(folder: Path) -> dict[str, str]:
    """Relative path -> text of every template file. Raises Misconfigured without a folder, BadInput for other bytes."""
    if not folder.is_dir():
        raise Misconfigured(f"there is no templates folder {folder}; set HOMING_TEMPLATES_DIR")
    return {
        file.relative_to(folder).as_posix(): _read(file)
        for file in sorted(folder.rglob("*"))
        if file.suffix in SUFFIXES and file.is_file()
    }


def topics(folder: Path) -> Topics:
    """How topics are called, as far as the folder says. Raises BadInput for a file that is wrong."""
    return _parsed(folder / TOPICS_FILE, read_topics, Topics())


def checklist(folder: Path) -> Checklist:
    """The first steps, as far as the folder has some. Raises BadInput for a file that is wrong."""
    return _parsed(folder / CHECKLIST_FILE, read_checklist, Checklist())


def _parsed(file: Path, read: Callable[[str, list[Problem]], T], without: T) -> T:
    problems: list[Problem] = []
    found = read(_read(file), problems) if file.is_file() else without
    if problems:
        raise BadInput("\n".join(map(str, problems)))
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: is not UTF-8 text; save it as UTF-8") from error
