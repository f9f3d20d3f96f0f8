"""The stage of one test on the real server: a namespace, an empty database and a worker of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, WorkflowEnvironment

from activities.composer import Composer
from runtime.temporal import ensure_search_attributes
from testkit.provider import CHANNELS, Provider
from testkit.real.confirming import Expected
from testkit.real.fakes import ToldChannel
from testkit.real.passage import Stage
from testkit.real.present import Present
from testkit.real.servers import BY_HAND, Servers, emptied
from testkit.real.work import working
from testkit.real.world import RealWorld
from testkit.shelf import Shelf
from testkit.times import START
from workflows.inputs import SEARCH_ATTRIBUTES

QUEUE = "homing"
RETENTION = Duration(seconds=86_400)  # the least that the server takes


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
    composer = Composer(shelf.templates, channels, shelf.place.product, shelf.policy)
    present = Present(skipper.client, database, QUEUE, START)
    codes = Expected(database)
    async with working(skipper.client, QUEUE, database, composer, channels, present, confirming=codes):
        yield Stage(servers.loop, skipper, database, present)


async def _in_namespace_of_its_own(environment: WorkflowEnvironment) -> TimeSkipper:
    """So that two tests may have a person of the same id, who falls into the same shares of splits."""
    name = f"test-{uuid4().hex[:8]}"
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=RETENTION)
    await environment.client.workflow_service.register_namespace(request)
    client = await environment.connect_client(namespace=name, data_converter=pydantic_data_converter)
    await ensure_search_attributes(client, SEARCH_ATTRIBUTES)
    return TimeSkipper(client, config=BY_HAND)
