"""The sandbox as one web application: both providers, the list of messages, the faults and the page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from sandbox.faults import ActiveFault, Fault, Faults
from sandbox.sendgrid import SendGrid
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


def create_app(store: Store, credentials: Credentials) -> FastAPI:
    """The application over a store of messages."""
    app = FastAPI(title="Homing sandbox", openapi_url=None)
    faults = Faults()
    twilio = Twilio(store, faults, credentials.account_sid, credentials.auth_token)
    sendgrid = SendGrid(store, faults, credentials.sendgrid_key)
    app.add_api_route("/2010-04-01/{rest:path}", twilio.__call__, methods=METHODS)
    app.add_api_route("/v3/{rest:path}", sendgrid.__call__, methods=METHODS)
    _add_messages(app, store)
    _add_faults(app, faults)
    app.add_api_route("/healthz", _healthy)
    app.add_api_route("/", _page, response_class=FileResponse)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _add_messages(app: FastAPI, store: Store) -> None:
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
        return {"deleted": store.clear()}


def _add_faults(app: FastAPI, faults: Faults) -> None:
    @app.get("/faults")
    async def active() -> list[ActiveFault]:
        return faults.all()

    @app.post("/faults", status_code=201)
    async def add(fault: Fault) -> ActiveFault:
        return faults.add(fault)

    @app.delete("/faults", status_code=204)
    async def clear() -> None:
        faults.clear()


async def _healthy() -> dict[str, str]:
    return {"status": "ok"}


async def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)
