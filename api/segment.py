"""The Segment protocol over HTTP: its clients, pointed here, work unchanged. docs/segment.md shows how."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from api import segment_schema, segment_speech, segment_taking
from api.headers import header
from api.parts import parts_of
from api.problems import Problem
from api.security import BASIC, source_of, write_key_of
from api.segment_bodies import inflated
from domain.errors import BadInput
from tracking.batches import Reading, Refused, calls_of, parse, read

MOST_SHOWN = 100  # refusals in one answer

log = structlog.get_logger()
router = APIRouter(tags=["Segment protocol"])


async def take_in(request: Request, kind: str | None) -> JSONResponse:
    """A request of the protocol: a batch, or a single call of the kind that its path names."""
    received = datetime.now(UTC)
    body = await _body(request)
    reading = await asyncio.to_thread(_read, body, received, request, kind)
    refused = await segment_taking.take(parts_of(request), reading)
    return _answer(request, reading, refused)


async def _body(request: Request) -> dict[str, Any]:
    """The body of a caller with a write key. Browsers that cannot send headers have it in the body."""
    write_key = write_key_of(request)
    if write_key:
        await source_of(request, write_key)
    body = await asyncio.to_thread(_parsed, await request.body(), header(request.scope, b"content-encoding"))
    if not write_key:
        given = body.get("writeKey")
        await source_of(request, given if isinstance(given, str) else "")
    return body


def _parsed(body: bytes, encoding: str) -> dict[str, Any]:
    return parse(inflated(body, encoding, segment_speech.MOST_BYTES))


def _read(body: Mapping[str, Any], received: datetime, request: Request, kind: str | None) -> Reading:
    calls = [body] if kind else calls_of(body)
    return read(calls, body.get("sentAt"), received, parts_of(request).clock, kind)


def _answer(request: Request, reading: Reading, refused: list[Refused]) -> JSONResponse:
    """200 if anything was good: the client cannot mend the rest, and would send, or lose, all of it."""
    details = {name: _shown(them) for name, them in (("rejected", refused), ("left_out", reading.left_out)) if them}
    if details:
        counts = {"rejected": len(refused), "left_out": len(reading.left_out)}
        log.warning("segment.refused", source=request.state.key.id, **counts)
    places = {*reading.places, *(one.index for one in refused)}
    if refused and len(refused) == len(places) and not reading.not_for_us:
        more = f", and {len(refused) - 1} more" if len(refused) > 1 else ""
        return segment_speech.refusal(400, f"{refused[0].message}{more}", details=details)
    return segment_speech.taken(details)


def _shown(refused: list[Refused]) -> list[dict[str, Any]]:
    return [one.as_json() for one in refused[:MOST_SHOWN]]


async def preflight() -> Response:
    """Browsers ask first whether they may call."""
    return Response(status_code=200, headers=segment_speech.PREFLIGHT)


@router.get("/v1/projects/{write_key}/settings", include_in_schema=False)
async def browser_settings(request: Request, write_key: str) -> JSONResponse:
    """What Segment's browser client loads first: where to send to."""
    protocol, _, host = (parts_of(request).config.public_url or str(request.base_url)).rstrip("/").partition("://")
    here = {"apiKey": write_key, "apiHost": f"{host}/v1", "protocol": protocol}
    settings = {"integrations": {"Segment.io": here}, "plan": {}, "metrics": {"sampleRate": 0}}
    return JSONResponse(settings, headers=segment_speech.ANY_SITE)


def _taking(kind: str | None) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def endpoint(request: Request) -> JSONResponse:
        try:
            return await take_in(request, kind)
        except BadInput as error:
            raise Problem(400, "malformed", str(error)) from error

    return endpoint


for name in (*segment_speech.BATCHES, *segment_speech.KINDS):
    kind = segment_speech.KINDS.get(name)
    router.add_api_route(
        f"/v1/{name}",
        _taking(kind),
        methods=["POST"],
        name=f"segment_{name}",
        summary=segment_schema.summary(kind),
        openapi_extra=segment_schema.described(kind),
        responses=segment_schema.ANSWERS,
        dependencies=[Depends(BASIC)],
        include_in_schema=len(name) > 1 and name != "import",
    )
    router.add_api_route(f"/v1/{name}", preflight, methods=["OPTIONS"], include_in_schema=False)
