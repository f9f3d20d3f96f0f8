"""Relays as processes have them, and what waits for them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import text

from client.relay import Relay
from models import crowd, outbox
from models.database import Database
from models.outbox import Telling


@asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[None]:
    """As long as the block lasts; then they are stopped as an API stops them."""
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def rows(database: Database) -> list[Any]:
    """What is in the outbox, oldest first."""
    with database.session() as session:
        return list(session.connection().execute(text("select * from outbox order by id")).mappings())


def add(database: Database, tellings: Iterable[Telling]) -> list[int]:
    """Rows for people, by their ids."""
    tellings = list(tellings)
    with database.session() as session:
        crowd.hold(session, {one.user_id for one in tellings})
        return outbox.add(session, tellings)
