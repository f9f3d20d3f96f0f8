"""The sandbox as one web application: both providers, the messages, the webhooks, what goes wrong, and the page."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from sandbox.answers import Answers
from sandbox.browsers import Browsers
from sandbox.faults import ActiveFault, Fault, Faults
from sandbox.mishaps import ActiveMishap, Mishap, Mishaps
from sandbox.people import People
from sandbox.poster import Poster
from sandbox.posts import Post, Posts
from sandbox.push import Push
from sandbox.reception import Accept, Reception
from sandbox.reporter import Reporter, Targets
from sandbox.sendgrid import SendGrid
from sandbox.signing import SendGridKey
from sandbox.store import ChannelName, Store
from sandbox.twilio import Twilio

STATIC = Path(__file__).parent / "static"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
# Mails come from anywhere: nothing in one may run, phone home or load from elsewhere.
PAGE_HEADERS = {"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What clients have to know to be let in."""

    account_sid: str
    auth_token: str
    sendgrid_key: str


@dataclass(frozen=True, slots=True)
class Options:
    """What may be set at the start."""

    credentials: Credentials
    key: SendGridKey
    targets: Targets = field(default_factory=Targets)
    delivered_after: float = 2.0  # seconds
    mails: socket.socket | None = None  # where they may be handed in by SMTP


def create_app(db: sqlite3.Connection, options: Options) -> FastAPI:
    """The application over a file of messages."""
    store, answers, posts = Store(db), Answers(db), Posts(db)
    faults, mishaps, account = Faults(), Mishaps(), options.credentials
    reporter = Reporter(store, answers, posts, mishaps, options.targets, account.account_sid)
    poster = Poster(posts, account.auth_token, options.key, reporter.taken)
    accept = Reception(store, answers, mishaps, reporter, poster.wake, options.delivered_after).accept
    mails = _mails(options, faults, accept)
    app = FastAPI(title="Homing sandbox", openapi_url=None, lifespan=_posting(poster, mails))
    twilio = Twilio(store, faults, accept, account.account_sid, account.auth_token)
    sendgrid = SendGrid(faults, accept, account.sendgrid_key)
    app.add_api_route("/2010-04-01/{rest:path}", twilio.__call__, methods=METHODS)
    app.add_api_route("/v3/{rest:path}", sendgrid.__call__, methods=METHODS)
    browsers = Browsers(db)
    app.include_router(Push(browsers, faults, reporter.seen_by(poster.wake)).router)
    _add_messages(app, store, answers, posts, browsers)
    _add_switches(app, faults, mishaps)
    _add_webhooks(app, posts, reporter, options.key)
    app.include_router(People(store, answers, reporter, poster.wake).router)
    app.add_api_route("/healthz", _healthy)
    app.add_api_route("/", _page, response_class=FileResponse)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _mails(options: Options, faults: Faults, accept: Accept) -> Callable[[], AbstractAsyncContextManager[None]]:
    if options.mails is None:
        return nullcontext
    from sandbox.smtp import MailServer  # its library is not in the image of production

    return partial(MailServer(faults, accept, options.credentials.sendgrid_key).serving, options.mails)


def _posting(
    poster: Poster, mails: Callable[[], AbstractAsyncContextManager[None]]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(poster.run())
        async with mails():
            yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    return lifespan


def _add_messages(app: FastAPI, store: Store, answers: Answers, posts: Posts, browsers: Browsers) -> None:
    @app.get("/messages")
    async def messages(
        to: str | None = None,
        channel: ChannelName | None = None,
        since_id: int = 0,
        limit: Annotated[int | None, Query(ge=1)] = None,
    ) -> list[dict[str, Any]]:
        # A plus that was not escaped in the address arrives as a space.
        wanted = to and to.replace(" ", "+")
        found = store.messages(wanted, channel, since_id, limit)
        return [message.model_dump(mode="json", by_alias=True) for message in found]

    @app.delete("/messages")
    async def clear() -> dict[str, int]:
        answers.clear()
        posts.clear()
        browsers.clear()
        return {"deleted": store.clear()}


def _add_switches(app: FastAPI, faults: Faults, mishaps: Mishaps) -> None:
    @app.post("/faults", status_code=201)
    async def add_fault(fault: Fault) -> ActiveFault:
        return faults.add(fault)

    @app.post("/mishaps", status_code=201)
    async def add_mishap(mishap: Mishap) -> ActiveMishap:
        return mishaps.add(mishap)

    for path, on in (("/faults", faults), ("/mishaps", mishaps)):
        app.add_api_route(path, on.all, methods=["GET"])
        app.add_api_route(path, on.clear, methods=["DELETE"], status_code=204)


def _add_webhooks(app: FastAPI, posts: Posts, reporter: Reporter, key: SendGridKey) -> None:
    @app.get("/webhooks")
    async def webhooks() -> dict[str, str | None]:
        return {**reporter.targets.model_dump(), "sendgrid_public_key": key.public}

    @app.put("/webhooks")
    async def aim(targets: Targets) -> Targets:
        reporter.targets = targets
        return targets

    @app.get("/posts")
    async def newest(limit: Annotated[int, Query(ge=1, le=5000)] = 500) -> list[Post]:
        return posts.newest(limit)


async def _healthy() -> dict[str, str]:
    return {"status": "ok"}


async def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)
