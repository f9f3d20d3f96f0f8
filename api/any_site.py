"""Paths that pages of any site may call: there is no cookie to borrow, and who has a token was given it."""

from collections.abc import Callable

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "POST", "DELETE")
HEADERS = ("Authorization", "Content-Type", "Last-Event-ID")
EXPOSED = ("Retry-After", "X-Request-Id")
DAY_S = 86_400  # browsers may remember for so long that they may


class AnySite:
    """Lets pages of any site call those paths that are for them, and read the answer, also when it is a refusal."""

    def __init__(self, app: ASGIApp, any_site: Callable[[str], bool]) -> None:
        self._app = app
        self._any_site = any_site
        self._cors = CORSMiddleware(app, ["*"], METHODS, HEADERS, expose_headers=EXPOSED, max_age=DAY_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with or without the headers that browsers ask for."""
        app = self._cors if self._any_site(scope["path"]) else self._app
        await app(scope, receive, send)
