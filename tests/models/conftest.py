"""Databases that tests may ruin, on the PostgreSQL of the test run."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from models.database import Database


@pytest.fixture
def fresh(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database and gives its address."""
    made: list[str] = []
    database = Database(postgres)
    server = database.engine.execution_options(isolation_level="AUTOCOMMIT")

    def make() -> str:
        made.append(f"fresh_{uuid4().hex}")
        with server.connect() as connection:
            connection.execute(text(f"create database {made[-1]}"))
        return make_url(postgres).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        connection.execute(text("set statement_timeout = 0"))  # it waits for a checkpoint
        for name in made:
            connection.execute(text(f"drop database {name} with (force)"))
    database.close()
