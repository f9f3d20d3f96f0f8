"""The place, and the books alone."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from models.database import Database
from tests.verification.place import Books, Place, books_on, place_on


@pytest.fixture
def books(database: Database) -> Books:
    """The transactions on an empty database."""
    return books_on(database)


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Place]:
    """An API and a worker on a task queue of their own."""
    async with place_on(temporal, database, f"codes-{uuid4().hex[:8]}") as ready:
        yield ready
