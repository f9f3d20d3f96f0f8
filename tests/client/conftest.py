"""A client whose Temporal goes away."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RetryConfig

import client.journeys
from client.homing import Homing
from client.journeys import Journeys
from domain.clock import Clock
from tests.stage import Stage


class Line:
    """A line to a server, that can be cut."""

    def __init__(self, target: str) -> None:
        self._host, _, self._port = target.rpartition(":")
        self._ends: list[asyncio.StreamWriter] = []
        self._passing: set[asyncio.Task[None]] = set()

    async def lay(self, port: int = 0) -> str:
        """The address of its near end."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Nobody answers any more, and those who were speaking are cut off."""
        self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, int(self._port))
        self._ends += [writer, far_writer]
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            self._passing.add(asyncio.create_task(_pass_on(source, sink)))


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65_536):
            sink.write(data)
    sink.close()


@pytest.fixture
async def cut_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Homing:
    """A client of the stage that was connected well, until Temporal went down; the database still answers."""
    monkeypatch.setattr(client.journeys, "PATIENCE", timedelta(seconds=0.5))
    line = Line(stage.environment.client.service_client.config.target_host)
    hasty = RetryConfig(max_elapsed_time_millis=500)
    temporal = await Client.connect(await line.lay(), data_converter=pydantic_data_converter, retry_config=hasty)
    line.cut()
    return Homing(stage.database, Journeys(temporal, Clock(), stage.task_queue), Clock())
