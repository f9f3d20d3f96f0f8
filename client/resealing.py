"""Seals everything anew with the newest key, a page at a time, while everybody works on."""

from dataclasses import dataclass

from domain.errors import BadInput, Misconfigured
from models import sealed
from models.database import Database
from models.sealed import COLUMNS, Sealed
from runtime.sealing import Seals

PAGE = 500  # rows in one transaction: none of them is held for long


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of one column: how many values are under the newest key, and how many no key opens."""

    place: Sealed
    done: int
    lost: int


def reseal(database: Database, seals: Seals) -> list[Resealed]:
    """All of it. May be repeated, and be interrupted. Raises Misconfigured without a key."""
    if not seals.can_seal:
        raise Misconfigured("set HOMING_ENCRYPTION_KEYS, the new key first and the old ones after it")
    return [_column(database, seals, place) for place in COLUMNS]


def _column(database: Database, seals: Seals, place: Sealed) -> Resealed:
    done, lost, after = 0, 0, ""
    while rows := _page(database, seals, place, after):
        results, after = rows
        done, lost = done + results.count(True), lost + results.count(False)
    return Resealed(place, done, lost)


def _page(database: Database, seals: Seals, place: Sealed, after: str) -> tuple[list[bool], str] | None:
    """Which of the next rows could be sealed anew, and the key of the last; None after the last page."""
    with database.session() as session:
        rows = sealed.page(session, place, after, PAGE)
        results = []
        for key, old in rows:
            try:
                sealed.replace(session, place, key, old, seals.renewed(old))
                results.append(True)
            except BadInput:
                results.append(False)
    return (results, rows[-1][0]) if rows else None
