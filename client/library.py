"""Published journey versions, read once in a process: a version never changes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlmodel import Session

from domain.journey.program import Program
from models import journeys
from models.journeys import JourneyVersion

MOST = 1000  # versions kept in memory; past that all are read again
Name = tuple[str, str]  # journey and version


@dataclass(frozen=True, slots=True)
class Edition:
    """One version, with what it wants to hear of at hand."""

    row: JourneyVersion
    program: Program
    events: frozenset[str]
    attributes: frozenset[str]  # with `ZONE` if it looks at the person's zone


class Library:
    """One per process."""

    def __init__(self) -> None:
        self._editions: dict[Name, Edition] = {}

    def newest(self, session: Session) -> list[Edition]:
        """What new enrollments take, of each journey."""
        return list(self.get(session, journeys.newest_names(session)).values())

    def get(self, session: Session, names: Collection[Name]) -> dict[Name, Edition]:
        """These versions, as far as they were ever published."""
        lacking = [name for name in names if name not in self._editions]
        found = {**self._editions, **_read(journeys.load(session, lacking))} if lacking else self._editions
        self._editions = found if len(found) <= MOST else {}
        return {name: found[name] for name in names if name in found}


def _read(rows: Iterable[JourneyVersion]) -> dict[Name, Edition]:
    return {
        (row.journey, row.version): Edition(row, row.program(), frozenset(row.events), frozenset(row.attributes))
        for row in rows
    }
