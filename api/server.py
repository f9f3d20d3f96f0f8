"""Serves an app until it is told to stop; then it takes nothing new and finishes what it has begun."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from runtime.addresses import listen, split

VARIABLE = "HOMING_API_ADDRESS"
BACKLOG = 2048
IDLE_S = 75  # longer than the idle time of usual proxies (60 s), which else meet a connection that just closed


@asynccontextmanager
async def serving(app: FastAPI, address: str, grace_s: float) -> AsyncIterator[None]:
    """For as long as the block lasts. Raises Conflict if the port is taken, Misconfigured if impossible."""
    socket = listen(*split(address, VARIABLE), VARIABLE)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=max(1, int(grace_s)),
        lifespan="off",
        ws="none",
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([socket]))  # without uvicorn's signal handlers: the process has its own
    try:
        yield
    finally:
        server.should_exit = True
        await task
