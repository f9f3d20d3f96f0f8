"""Two questions that an orchestrator asks over HTTP: are you alive, and can you work?"""

from collections.abc import Awaitable, Callable, Mapping

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from domain.errors import HomingError
from runtime.addresses import check_free, split

Check = Callable[[], Awaitable[None]]


class HealthServer:
    """Serves `/healthz` (200 while the process runs) and `/readyz` (503 with the reason until every check passes)."""

    def __init__(self, address: str, checks: Mapping[str, Check]) -> None:
        self._host, self._port = split(address, "HOMING_HEALTH_ADDRESS")
        self._checks = checks
        config = uvicorn.Config(self._app(), host=self._host, port=self._port, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)

    async def serve(self) -> None:
        """Serve until `stop`. Raises Conflict if the port is taken."""
        check_free(self._host, self._port, "HOMING_HEALTH_ADDRESS")
        await self._server._serve()  # without its signal handlers: the worker has its own

    def stop(self) -> None:
        """Let `serve` return."""
        self._server.should_exit = True

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.get("/healthz")
        async def healthz() -> dict[str, str]:
            return {"status": "alive"}

        @app.get("/readyz")
        async def readyz() -> JSONResponse:
            failing = {}
            for name, check in self._checks.items():
                try:
                    await check()
                except HomingError as error:
                    failing[name] = str(error)
            return JSONResponse({"status": "failing" if failing else "ready", **failing}, 503 if failing else 200)

        return app
