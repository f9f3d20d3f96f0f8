"""From journey files to published versions."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.errors import NotFound
from domain.journey.file import JourneyProblems, check_templates, load
from domain.journey.language import Journey
from domain.templates import Templates
from domain.yaml_source import MAX_CHARACTERS, Problem
from models import journeys
from models.database import Database
from models.journeys import JourneyVersion


def find_files(folder: Path) -> list[Path]:
    """The journey files of a folder. Raises NotFound if there are none."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise NotFound(f"there are no journey files (*.yaml) in {folder}; set HOMING_JOURNEYS_DIR")
    return files


def read_journeys(files: Sequence[Path], templates: Templates) -> list[Journey]:
    """All journeys of these files. Raises JourneyProblems with everything that is wrong in any of them."""
    written = {name: templates.channels(name) for name in templates.names()}
    found: dict[str, Journey] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            journey, source = load(_text(file), str(file))
        except JourneyProblems as error:
            problems += error.problems
            continue
        problems += check_templates(source, written)
        if journey.journey in found:
            message = f"journey {journey.journey!r} is in another file as well"
            problems.append(Problem(str(file), source.line(("journey",)), message))
        found[journey.journey] = journey
    if problems:
        raise JourneyProblems(problems)
    return list(found.values())


def publish(database: Database, found: Sequence[Journey], now: datetime) -> list[JourneyVersion]:
    """Publish all in one transaction, or none."""
    with database.session() as session:
        return [journeys.publish(session, journey, now) for journey in found]


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(MAX_CHARACTERS + 1)  # one more than allowed is enough to refuse it
    except (OSError, UnicodeDecodeError) as error:
        raise JourneyProblems([Problem(str(file), 1, f"cannot be read as UTF-8 text: {error}")]) from error
