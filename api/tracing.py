"""Around each request: its id, its line in the log, its place in the metrics, and an answer even if all else fails.

The log has the route's template and never the path, which holds a person's id at best and an address at worst.
"""

import logging
import re
import time
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.headers import header
from api.meters import Meters
from api.problems import Problem

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
NO_ROUTE = "-"
QUIET = {"/healthz", "/readyz", "/metrics"}  # asked every few seconds, and nobody wants to read it

log = structlog.get_logger()


class Tracing:
    """The outermost middleware of ours."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = header(scope, b"x-request-id")
        request_id = given if SANE.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        answer = Answer(send, request_id)
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer.send)
            except Exception:  # the last place where anything is caught
                log.exception("request.failed", route=route_of(scope))
                if not answer.status:
                    failed = Problem(500, "failed", problems.IN_CONFIDENCE["failed"])
                    await problems.answer(failed, scope)(scope, receive, answer.send)
            finally:
                ended = answer.began if scope["state"].get("stays_open") else time.perf_counter()
                self._note(scope, answer.status, ended - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """A request whose sender left before the answer has status 0."""
        route = route_of(scope)
        self._meters.answered(scope["method"], route, status, seconds)
        key = scope["state"].get("key")
        more = {"why": why} if (why := scope["state"].get("why")) else {}
        took = round(seconds * 1000, 1)
        log.log(
            _level(route, status),
            "request.answered",
            method=scope["method"],
            route=route,
            status=status,
            ms=took,
            key=key.id if key else None,
            **more,
        )


def _level(route: str, status: int) -> int:
    """What somebody has to mend is an error; a service that is away, most often not ours to mend, a warning."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.WARNING if status == HTTPStatus.SERVICE_UNAVAILABLE else logging.ERROR
    return logging.DEBUG if route in QUIET else logging.INFO


class Answer:
    """Passes an answer on, with the request's id, and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.began = 0.0  # what stays open is measured until then

    async def send(self, message: Message) -> None:
        """As ASGI has it."""
        if message["type"] == "http.response.start":
            self.status, self.began = int(message["status"]), time.perf_counter()
            message["headers"] = [*message.get("headers", []), (b"x-request-id", self._request_id.encode())]
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The template of the route that took the request."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
