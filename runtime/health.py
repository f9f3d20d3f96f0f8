"""Two questions that an orchestrator asks over HTTP: are you alive, and can you work?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.errors import HomingError
from runtime.addresses import listen, split

Check = Callable[[], Awaitable[None]]
VARIABLE = "HOMING_HEALTH_ADDRESS"


class HealthServer:
    """Serves `/healthz` (200 while the process runs) and `/readyz` (503 with the reasons until every check passes).

    `checks` may be filled while it serves; without any the process is starting.
    """

    def __init__(self, address: str) -> None:
        self._host, self._port = split(address, VARIABLE)
        self.checks: dict[str, Check] = {}
        routes = [Route("/healthz", self._alive), Route("/readyz", self._ready)]
        # Starlette and not FastAPI, which a worker does not need otherwise and which takes long to import.
        self._server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve for as long as the block lasts. Raises Conflict if the port is taken, Misconfigured if impossible."""
        socket = listen(self._host, self._port, VARIABLE)
        # Without uvicorn's signal handlers: the worker has its own.
        task = asyncio.create_task(self._server._serve([socket]))
        try:
            yield
        finally:
            self._server.should_exit = True
            await task

    async def _alive(self, _: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def _ready(self, _: Request) -> JSONResponse:
        failing = await examine(self.checks, "worker")
        return JSONResponse({"status": "failing" if failing else "ready", **failing}, 503 if failing else 200)


async def examine(checks: Mapping[str, Check], process: str) -> dict[str, str]:
    """What fails, with its reason; the process itself while there is nothing to check."""
    failing = {} if checks else {process: "starting"}
    for name, check in checks.items():
        try:
            await check()
        except HomingError as error:
            failing[name] = str(error)
    return failing
