"""Short links: whoever follows one is sent on, to what is stored of it and nowhere else."""

import asyncio
import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.following import Following
from api.link_pages import come_back, told
from api.pages import HEADERS
from client.clicks import says_it_is_a_machine
from domain.errors import Unreachable

router = APIRouter(include_in_schema=False)
SENT_ON = {
    name: HEADERS[name] for name in ("Cache-Control", "Referrer-Policy", "X-Content-Type-Options", "X-Robots-Tag")
}
# A browser, or a program for it, looks at what somebody may open next.
AHEAD = ("purpose", "sec-purpose", "x-purpose", "x-moz")


@router.get("/l/{link:path}")
async def follow(link: str, request: Request) -> Response:
    """Sent on, and counted."""
    following = _following(request)
    machine = _is_ahead(request.headers) or says_it_is_a_machine(request.headers.get("user-agent", ""))
    answer = await _sent(request, lambda: following.clicks.follow(link, datetime.now(UTC), machine=machine))
    following.wake()
    return answer


@router.head("/l/{link:path}")
async def look(link: str, request: Request) -> Response:
    """Where it leads; looking is no click."""
    return await _sent(request, lambda: _following(request).clicks.target(link))


async def _sent(request: Request, find: Callable[[], str | None]) -> Response:
    try:
        url = await asyncio.to_thread(find)
    except Unreachable:
        return come_back(request)
    if url is None:
        return told(request, "nowhere", 404)
    # Addresses may have letters of any language; what is ASCII stays as it was written.
    return Response(status_code=302, headers={**SENT_ON, "Location": quote(url, safe=string.punctuation)})


def _is_ahead(headers: Mapping[str, str]) -> bool:
    return any("prefetch" in headers.get(name, "") or "preview" in headers.get(name, "") for name in AHEAD)


def _following(request: Request) -> Following:
    found: Following = request.app.state.following
    return found
