"""The worker: runs journeys and their activities. Everything it needs comes from settings.

HOMING_DATABASE_URL=postgresql://... TEMPORAL_ADDRESS=temporal:7233 python worker.py
"""

import asyncio
import sys
from contextlib import nullcontext
from functools import partial

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.hearing import check_hearing
from activities.senders import register
from channels.hearing import unheard
from domain.errors import Unreachable
from models.database import Database
from runtime import process, temporal
from runtime.health import Check
from runtime.settings import Settings
from runtime.waiting import until_reached
from worker_parts import Parts
from workflows.inputs import SEARCH_ATTRIBUTES

log = structlog.get_logger()


async def run(config: Settings) -> None:
    """Work until a signal asks to stop; then finish what has begun."""
    parts = Parts(config)
    work = asyncio.create_task(_work(parts))
    process.on_signals("worker", work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        log.info("worker.stopped")
    finally:
        parts.database.close()


async def _work(parts: Parts) -> None:
    async with parts.health.serving() if parts.health else nullcontext():
        await _work_on_connections(parts)


async def _work_on_connections(parts: Parts) -> None:
    patience = parts.config.boot_patience_seconds
    client = await temporal.connect(patience_s=patience, runtime=parts.runtime, on_wait=_say_waiting)
    await until_reached(partial(asyncio.to_thread, parts.database.check_schema), patience, _say_waiting)
    await asyncio.to_thread(parts.database.check_clock)
    await asyncio.to_thread(register, parts.database, parts.channels.values(), parts.rates)
    await asyncio.to_thread(check_hearing, parts.database, unheard(parts.config))
    missing = await _search_attributes(client)
    worker = parts.worker(client)
    async with worker:
        if parts.health:
            parts.health.checks |= _checks(client, parts.database, worker)
        log.info("worker.started", task_queue=parts.config.task_queue, pace=parts.config.pace, registered=missing)
        await asyncio.Event().wait()  # until a signal, or an end of the worker's own, cancels it


def _say_waiting(why: str) -> None:
    log.warning("worker.waiting", why=why)


async def _search_attributes(client: Client) -> list[str]:
    """Make those that are missing; where that is an administrator's to do, as in Temporal Cloud, say so and work on."""
    try:
        return await temporal.ensure_search_attributes(client, SEARCH_ATTRIBUTES)
    except temporal.NotOurs as error:
        log.warning("search_attributes.unverified", what=str(error))
        return []


def _checks(client: Client, database: Database, worker: Worker) -> dict[str, Check]:
    async def temporal_answers() -> None:
        if not worker.is_running:
            raise Unreachable("the worker does not poll")
        await temporal.ping(client)

    async def database_answers() -> None:
        await asyncio.to_thread(database.check_clock)

    return {"temporal": temporal_answers, "database": database_answers}


def main() -> int:
    """The exit code; otherwise than 0 with the reason in one line."""
    return process.run("worker", run)


if __name__ == "__main__":
    sys.exit(main())
