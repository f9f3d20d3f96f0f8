"""The open stream of a page: everything comes at once, wherever it was stored, and nothing is lost in between."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from temporalio.testing import WorkflowEnvironment

from api import hub, inbox_desk
from client.inputs import Happened, Merged
from models.database import Database
from tests.api.conftest import Api, parts_on, served
from tests.api.visitors import Browser, browsing, token_of, write

ALICE = {"email": "alice@example.com", "signup": False}
END_EARS = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'homing-live'"


@pytest.fixture
async def alice(bare: Api) -> str:
    """The token of Alice's page."""
    await bare.put("alice", ALICE)
    return await token_of(bare, "alice")


@pytest.fixture
async def other(bare: Api, temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Api]:
    """Another process of the same deployment."""
    parts = parts_on(temporal.client, database)
    parts.config = bare.parts.config
    async with served(parts, relaying=False) as ready:
        yield replace(ready, suffix=bare.suffix)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Where pages are open."""
    async with browsing() as found:
        yield found


async def test_what_a_worker_sends_is_on_every_page_at_once(
    bare: Api, other: Api, browser: Browser, alice: str
) -> None:
    """Two tabs at two processes; a third of somebody else's sees nothing."""
    await bare.put("bob", {"email": "bob@example.com", "signup": False})
    pages = [
        await browser.opened(bare, alice),
        await browser.opened(other, alice),
        await browser.opened(bare, await token_of(bare, "bob")),
    ]
    message = write(bare, "alice", "News")
    for page in pages[:2]:
        await page.until(lambda it: it.titles() == ["News"] and it.unread == 1)
    await bare.call("POST", f"/v1/inbox/{message.id}/open", key=alice)
    for page in pages[:2]:
        await page.until(lambda it: it.unread == 0)
    assert (pages[2].titles(), pages[2].unread) == ([], 0)


async def test_who_comes_back_misses_nothing_and_gets_nothing_twice(bare: Api, browser: Browser, alice: str) -> None:
    """By the number of the last event that it has seen; at another process as well."""
    first = await browser.opened(bare, alice)
    write(bare, "alice", "one")
    await first.until(lambda it: it.titles() == ["one"])
    browser.close(first)
    write(bare, "alice", "two")
    write(bare, "alice", "three")
    second = await browser.opened(bare, alice, first.numbers[-1])
    assert second.titles() == ["two", "three"]


async def test_a_page_that_has_missed_a_lot_fetches_it_anew(
    bare: Api, browser: Browser, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than being told one by one."""
    monkeypatch.setattr("api.inbox_stream.MOST_MISSED", 1)
    monkeypatch.setattr(inbox_desk, "MOST_MISSED", 1)
    for title in ("one", "two"):
        write(bare, "alice", title)
    stream = await browser.opened(bare, alice, 0)
    assert (stream.titles(), stream.events[0]) == ([], ("refetch", {"unread": 2}))


async def test_a_listener_that_loses_its_connection_comes_back(bare: Api, browser: Browser, alice: str) -> None:
    """And everybody looks again, because nobody heard what was told meanwhile."""
    stream = await browser.opened(bare, alice)
    with bare.parts.database.session() as session:
        session.connection().execute(text(END_EARS))
    write(bare, "alice", "meanwhile")
    await stream.until(lambda it: it.titles() == ["meanwhile"])


async def test_the_checklist_ticks_as_it_happens(bare: Api, browser: Browser, alice: str) -> None:
    """Other events tell nobody anything."""
    stream = await browser.opened(bare, alice)
    for name in ("page_viewed", "first_use"):
        await bare.parts.take([Happened(user_id=bare.user("alice"), name=name)], strangers=False)
    await stream.until(lambda it: [about["done"] for name, about in it.events if name == "checklist"] == [0, 1])


async def test_an_anonymous_person_who_becomes_a_known_one_keeps_their_page(bare: Api, browser: Browser) -> None:
    """The stream ends, and with the same token the next one shows the known one's inbox."""
    await bare.parts.take([Happened(user_id=bare.user("anon"), name="visited")], strangers=True)
    token = await token_of(bare, "anon")
    await bare.put("alice", ALICE)
    stream = await browser.opened(bare, token)
    merged = Merged(previous_id=bare.user("anon"), user_id=bare.user("alice"))
    await bare.parts.take([merged], strangers=True)
    await stream.until(lambda it: it.ended)
    write(bare, "alice", "Welcome")
    assert (await browser.opened(bare, token, 0)).titles() == ["Welcome"]


async def test_there_is_an_end_to_streams(
    bare: Api, browser: Browser, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one person, and of the process; closing one makes room."""
    monkeypatch.setattr(hub, "MOST_EACH", 1)
    first = await browser.opened(bare, alice)
    refused = await browser.open(bare, alice)
    await refused.until(lambda it: it.ended)
    assert refused.status == 429
    await bare.put("bob", {"email": "bob@example.com", "signup": False})
    monkeypatch.setattr(bare.parts.hub, "_most", len(bare.parts.hub))
    full = await browser.open(bare, await token_of(bare, "bob"))
    await full.until(lambda it: it.ended)
    assert full.status == 503
    browser.close(first)
    await first.until(lambda _: not len(bare.parts.hub))
    await browser.opened(bare, alice)


async def test_an_idle_stream_says_so_and_ends_with_its_token(
    bare: Api, browser: Browser, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proxies close what is silent for a minute."""
    monkeypatch.setattr("api.inbox_stream.HEARTBEAT_S", 0.05)
    monkeypatch.setattr("api.inbox_stream.LONGEST_S", 0.4)
    stream = await browser.opened(bare, alice)
    await stream.until(lambda it: it.ended)
    assert stream.beats > 2


async def test_many_streams_hold_no_connection_and_no_thread(
    bare: Api, browser: Browser, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are there for hours, and nearly always idle."""
    monkeypatch.setattr(hub, "MOST_EACH", 60)
    streams = [await browser.open(bare, alice) for _ in range(60)]
    for stream in streams:
        await stream.until(lambda it: it.unread == 0)
    pool = bare.parts.database.engine.pool
    await streams[0].until(lambda _: pool.status().endswith("Current Checked out connections: 0"))
    write(bare, "alice", "News")
    for stream in streams:
        await stream.until(lambda it: it.titles() == ["News"])


async def test_a_process_that_stops_ends_its_streams(
    bare: Api, temporal: WorkflowEnvironment, database: Database, browser: Browser, alice: str
) -> None:
    """So that it need not wait for people to close their tabs."""
    parts = parts_on(temporal.client, database)
    parts.config = bare.parts.config
    async with served(parts, relaying=False) as stopping:
        stream = await browser.opened(stopping, alice)
    await stream.until(lambda it: it.ended)
