"""The page behind a link in place of a code. Looking at it does nothing; its button confirms.

The scanners of mail servers open every link, and some browsers before the person does: neither presses buttons.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.link_pages import come_back, told
from api.parts import parts_of
from domain.errors import Conflict, Refused, Unreachable

router = APIRouter(include_in_schema=False)


@router.head("/v/{token:path}")
@router.get("/v/{token:path}")
async def ask(token: str, request: Request) -> HTMLResponse:
    """The question, with a button. Nothing is used up."""
    try:
        await parts_of(request).verifications.purpose_of(token)
    except (Refused, Conflict):
        return told(request, "over", 410)
    except Unreachable:
        return come_back(request)
    return told(request, "ask", asks=True)


@router.post("/v/{token:path}")
async def confirm(token: str, request: Request) -> HTMLResponse:
    """The button was pressed: once that is an approval, and after that it is no error."""
    try:
        await parts_of(request).verifications.confirm(token)
    except Conflict:
        return told(request, "done")
    except Refused:
        return told(request, "over", 410)
    except Unreachable:
        return come_back(request)
    return told(request, "done")
