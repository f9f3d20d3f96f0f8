"""The one connection of this process on which PostgreSQL tells whose pages are to look again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Engine

from api.hub import Hub
from domain.errors import Unreachable
from models import live
from models.live import Ear

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0  # between two tries to connect

log = structlog.get_logger()


@asynccontextmanager
async def listening(engine: Engine, hub: Hub) -> AsyncIterator[None]:
    """For as long as the block lasts; at its end all streams end, so that the server can."""
    task = asyncio.create_task(_listen(engine, hub))
    try:
        yield
    finally:
        hub.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(engine: Engine, hub: Hub) -> None:
    """For ever. After a break everybody looks again: what was told meanwhile, nobody has heard."""
    pause = SHORTEST_PAUSE_S
    while True:
        try:
            ear = await asyncio.to_thread(Ear, engine)
        except Unreachable:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            continue
        pause = SHORTEST_PAUSE_S
        hub.tell_everybody(live.INBOX, live.CHECKLIST)
        log.info("live.listening", streams=len(hub))
        await _hear(ear, hub)
        log.warning("live.deaf", effect="pages learn of nothing new until PostgreSQL is back")


async def _hear(ear: Ear, hub: Hub) -> None:
    """Until the connection ends."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def hear() -> None:
        try:
            for kind, user in ear.heard():
                hub.tell(kind, user)
        except Unreachable:
            loop.remove_reader(place)
            ended.set()

    place = ear.fileno()
    loop.add_reader(place, hear)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(place)
        ear.close()
