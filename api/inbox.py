"""What a person's own page may ask for: their inbox, what they do with it, their first steps."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from api.inbox_answers import ChecklistAnswer, InboxPage, Unread
from api.inbox_desk import InboxDesk
from api.inbox_stream import Stream, begin
from api.mailroom import mailroom_of
from api.parts import parts_of
from api.visiting import Visitor
from models.inbox import Deed

MOST_ITEMS = 100
LARGEST = 2**63 - 1  # that PostgreSQL counts to
MessageId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]

router = APIRouter(prefix="/v1", tags=["Visitors"])


def desk_of(request: Request) -> InboxDesk:
    """That of the app which this request came to."""
    return InboxDesk(mailroom_of(request))


@router.get("/inbox")
async def read_inbox(
    user: Visitor,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 20,
    before: Annotated[int | None, Query(ge=0, le=LARGEST, description="As the page before gave it")] = None,
) -> InboxPage:
    """What was sent to this person in the app, newest first. What is read here counts as delivered."""
    response.headers["Cache-Control"] = "no-store"
    return await desk_of(request).page(user, limit, before)


@router.post("/inbox/read-all")
async def read_all(user: Visitor, request: Request) -> Unread:
    """All messages count as opened."""
    return Unread(unread=await desk_of(request).read_all(user))


@router.post("/inbox/{message_id}/open")
async def open_message(user: Visitor, message_id: MessageId, request: Request) -> Unread:
    """The person has opened it."""
    return await _did(user, message_id, request, "opened")


@router.post("/inbox/{message_id}/click")
async def click_message(user: Visitor, message_id: MessageId, request: Request) -> Unread:
    """The person has followed its link; so it is opened as well."""
    return await _did(user, message_id, request, "clicked")


@router.post("/inbox/{message_id}/dismiss")
async def dismiss_message(user: Visitor, message_id: MessageId, request: Request) -> Unread:
    """It is shown no more."""
    return await _did(user, message_id, request, "dismissed")


@router.get("/inbox/stream", include_in_schema=False)
async def stream_inbox(
    user: Visitor,
    request: Request,
    last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST)] = None,
) -> Response:
    """What happens in the inbox and the checklist, as server-sent events; after `Last-Event-ID`, all since then."""
    parts, desk = parts_of(request), desk_of(request)
    seen = await asyncio.to_thread(desk.look, user, None)
    left = request.state.visitor_until - datetime.now(UTC)
    request.state.stays_open = True
    return begin(parts.hub, Stream(desk, parts.looking, seen.user, last), left.total_seconds())


@router.get("/checklist")
async def read_checklist(user: Visitor, request: Request, response: Response) -> ChecklistAnswer:
    """The first steps, and which of them this person has done."""
    response.headers["Cache-Control"] = "no-store"
    return await asyncio.to_thread(desk_of(request).checklist, user)


async def _did(user: str, message_id: str, request: Request, deed: Deed) -> Unread:
    return Unread(unread=await desk_of(request).did(user, message_id, deed))
