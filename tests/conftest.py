"""The real things that tests run on: PostgreSQL, a Temporal server with virtual time, and the sandbox."""

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings
from temporalio.testing import WorkflowEnvironment

from models.database import Database
from testkit.real import servers
from tests.stage import Stage, staged

# How long an example takes says something of the machine, and of who else uses it.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

pytest_plugins = ["testkit.plugin", "pytester"]

# Suggest to continue as new early, so that tests need not write thousands of events to see it; and remove what is to
# be removed within a second, not within half a minute.
SHORT_HISTORIES = ["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=100"]
for queue in ("transfer", "visibility"):
    SHORT_HISTORIES += ["--dynamic-config-value", f'history.{queue}ProcessorUpdateAckInterval="500ms"']


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this test suite."""
    parser.addoption("--record-histories", action="store_true", help="record the histories that replay tests use")
    parser.addoption("--renew-golden", action="store_true", help="write down what the shipped templates say now")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this test run's own."""
    with servers.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def homing_postgres(postgres: str) -> str:
    """The test kit's, for journeys played for real: the same."""
    return postgres


@pytest.fixture(scope="session")
def migrated(postgres: str) -> Iterator[Database]:
    """The database with its schema."""
    with servers.migrated(postgres) as database:
        yield database


@pytest.fixture
def database(migrated: Database) -> Database:
    """The database, empty."""
    return servers.emptied(migrated)


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The real Temporal server, with a virtual clock for each workflow that tests move by hand."""
    async with servers.temporal_server(*SHORT_HISTORIES) as environment:
        yield environment


@pytest.fixture
async def stage(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Stage]:
    """A worker with fake channels on the real server and database, and a client: ready for journeys."""
    async with staged(temporal, database) as ready:
        yield ready
