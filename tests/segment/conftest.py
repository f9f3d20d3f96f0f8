"""A live API, and people whom no other test has."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from models.database import Database
from tests.segment.live import Live, live_api, with_write_key


@pytest.fixture(scope="package")
def api_environment(postgres: str, temporal: WorkflowEnvironment) -> dict[str, str]:
    """The settings of an API on the servers of this test run."""
    address = temporal.client.service_client.config.target_host
    return {"HOMING_DATABASE_URL": postgres, "TEMPORAL_ADDRESS": address}


@pytest.fixture(scope="package")
def running(api_environment: dict[str, str], migrated: Database) -> Iterator[Live]:
    """One API for all tests here, and gone after them: its relay would tell what other tests have stored."""
    with live_api(api_environment) as api:
        yield api


@pytest.fixture
def live(running: Live, database: Database) -> Live:
    """The API on an empty database, with a new write key."""
    return with_write_key(running, database)


@pytest.fixture
def alice() -> str:
    """A user id that no other test has."""
    return f"alice-{uuid4().hex[:8]}"
