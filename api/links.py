"""The page behind a link in place of a code. Looking at it does nothing; its button confirms.

The scanners of mail servers open every link, and some browsers before the person does: neither presses buttons.
"""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.link_words import LinkWords, words_for
from api.parts import parts_of
from domain.errors import Conflict, Refused

router = APIRouter(include_in_schema=False)
STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:26rem;padding:0 1.5rem;text-align:center;"
    "color-scheme:light dark}button{font:inherit;padding:.7rem 1.6rem;border-radius:.5rem;border:0;background:#1a56c4;"
    "color:#fff;cursor:pointer}"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get("/v/{token}")
async def ask(token: str, request: Request) -> HTMLResponse:
    """The question, with a button. Nothing is used up."""
    try:
        await parts_of(request).verifications.purpose_of(token)
    except (Refused, Conflict):
        return _page(request, "over", status=410)
    return _page(request, "ask", button=True)


@router.post("/v/{token}")
async def confirm(token: str, request: Request) -> HTMLResponse:
    """The button was pressed: once that is an approval, and after that it is no error."""
    try:
        await parts_of(request).verifications.confirm(token)
    except Conflict:
        return _page(request, "done")
    except Refused:
        return _page(request, "over", status=410)
    return _page(request, "done")


def _page(request: Request, what: str, *, button: bool = False, status: int = 200) -> HTMLResponse:
    language, words = words_for(request.headers.get("accept-language", ""))
    product = escape(parts_of(request).config.product_name)
    text = escape(getattr(words, what)).replace("{product}", product)
    form = _form(words) if button else ""
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{product}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style><p>{text}</p>{form}'
    )
    return HTMLResponse(page, status, {**HEADERS, "Vary": "Accept-Language"})


def _form(words: LinkWords) -> str:
    return f'<form method="post"><button>{escape(words.button)}</button></form>'
