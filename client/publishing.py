"""From journey files to published versions, and what publishing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from client.examining import Surroundings, examine_files
from domain.errors import NotFound
from domain.journey.differences import Difference, differences
from domain.journey.file import JourneyProblems
from domain.journey.language import Journey
from domain.templates import Templates
from models import journeys, people
from models.database import Database
from models.journeys import JourneyVersion

SAMPLE = 100_000  # people whose attributes are looked at


@dataclass(frozen=True, slots=True)
class Published:
    """A version that is now the newest, and the one that was before it: the same if nothing has changed."""

    version: JourneyVersion
    before: JourneyVersion | None

    def changes(self) -> list[Difference]:
        """What differs between them; nothing for a first version."""
        return differences(self.before.program().journey, self.version.program().journey) if self.before else []


def find_files(folder: Path) -> list[Path]:
    """The journey files of a folder. Raises NotFound if there are none."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise NotFound(f"there are no journey files (*.yaml) in {folder}; set HOMING_JOURNEYS_DIR")
    return files


def read_journeys(files: Sequence[Path], templates: Templates) -> list[Journey]:
    """All journeys of these files. Raises JourneyProblems with everything that is wrong in any of them."""
    findings = examine_files(files, Surroundings(templates))
    if findings.errors:
        raise JourneyProblems(findings.errors)
    return findings.journeys


def look_around(database: Database, around: Surroundings) -> Surroundings:
    """The same with what the database knows: the published journeys, and the attributes that people have."""
    with database.session() as session:
        published = {version.journey: version.program().journey for version in journeys.newest_of_each(session)}
        names = people.attribute_names(session, SAMPLE)
    return replace(around, published=published, attributes=names or None)  # before anybody is known nothing is


def publish(database: Database, found: Sequence[Journey], now: datetime) -> list[Published]:
    """Publish all in one transaction, or none."""
    with database.session() as session:
        before = {journey.journey: journeys.newest(session, journey.journey) for journey in found}
        return [Published(journeys.publish(session, journey, now), before[journey.journey]) for journey in found]
