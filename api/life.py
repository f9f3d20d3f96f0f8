"""From the start of the process to its end: wait for the database, serve, relay, and stop in the right order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI

from api import outbox, server
from api.listening import listening
from api.parts import Parts
from domain.errors import HomingError
from models import requests, sends, verifications
from models.database import Database
from runtime.process import on_signals
from runtime.waiting import until_reached

DRAIN_S, LOOK_EVERY_S = 2.0, 0.05
SWEEP_EVERY_S = 600.0  # answers that are kept for a day need no sharper broom

log = structlog.get_logger()


async def live(parts: Parts, app: FastAPI) -> None:
    """Until a signal comes, or something fails that must not. The server ends first, the relay after it."""
    stop = asyncio.Event()
    on_signals("api", stop.set)
    config = parts.config
    serving = server.serving(app, config.api_address, config.shutdown_grace_seconds)
    streams = listening(parts.database.engine, parts.hub)
    async with _beside(stop) as begin, _drained(parts), serving, streams:
        if await _before(stop, _wait_for(parts.database, config.boot_patience_seconds)):
            begin(parts.relay.run())
            begin(app.state.following.run())
            begin(_sweep(parts.database))
            parts.checks["database"] = lambda: asyncio.to_thread(parts.database.ping)
            log.info("api.started", address=config.api_address, pace=config.pace)
            await stop.wait()
    log.info("api.stopped")


@asynccontextmanager
async def _drained(parts: Parts) -> AsyncIterator[None]:
    """What was accepted is told before the end, if that takes a moment; what is left is for the next process."""
    yield
    for _ in range(int(DRAIN_S / LOOK_EVERY_S)):
        left = await asyncio.to_thread(outbox.figures, parts.database) if parts.checks else None
        if left is None or not left.waiting:
            break
        await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def _beside(stop: asyncio.Event) -> AsyncIterator[Any]:
    """Gives a function that runs something until the block ends; if that ends by itself, all of it stops."""
    tasks: list[asyncio.Task[None]] = []

    def begin(work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(lambda _: stop.set())
        tasks.append(task)

    try:
        yield begin
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for failed in ended:
        if isinstance(failed, Exception):
            raise failed


async def _before(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do this, but not beyond the end. Whether it was done."""
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
        return False
    await doing
    return True


async def _wait_for(database: Database, patience_s: float) -> None:
    """PostgreSQL may come up after us."""
    looking = partial(asyncio.to_thread, database.check_schema)
    await until_reached(looking, patience_s, lambda why: log.warning("api.waiting", why=why))


async def _sweep(database: Database) -> None:
    """Forget answers that are older than a day, and verifications that are older than a month."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        try:
            await asyncio.to_thread(_forget, database)
        except HomingError as error:
            log.warning("requests.unswept", why=str(error))


def _forget(database: Database) -> None:
    with database.session() as session:
        for kept in (requests, verifications, sends):
            kept.forget(session, datetime.now(UTC))
