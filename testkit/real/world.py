"""A world on the real server: a namespace, an empty database and a worker of one test's own."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, WorkflowEnvironment

from activities.composer import Composer
from client import records
from client.inputs import Happened
from client.journeys import heard
from domain.journey.program import Program
from domain.stimuli import EventSeen
from models import enrollments, people
from models.journeys import ZONE, publish
from runtime.temporal import ensure_search_attributes
from testkit.people import Person
from testkit.provider import CHANNELS, Provider
from testkit.real.fakes import ToldChannel
from testkit.real.passage import RealPassage, Stage
from testkit.real.present import Present
from testkit.real.servers import BY_HAND, Servers, emptied
from testkit.real.work import working
from testkit.shelf import Shelf
from testkit.times import START
from testkit.world import not_again
from workflows.inputs import SEARCH_ATTRIBUTES

QUEUE = "homing"
RETENTION = Duration(seconds=86_400)  # the least that the server takes


class RealWorld:
    """As `testkit.world.World` says."""

    exact_to = timedelta(minutes=1)

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._now = START
        self._passages: list[RealPassage] = []

    def prepare(self, programs: Sequence[Program]) -> None:
        """Publish them."""
        with self._stage.database.session() as session:
            for program in programs:
                publish(session, program.journey, self._stage.present.now)

    def enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> RealPassage:
        """A person enters."""
        return self._stage.loop.run(self._enter(person, program, key, entry))

    def reach(self, instant: datetime) -> None:
        """Time passes for all workflows at once."""
        self._stage.loop.run(self._reach(instant))

    def tell(self, person: Person, event: EventSeen) -> None:
        """By the client, as a backend reports it."""
        self._stage.loop.run(self._tell(person, event))

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """By the client's own ways."""
        self._stage.loop.run(self._learn(person, attributes))

    async def _enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> RealPassage:
        await self._catch_up()
        database, present = self._stage.database, self._stage.present
        await asyncio.to_thread(self._save, person)
        opened = await asyncio.to_thread(
            records.enter, database, person.user, program.journey.journey, key, present.now
        )
        if not opened.created:
            raise not_again(person, program)
        await present.journeys.start(opened, heard(opened, _happened(person, entry), present.now))
        passage = RealPassage(self._stage, opened)
        self._passages.append(passage)
        await self._settle()
        return passage

    async def _reach(self, instant: datetime) -> None:
        passes = instant - self._now
        if passes:
            await asyncio.gather(*(passage.forward(passes) for passage in self._passages))
        self._now = instant
        await self._settle()

    async def _tell(self, person: Person, event: EventSeen) -> None:
        await self._catch_up()
        await self._stage.present.homing.event(_happened(person, event))
        await self._settle()

    async def _learn(self, person: Person, attributes: dict[str, Any]) -> None:
        await self._catch_up()
        await asyncio.to_thread(self._save, person)
        for opened in await asyncio.to_thread(self._looking, person, [*attributes, ZONE]):
            await self._stage.present.journeys.change(opened)
        await self._settle()

    async def _catch_up(self) -> None:
        """The client's time is that of the workflow that is furthest, so that no event comes from before a step."""
        reached = [await passage.now() for passage in self._passages]
        self._stage.present.show(max([self._now, *reached]))

    async def _settle(self) -> None:
        await asyncio.gather(*(passage.settle() for passage in self._passages))

    def _save(self, person: Person) -> None:
        now = self._stage.present.now
        row = people.Person(
            id=person.user,
            locale=person.locale,
            zone=person.zone or records.UNKNOWN_ZONE,
            channels=list(person.channels),
            attributes=person.attributes,
            created_at=now,
            updated_at=now,
        )
        with self._stage.database.session() as session:
            people.save_person(session, row, ["locale", "zone", "channels"])
            people.save_addresses(session, person.user, person.addresses)

    def _looking(self, person: Person, attributes: list[str]) -> list[enrollments.Opened]:
        with self._stage.database.session() as session:
            rows = enrollments.running(session, person.user, attributes=attributes)
            return [enrollments.on_version(session, row) for row in rows]


@contextmanager
def played_for_real(servers: Servers, shelf: Shelf, provider: Provider) -> Iterator[RealWorld]:
    """The world of one test."""
    with servers.loop.holding(_staged(servers, shelf, provider)) as stage:
        yield RealWorld(stage)


@asynccontextmanager
async def _staged(servers: Servers, shelf: Shelf, provider: Provider) -> AsyncIterator[Stage]:
    skipper = await _in_namespace_of_its_own(servers.temporal)
    database = await asyncio.to_thread(emptied, servers.database)
    channels = {name: ToldChannel(name, provider) for name in CHANNELS}
    composer = Composer(shelf.templates, channels, shelf.place.product)
    present = Present(skipper.client, database, QUEUE, START)
    async with working(skipper.client, QUEUE, database, composer, channels, present):
        yield Stage(servers.loop, skipper, database, present)


async def _in_namespace_of_its_own(environment: WorkflowEnvironment) -> TimeSkipper:
    """So that two tests may have a person of the same id, who falls into the same shares of splits."""
    name = f"test-{uuid4().hex[:8]}"
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=RETENTION)
    await environment.client.workflow_service.register_namespace(request)
    client = await environment.connect_client(namespace=name, data_converter=pydantic_data_converter)
    await ensure_search_attributes(client, SEARCH_ATTRIBUTES)
    return TimeSkipper(client, config=BY_HAND)


def _happened(person: Person, event: EventSeen) -> Happened:
    properties = {"message_id": event.id, "properties": event.properties}
    return Happened.of({"user_id": person.user, "name": event.name, **properties})
