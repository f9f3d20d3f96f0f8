"""The pages behind the links in messages: one click to unsubscribe, and the preference centre.

Looking changes nothing, because the scanners of mail servers look at every link. A POST acts at once: from the
button of a page, or from a mail program that unsubscribes by itself (RFC 8058). The link is all that is asked for.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.link_pages import come_back, told
from api.pages import HEADERS, button, filled, form, heading, page, status
from api.parts import Parts, parts_of
from api.preference_page import View
from client.preferences import Act, Centre, Wish
from domain.errors import Unreachable
from domain.preferences.links import Expired, Forged, Purpose

router = APIRouter(include_in_schema=False)
ONE_CLICK = "One-Click"  # what RFC 8058 posts as `List-Unsubscribe`
PRESSED = "unsubscribe"  # what the button of our own page posts as `act`
Found = TypeVar("Found")


@router.head("/u/{token:path}")
@router.get("/u/{token:path}")
async def ask(token: str, request: Request) -> HTMLResponse:
    """The question, with a button; or that it is so already."""
    parts = parts_of(request)
    found = await _with(request, lambda: parts.preferences.look(Purpose.UNSUBSCRIBE, token, _now()))
    if isinstance(found, HTMLResponse):
        return found
    view = _view(parts, found)
    words = view.words
    if found.unsubscribed:
        return _unsubscribed(view, parts, fresh=False)
    body = heading(view.say(words.unsubscribe_ask)) + f"<p>{view.say(words.unsubscribe_effect)}</p>"
    body += form(button(words.unsubscribe, PRESSED)) + _choose(view, parts)
    return page(view.language, f"{words.unsubscribe} · {view.product}", body)


@router.post("/u/{token:path}")
async def unsubscribe(
    token: str,
    request: Request,
    one_click: Annotated[str, Form(alias="List-Unsubscribe")] = "",
    act: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """No more about that topic. The same again is no error; what neither button nor mail program has sent is asked."""
    if one_click != ONE_CLICK and act != PRESSED:
        return await ask(token, request)
    parts, source = parts_of(request), "one-click" if one_click == ONE_CLICK else "unsubscribe page"
    found = await _with(request, lambda: parts.preferences.unsubscribe(token, source, _now()))
    if isinstance(found, HTMLResponse):
        return found
    shown, stored = found
    parts.told(stored)
    return _unsubscribed(_view(parts, shown), parts, fresh=True)


@router.head("/p/{token:path}")
@router.get("/p/{token:path}")
async def show(token: str, request: Request, done: str = "") -> HTMLResponse:
    """The preference centre."""
    parts = parts_of(request)
    found = await _with(request, lambda: parts.preferences.look(Purpose.PREFERENCES, token, _now()))
    if isinstance(found, HTMLResponse):
        return found
    view = _view(parts, found)
    return page(view.language, view.title(done), view.body(done))


@router.post("/p/{token:path}")
async def change(
    token: str,
    request: Request,
    act: Annotated[Act, Form()],
    was: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
    on: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Do it, and show the page again, so that reloading it does nothing."""
    parts, wish = parts_of(request), Wish(act, frozenset(was), frozenset(on))
    found = await _with(request, lambda: parts.preferences.change(token, wish, _now()))
    if isinstance(found, HTMLResponse):
        return found
    parts.told(found)
    return Response(status_code=303, headers={**HEADERS, "Location": f"?done={act}"})


async def _with(request: Request, work: Callable[[], Found]) -> Found | HTMLResponse:
    """What the work finds, or the page for a link that is not good."""
    try:
        return await asyncio.to_thread(work)
    except Forged:
        return told(request, "cut", 403)
    except Expired:
        return told(request, "expired", 410)
    except Unreachable:
        return come_back(request)


def _view(parts: Parts, shown: Centre) -> View:
    return View(shown, parts.topics, parts.config.product_name)


def _unsubscribed(view: View, parts: Parts, *, fresh: bool) -> HTMLResponse:
    done = heading(view.say(view.words.title)) + status(view.say(view.words.unsubscribed), fresh=fresh)
    return page(view.language, view.title(), done + _choose(view, parts))


def _choose(view: View, parts: Parts) -> str:
    token = parts.preferences.link(Purpose.PREFERENCES, view.centre.message, _now())
    return f'<a class="button quiet" href="../p/{token}">{filled(view.words.choose)}</a>'


def _now() -> datetime:
    return datetime.now(UTC)
