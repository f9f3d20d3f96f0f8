"""Metrics for Prometheus, which shows a key with the scope `metrics` as a bearer token."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.parts import parts_of
from api.security import needs
from domain.keys import Scope

router = APIRouter(tags=["Operations"], dependencies=[needs(Scope.METRICS)])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Answers by route and status with their latency, items taken, and what the outbox still holds."""
    page = await asyncio.to_thread(parts_of(request).meters.page)
    return Response(page, media_type=CONTENT_TYPE_LATEST)
