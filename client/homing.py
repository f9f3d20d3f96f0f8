"""The client: every call first writes to PostgreSQL, then tells Temporal, and may be repeated without harm."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from client import records
from client.inputs import Asked, Happened, Profile
from client.journeys import Journeys, heard
from domain.clock import Clock
from domain.errors import NotFound
from models.database import Database
from models.enrollments import Opened
from runtime import temporal
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Taken:
    """What an event led to: whether it was new, which workflows it started, and which were told of it."""

    new: bool
    started: list[str]
    told: list[str]


class Homing:
    """One per process, with its connections; made by `connect`."""

    def __init__(self, database: Database, journeys: Journeys, clock: Clock) -> None:
        self._database = database
        self._journeys = journeys
        self._clock = clock

    async def signup(self, signup: Profile) -> Taken:
        """A new user, or news of a known one; starts the journeys that `signed_up` enters. Repeating changes nothing.

        Raises Unreachable when a service is down: call again then, what was done is not done twice.
        """
        record = await asyncio.to_thread(records.signup, self._database, signup, self._now())
        taken = await self._pass_on(record)
        for opened in record.affected:
            await self._journeys.change(opened)
        return taken

    async def event(self, happened: Happened) -> Taken:
        """An event of a known person: starts the journeys that it enters and tells those that name it.

        Raises NotFound for an unknown person, Unreachable as `signup` does.
        """
        return await self._pass_on(await asyncio.to_thread(records.event, self._database, happened, self._now()))

    async def order(self, user_id: str, order: str, journey: str | None = None, reason: str = "asked") -> list[str]:
        """Pause, resume, skip or exit a person's running journeys, or one of them. Returns the workflows told.

        Raises NotFound if there is no such person, or none of these journeys is running for them.
        """
        asked = Asked.of({"user_id": user_id, "order": order, "journey": journey, "reason": reason})
        running = await asyncio.to_thread(records.running, self._database, asked.user_id, asked.journey)
        told = [one.row.workflow_id for one in running if await self._journeys.order(one, asked.order, asked.reason)]
        if not told:
            raise NotFound(f"{user_id} has just come to the end of it")
        return told

    async def set_attributes(self, user: str, values: dict[str, Any], *, besides: str) -> None:
        """Change a person's attributes and tell their running journeys, but the workflow `besides`."""
        affected = await asyncio.to_thread(records.attributes, self._database, user, values, self._now())
        for opened in affected:
            if opened.row.workflow_id != besides:
                await self._journeys.change(opened)

    async def emit(self, user: str, name: str, properties: dict[str, Any], message_id: str, at: datetime) -> None:
        """Report an event of a person, on behalf of a journey."""
        given = {"user_id": user, "name": name, "properties": properties, "message_id": message_id, "at": at}
        await self.event(Happened.of(given))

    async def enter(self, user: str, journey: str, key: str) -> None:
        """Let a person enter a journey, if its re-entry rule allows. Raises NotFound for an unknown journey."""
        opened = await asyncio.to_thread(records.enter, self._database, user, journey, key, self._now())
        if opened.row.ended_at is None:
            await self._journeys.start(opened)

    async def _pass_on(self, record: records.Record) -> Taken:
        started = [await self._started(opened, record) for opened in record.opened]
        told = [
            opened.row.workflow_id
            for opened in record.listening
            if await self._journeys.tell(opened, record.happened, record.at)
        ]
        return Taken(record.new, [workflow_id for workflow_id in started if workflow_id], told)

    async def _started(self, opened: Opened, record: records.Record) -> str | None:
        """Start it also when it is not new: whoever enrolled this person may have died before starting it."""
        runs = await self._journeys.start(opened, heard(opened, record.happened, record.at))
        return opened.row.workflow_id if runs and opened.created else None

    def _now(self) -> datetime:
        return self._clock.journey(datetime.now(UTC))


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Homing]:
    """A client for as long as the block lasts. Raises Unreachable or Misconfigured with what to do."""
    database = Database(settings.database_url.get_secret_value())
    try:
        await asyncio.to_thread(database.check_schema)
        journeys = Journeys(await temporal.connect(), settings.clock, settings.task_queue)
        yield Homing(database, journeys, settings.clock)
    finally:
        database.close()
