"""One row of the outbox told to its workflow."""

import asyncio
from collections.abc import Mapping
from typing import Any

from client.journeys import Journeys
from client.library import Edition, Name
from models import enrollments
from models.claims import Waiting
from models.database import Database
from models.enrollments import Enrollment, Opened
from workflows.inputs import EventSignal


class Teller:
    """Starts, signals and erases."""

    def __init__(self, database: Database, journeys: Journeys) -> None:
        self._database = database
        self._journeys = journeys

    async def tell(self, row: Waiting, library: Mapping[Name, Edition]) -> bool | None:
        """Whether a workflow heard of it, and None if it is to be looked at again in a while.

        Raises Unreachable or Misconfigured if that is nobody's fault, Refused if it is this row's.
        """
        if row.kind == "erase":
            return True if await self._journeys.erase(row.workflow_id) else None
        if row.journey is None:
            return False  # erased meanwhile
        if row.kind == "start":
            return await self._start(row, library[str(row.journey), str(row.version)])
        told = await self._journeys.signal(row.workflow_id, row.kind, row.payload)
        return told or await self._restart(row)

    async def _start(self, row: Waiting, edition: Edition) -> bool:
        if row.ended:
            return False
        entry = row.payload.get("entry")
        opened = Opened(_enrollment(row), edition.row, row.payload["attributes"], row.payload["zone"], created=True)
        return await self._journeys.start(opened, EventSignal.model_validate(entry) if entry else None)

    async def _restart(self, row: Waiting) -> bool:
        """A journey that has not ended by the books was never started: start it with the signal."""
        if row.ended:
            return False
        opened = await asyncio.to_thread(self._opened, str(row.enrollment_id))
        return opened is not None and await self._journeys.start(opened, None, row.kind, row.payload)

    def _opened(self, enrollment_id: str) -> Opened | None:
        with self._database.session() as session:
            row = session.get(Enrollment, enrollment_id)
            return enrollments.on_version(session, row) if row and not row.ended_at else None


def _enrollment(row: Waiting) -> Enrollment:
    names: dict[str, Any] = {"id": row.enrollment_id, "journey": row.journey, "version": row.version, "key": row.key}
    return Enrollment.model_construct(user_id=row.user_id, workflow_id=row.workflow_id, **names)
