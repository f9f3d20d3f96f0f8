"""Where measuring is done: a stack's database, Temporal and workers, with people who come and journeys to take."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel
from temporalio.client import Client

from bench.figures import Scale
from bench.teller import Teller
from client import records
from client.homing import Homing
from client.inputs import Profile
from client.journeys import Journeys
from client.publishing import publish
from domain.clock import Clock
from domain.errors import Unreachable
from domain.journey.file import parse
from models import crowd
from models.database import Database
from models.enrollments import Opened
from models.journeys import newest_of_each
from runtime import settings, temporal
from runtime.settings import Settings
from stack.supervisor import Stack

AT_ONCE = 20  # calls to Temporal in flight
PATIENCE_S = 900.0


@dataclass
class Lab:
    """What a benchmark works with."""

    stack: Stack
    scale: Scale
    teller: Teller
    temporal: Client
    database: Database
    task_queue: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    async def open(cls, stack: Stack, scale: Scale, teller: Teller) -> "Lab":
        """The lab on a running stack."""
        config = settings.load_from(Settings, stack.info.process_environment())
        database = Database(config.database_url.get_secret_value(), pool_size=AT_ONCE)
        return cls(stack, scale, teller, await temporal.connect(), database, config.task_queue)

    def homing(self, clock: Clock) -> Homing:
        """A client on a clock of its own: the clock travels with the journeys that it starts."""
        return Homing(self.database, Journeys(self.temporal, clock, self.task_queue), clock)

    @property
    def journeys(self) -> Journeys:
        """Starts journeys, in real time."""
        return Journeys(self.temporal, Clock(), self.task_queue)

    def fresh(self, journey: str) -> None:
        """Forget all people, and publish this journey alone."""
        self._empty()
        publish(self.database, [parse(journey, "bench.yaml")], datetime.now(UTC))

    def _empty(self) -> None:
        """All tables. The API looks at them all the time; of two that block each other PostgreSQL ends one."""
        tables = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
        for tries_left in range(4, -1, -1):
            try:
                with self.database.engine.begin() as connection:
                    connection.exec_driver_sql(f"truncate {tables} restart identity cascade")
                return
            except OperationalError:
                if not tries_left:
                    raise

    def phone(self) -> str:
        """A number that nobody else here has."""
        return f"+1415{2_000_000 + next(self._numbers)}"

    def people(self, batch: str, count: int) -> list[Profile]:
        """So many people who are reached by SMS. The batch tells their workflows apart."""
        return [Profile.of({"user_id": f"{batch}-{n}", "phone": self.phone()}) for n in range(count)]

    async def enrolled(self, people: Sequence[Profile]) -> list[Opened]:
        """People stored and enrolled, whose workflows wait to be started."""
        return [await asyncio.to_thread(self._enroll, one) for one in people]

    def _enroll(self, one: Profile) -> Opened:
        now = datetime.now(UTC)
        with self.database.session() as session:
            crowd.create(session, [one.user_id], now)
            crowd.save_addresses(session, {(one.user_id, channel): to for channel, to in one.addresses.items()})
            (journey,) = newest_of_each(session)
        return records.enter(self.database, one.user_id, journey.journey, "", now)

    async def all(self, what: str, work: Sequence[Coroutine[Any, Any, Any]]) -> None:
        """Do it all, some at a time."""
        free = asyncio.Semaphore(AT_ONCE)
        with self.teller.counting(what, len(work)) as count:

            async def one(piece: Coroutine[Any, Any, Any]) -> None:
                async with free:
                    await piece
                count()

            await asyncio.gather(*map(one, work))

    async def until(self, holds: Callable[[], Awaitable[bool]], every_s: float = 0.2) -> None:
        """Wait for it. Raises Unreachable when a part of the stack dies: nothing measured then would count."""
        pids = dict(self.stack.info.pids)
        async with asyncio.timeout(PATIENCE_S):
            while not await holds():
                self.stack.supervise()
                if self.stack.info.pids != pids:
                    raise Unreachable("a part of the stack died while it was measured; run it again")
                await asyncio.sleep(every_s)


def new_batch() -> str:
    """A prefix of ids that was never used before; with a letter, since digits alone would pass for a phone number."""
    return f"b{uuid4().hex[:8]}"
