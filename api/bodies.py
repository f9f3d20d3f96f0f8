"""Reads the body of a request, never more of it than its path takes, and no longer than a patient sender needs."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.headers import header
from api.problems import Problem

MOST_BYTES = 512_000  # of a body of ours: the largest is a person with 32,000 bytes of attributes
PATIENCE_S = 30.0
Limit = Callable[[str], int]


class SenderLeft(Exception):
    """The connection ended before the body did; there is nobody to answer."""


class Bodies:
    """Hands a body on in one piece. `limit` tells how much a path takes, `any_type` whether it need not be JSON."""

    def __init__(self, app: ASGIApp, limit: Limit, any_type: Callable[[str], bool]) -> None:
        self._app = app
        self._limit = limit
        self._any_type = any_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, check, pass on."""
        try:
            body = await read(scope, receive, self._limit(scope["path"]))
            if body and not self._any_type(scope["path"]):
                check_type(header(scope, b"content-type"))
        except Problem as problem:
            await problems.refuse(problem, scope, receive, send)
        except SenderLeft:
            pass
        else:
            await self._app(scope, again(body, receive), send)


async def read(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body. Raises 400, 408, 413, or SenderLeft."""
    told = header(scope, b"content-length")
    if told and not (told.isascii() and told.isdigit()):
        raise Problem(400, "malformed", "Content-Length is no number")
    if told and int(told[:18]) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _pieces(receive, most)
    except TimeoutError:
        closing = {"Connection": "close"}
        raise Problem(408, "too-slow", f"the body was not here after {PATIENCE_S:g} s", headers=closing) from None


def check_type(content_type: str) -> None:
    """Raises 415 for anything but JSON."""
    media = content_type.partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise Problem(415, "not-json", "send the body as Content-Type: application/json")


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives this body, and then waits for the end of the connection."""
    first = True

    async def replay() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


async def _pieces(receive: Receive, most: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderLeft
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Problem:
    """The connection is closed with it, since nobody reads the rest."""
    return Problem(413, "too-large", f"the body is larger than {most:,} bytes", headers={"Connection": "close"})
