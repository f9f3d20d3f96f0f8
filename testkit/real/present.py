"""Journey time of a test on the real server, where every workflow has a virtual clock of its own."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client

from client.homing import Homing
from client.journeys import Journeys
from client.receipts import Receipts
from domain.clock import Clock
from domain.receipts import Receipt
from models.database import Database
from models.enrollments import Opened
from workflows.inputs import EventSignal

# From so far away a clock that shows another year runs at nearly the pace of ours.
FAR_AWAY = datetime(1, 1, 2, tzinfo=UTC)


def clock_showing(instant: datetime) -> Clock:
    """A clock that shows this journey time now.

    Homing knows no clock that is wrong, only one that runs faster or slower since its origin. One that goes wrong by
    a year in two thousand is slower by half a per mille, and all waits of a journey are by the same clock.
    """
    return Clock((instant - FAR_AWAY) / (datetime.now(UTC) - FAR_AWAY), FAR_AWAY)


class Started(Journeys):
    """Notes the clock of each workflow that it starts."""

    def __init__(self, temporal: Client, clock: Clock, queue: str, notes: dict[str, tuple[Opened, Clock]]) -> None:
        super().__init__(temporal, clock, queue)
        self._note = clock
        self._notes = notes

    async def start(
        self, opened: Opened, entry: EventSignal | None = None, signal: str | None = None, *args: Any
    ) -> bool:
        """As the client does; one that runs already keeps its clock."""
        self._notes.setdefault(opened.row.workflow_id, (opened, self._note))
        return await super().start(opened, entry, signal, *args)


class Present:
    """The client as backends use it, at the journey time that a test has reached.

    Effects of journeys use it too, at the time of the workflow that they are of.
    """

    def __init__(self, temporal: Client, database: Database, queue: str, now: datetime) -> None:
        self._temporal = temporal
        self._database = database
        self._queue = queue
        self.started: dict[str, tuple[Opened, Clock]] = {}  # by workflow id, in the order of their starts
        self.show(now)

    def show(self, now: datetime) -> None:
        """It is this journey time, here and for whoever enters from now on."""
        self.clock = clock_showing(now)
        self.journeys = Started(self._temporal, self.clock, self._queue, self.started)
        self.homing = Homing(self._database, self.journeys, self.clock)

    @property
    def now(self) -> datetime:
        """The journey time at this moment."""
        return self.clock.journey(datetime.now(UTC))

    async def report(self, user: str, receipt: Receipt) -> None:
        """As a provider's webhook does: to the journeys that ask for it, then as the events that journeys wait for."""
        receipts = Receipts(self._database, self.clock)
        taken = await asyncio.to_thread(receipts.take, [receipt], datetime.now(UTC))
        await self.homing.relay.deliver([user])
        if taken.happened:
            await self.homing.take(taken.happened, strangers=True)
            await self.homing.relay.deliver([user])

    async def set_attributes(self, user: str, values: dict[str, Any], *, besides: str) -> None:
        """As `activities.effects.Outside` says."""
        await self._there().set_attributes(user, values, besides=besides)

    async def emit(self, user: str, name: str, properties: dict[str, Any], message_id: str, at: datetime) -> None:
        """As `activities.effects.Outside` says."""
        await self._there().emit(user, name, properties, message_id, at)

    async def enter(self, user: str, journey: str, key: str) -> None:
        """As `activities.effects.Outside` says."""
        await self._there().enter(user, journey, key)

    def _there(self) -> Homing:
        """The client at the time of the workflow whose activity this is."""
        here = activity.info()
        _, clock = self.started[str(here.workflow_id)]
        there = clock_showing(clock.journey(here.started_time))
        return Homing(self._database, Started(self._temporal, there, self._queue, self.started), there)
