"""The API as it is served: real HTTP, real PostgreSQL, real Temporal, and keys as people get them."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr
from requests import Response
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api import outbox, server
from api.app import create_app
from api.hub import Hub
from api.keyring import Keyring
from api.listening import listening
from api.meters import Meters
from api.parts import Parts
from api.rates import Buckets
from client.homing import Homing
from client.journeys import Journeys
from domain.clock import Clock
from domain.keys import KeyKind, Scope
from models import keys
from models.database import Database
from runtime.sealing import Seals, new_key
from runtime.settings import Settings
from runtime.vapid import new_key as new_push_key
from tests.runtime.conftest import free_address
from tests.sandbox.test_page import ARGUMENTS
from tests.stage import Stage

JOURNEY = """
journey: welcome
title: A welcome and a praise
entry: {event: signed_up}
topic: onboarding
steps:
  - {id: hello, send: welcome}
  - id: first-use
    wait_for: {event: first_use}
    timeout: 24h
    on_timeout: [{id: nudge, send: first_use_reminder}]
  - {id: bravo, send: first_use_praise}
"""
ALICE = {"email": "alice@example.com", "channels": ["email"], "attributes": {"first_name": "Alice"}}
CALLERS = ThreadPoolExecutor(40, "caller")  # not the threads that the API works with
PUBLIC_URL = "https://homing.example"
WATCHED = frozenset({"first_use", "teammate_invited", "profile_completed"})  # by the checklist that ships
PUSH: dict[str, Any] = {"vapid_private_key": SecretStr(new_push_key()), "vapid_contact": "mailto:ops@acme.example"}
FAST = 10_000.0  # requests a second, so that only tests about rates meet a limit


@dataclass
class Api:
    """A served API, and a caller with a key. User ids get a suffix, so that tests never meet on the server."""

    url: str
    parts: Parts
    key: str
    session: requests.Session = field(default_factory=requests.Session)
    suffix: str = field(default_factory=lambda: uuid4().hex[:8])

    def user(self, name: str) -> str:
        """The user id of one of the cast."""
        return f"{name}-{self.suffix}"

    async def call(self, method: str, path: str, json: Any = None, *, key: str | None = None, **more: Any) -> Response:
        """One request, with the key of all scopes unless another is given; `""` for none."""
        text = self.key if key is None else key
        headers = ({"Authorization": f"Bearer {text}"} if text else {}) | more.pop("headers", {})
        ask = partial(self.session.request, method, f"{self.url}{path}", json=json, headers=headers, timeout=30, **more)
        return await asyncio.get_running_loop().run_in_executor(CALLERS, ask)

    async def put(self, name: str, person: dict[str, Any] | None = None, **more: Any) -> Response:
        """One of the cast signs up."""
        return await self.call("PUT", f"/v1/users/{self.user(name)}", ALICE if person is None else person, **more)

    async def post(self, name: str, path: str, json: Any = None, **more: Any) -> Response:
        """Something about one of the cast."""
        return await self.call("POST", f"/v1/users/{self.user(name)}/{path}", json, **more)

    async def get(self, name: str, path: str = "", **more: Any) -> Response:
        """What is known of one of the cast."""
        return await self.call("GET", f"/v1/users/{self.user(name)}{path}", **more)

    def new_key(self, *scopes: Scope, kind: KeyKind = KeyKind.API) -> str:
        """Another key."""
        return make_key(self.parts.database, scopes, kind)


def make_key(database: Database, scopes: Iterable[Scope], kind: KeyKind = KeyKind.API) -> str:
    """A key of the database's."""
    with database.session() as session:
        return keys.create(session, kind, "tests", scopes, datetime.now(UTC))[1]


@asynccontextmanager
async def served(parts: Parts, *, relaying: bool = True, address: str | None = None) -> AsyncIterator[Api]:
    """Serve these parts, with their relay, for as long as the block lasts."""
    address = address or free_address()
    relay = asyncio.create_task(parts.relay.run() if relaying else asyncio.sleep(0))
    parts.checks["database"] = lambda: asyncio.to_thread(parts.database.ping)
    try:
        parts.hub = Hub(100)
        streams = listening(parts.database.engine, parts.hub)
        async with server.serving(create_app(parts), address, 5), streams:
            yield Api(f"http://{address}", parts, make_key(parts.database, [Scope.ADMIN]))
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)


def parts_on(temporal: Client, database: Database, task_queue: str = "nobody", rate: float = FAST) -> Parts:
    """Parts that work on these servers."""
    journeys, sealing = Journeys(temporal, Clock(), task_queue), new_key()
    url, sealed = SecretStr("postgresql://unused"), SecretStr(sealing)
    return Parts(
        config=Settings(database_url=url, api_rate=rate, public_url=PUBLIC_URL, encryption_keys=sealed, **PUSH),
        database=database,
        homing=Homing(database, journeys, Clock(), hash_key=SecretStr("key of the tests"), watched=WATCHED),
        temporal=temporal,
        keyring=Keyring(database),
        buckets=Buckets(rate),
        hub=Hub(1),
        meters=Meters(lambda: outbox.figures(database)),
        seals=Seals(sealing),
    )


@pytest.fixture
async def api(stage: Stage) -> AsyncIterator[Api]:
    """The API on a stage where the journey above is published."""
    stage.publish(JOURNEY)
    async with served(parts_on(stage.environment.client, stage.database, stage.task_queue)) as ready:
        ready.suffix = stage.suffix
        yield ready


@pytest.fixture(scope="package")
async def served_bare(temporal: WorkflowEnvironment, migrated: Database) -> AsyncIterator[Api]:
    """One API for all tests that need no journeys."""
    # Without a relay: it would hold what the next test empties, in the loop in which that waits.
    async with served(parts_on(temporal.client, migrated), relaying=False) as ready:
        yield ready


@pytest.fixture
def bare(served_bare: Api, database: Database) -> Api:
    """It, with an empty database and a new key: starting it for each test would take most of their time."""
    return replace(served_bare, key=make_key(database, [Scope.ADMIN]), suffix=uuid4().hex[:8])


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of pages; each has a context of its own."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no browser found; install chromium to test the pages"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        await running.close()
