"""One round of a relay: claim some people, tell all that waits of them, and forget what was told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlmodel import Session

from client.journeys import Journeys, Refused
from client.library import Edition, Library, Name
from client.telling import Teller
from domain.errors import HomingError, Misconfigured, Unreachable
from models import claims
from models.claims import Head, Waiting
from models.database import Database

MOST_ROWS = 20  # of one person at a time, so that memory stays flat
AGAIN_S = 5.0  # Temporal removes histories in its own time; nothing that comes later has to wait for that

Pick = Callable[[Session], Sequence[Head]]


@dataclass(slots=True)
class Round:
    """What became of the rows that were claimed."""

    claimed: list[Head] = field(default_factory=list)
    told: dict[int, tuple[Waiting, bool]] = field(default_factory=dict)  # and whether a workflow heard of it
    put_off: list[int] = field(default_factory=list)
    refused: dict[int, HomingError] = field(default_factory=dict)
    set_aside: int = 0
    trouble: HomingError | None = None  # of Temporal's, and no row's


class Rounds:
    """Makes rounds, several at a time if asked to."""

    def __init__(self, database: Database, journeys: Journeys, library: Library) -> None:
        self._database = database
        self._teller = Teller(database, journeys)
        self._library = library

    async def make(self, pick: Pick, most: int) -> Round:
        """Claim some of the heads that `pick` finds, and hold them until their rows are told. Raises Unreachable."""
        made = Round()
        async with self._session() as session:
            rows = await asyncio.to_thread(self._claim, session, pick, most, made)
            if rows:
                editions = await asyncio.to_thread(self._editions, session, rows)
                await asyncio.gather(*(self._tell_all(mine, editions, made) for mine in rows))
                await asyncio.to_thread(_note, session, made)
        return made

    def _claim(self, session: Session, pick: Pick, most: int, made: Round) -> list[list[Waiting]]:
        made.claimed = claims.claim(session, pick(session), most)
        return list(claims.read(session, made.claimed, MOST_ROWS).values())

    def _editions(self, session: Session, rows: Iterable[list[Waiting]]) -> dict[Name, Edition]:
        names = {(one.journey, str(one.version)) for mine in rows for one in mine if one.journey is not None}
        return self._library.get(session, names)

    async def _tell_all(self, rows: Sequence[Waiting], editions: Mapping[Name, Edition], made: Round) -> None:
        """A person's rows, until one cannot be told now: those after it wait for it."""
        for row in rows:
            try:
                told = await self._teller.tell(row, editions)
            except (Unreachable, Misconfigured) as error:
                if isinstance(error, Refused):
                    made.refused[row.id] = error
                else:
                    made.trouble = error
                return
            except Exception as error:  # noqa: BLE001  whatever is wrong with one row is no other's business
                made.refused[row.id] = Refused(f"{type(error).__name__} in our own code, at {row.kind}")
                return
            if told is None:
                made.put_off.append(row.id)
            else:
                made.told[row.id] = (row, told)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        """A transaction for as long as the block lasts; all that waits for PostgreSQL is done in threads."""
        context = self._database.session()
        session = await asyncio.to_thread(context.__enter__)
        try:
            yield session
        except BaseException as error:
            await asyncio.to_thread(context.__exit__, type(error), error, error.__traceback__)
            raise
        await asyncio.to_thread(context.__exit__, None, None, None)


def _note(session: Session, made: Round) -> None:
    """What was told is forgotten, in the transaction that holds it."""
    claims.delete(session, list(made.told))
    for row_id in made.put_off:
        claims.put_off(session, row_id, AGAIN_S)
    for row_id, error in made.refused.items():
        made.set_aside += claims.refuse(session, row_id, str(error))
