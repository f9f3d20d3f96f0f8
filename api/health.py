"""Is the process alive, and can it work? Asked by orchestrators, which have no key."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.parts import parts_of
from runtime.health import examine

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> JSONResponse:
    """200 while the process runs."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """503 with the reasons until it can take input in. That Temporal is away is no reason: input is stored."""
    failing = await examine(parts_of(request).checks, "api")
    return JSONResponse({"status": "failing" if failing else "ready", **failing}, 503 if failing else 200)
