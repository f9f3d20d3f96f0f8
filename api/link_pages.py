"""What a link has to say when there is nobody's own page behind it, in the language of the browser."""

from collections.abc import Mapping
from typing import Literal

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.link_words import words_for
from api.pages import button, filled, form, heading, page
from api.parts import parts_of
from api.problems import LATER_S

What = Literal["ask", "done", "over", "nowhere", "cut", "expired", "later"]
CONFIRM = "confirm"  # what the button posts as `act`


def told(
    request: Request, what: What, status: int = 200, *, asks: bool = False, more: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page with these words of `link_words.py`; with a button if it `asks`."""
    language, words = words_for(request.headers.get("accept-language", ""))
    product = parts_of(request).config.product_name
    first, _, rest = str(getattr(words, what)).partition(". ")
    brand = f'<p class="brand">{filled("{product}", product=product)}</p>'
    body = brand + heading(filled(first.removesuffix("."), product=product))
    body += f"<p>{filled(rest, product=product)}</p>" if rest else ""
    made = page(language, product, body + (form(button(words.button, CONFIRM)) if asks else ""), status)
    made.headers.update(more or {})
    return made


def come_back(request: Request) -> HTMLResponse:
    """The database is away: nobody knows what is behind the link."""
    return told(request, "later", 503, more={"Retry-After": str(LATER_S)})
