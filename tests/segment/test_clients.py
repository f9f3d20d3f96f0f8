"""The clients that people have, unchanged but for their host: what they send is here, once."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from rudderstack.analytics.client import Client as RudderStack
from segment.analytics.client import Client as Segment

from models import events, people
from models.database import Database
from models.people import Person
from tests.segment.live import Live, installed_node_clients

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL = ["page_viewed", "signed_up", "First Project", "screen_viewed"]


def node_clients() -> Path:
    """Where they are installed. Where CI has node, they must be."""
    missing = None if shutil.which("node") and shutil.which("npm") else "no node and npm"
    try:
        if not missing:
            return installed_node_clients()
    except RuntimeError as error:
        missing = str(error)
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
    pytest.skip(f"{missing}; install them to test Segment's JavaScript clients")


def person_and_events(database: Database, user: str) -> tuple[Person, list[events.Event]]:
    """What is here of them."""
    with database.session() as session:
        person = people.find_person(session, user)
        assert person is not None
        return person, [event for event in events.events_of(session, user) if not event.name.startswith("$")]


def send_all(client: Any, user: str) -> None:
    """One call of each kind, as a backend makes them."""
    visitor = f"visitor-of-{user}"
    client.page(anonymous_id=visitor, name="Pricing")
    traits = {"email": "alice@example.com", "plan": "free", "firstName": "Alice", "age": None}
    client.identify(user, traits, anonymous_id=visitor)
    client.track(user, "First Project", {"kind": "blank"}, timestamp=AT)
    client.screen(user, name="Home")
    client.group(user, "initech", {"plan": "enterprise"})
    client.alias(visitor, user)
    client.shutdown()


def assert_all_is_here(database: Database, user: str) -> None:
    """Each event once, with the visitor's past, and the person with all that was said of them."""
    person, found = person_and_events(database, user)
    assert sorted(one.name for one in found) == sorted(ALL)
    by_name = {one.name: one for one in found}
    assert by_name["First Project"].properties == {"kind": "blank"}
    assert abs((by_name["First Project"].at - AT).total_seconds()) < 60
    assert by_name["page_viewed"].properties["name"] == "Pricing"
    assert person.attributes["plan"] == "free"
    assert person.attributes["first_name"] == "Alice"
    assert person.attributes["group"] == {"id": "initech", "plan": "enterprise"}
    with database.session() as session:
        assert [point.address for point in people.endpoints(session, user)] == ["alice@example.com"]


@pytest.mark.parametrize("gzip", [False, True])
@pytest.mark.parametrize("client", [Segment, RudderStack])
def test_python_clients_work_unchanged(client: Any, gzip: bool, live: Live, migrated: Database, alice: str) -> None:
    """Packed or not; RudderStack's puts traits elsewhere, and repeats what is not answered with exactly 200."""
    failures: list[Any] = []
    options = {"host": live.url, "gzip": gzip, "max_retries": 1, "on_error": lambda *failed: failures.append(failed)}
    send_all(client(live.write_key, **options), alice)
    assert failures == []
    assert_all_is_here(migrated, alice)


@pytest.mark.parametrize("client", [Segment, RudderStack])
def test_a_client_that_sends_a_batch_again_adds_nothing(
    client: Any, live: Live, migrated: Database, alice: str
) -> None:
    """It kept its message ids and has a new sentAt, as after a time-out."""
    for _ in range(2):
        sender = client(live.write_key, host=live.url, sync_mode=True)
        sender.track(alice, "First Project", message_id=f"m-{alice}", timestamp=AT)
    _, found = person_and_events(migrated, alice)
    assert [one.name for one in found] == ["First Project"]


@pytest.mark.parametrize("client", [Segment, RudderStack])
def test_a_client_with_a_wrong_key_is_told_so_and_gives_up(client: Any, live: Live) -> None:
    """RudderStack's repeats an error that it cannot read."""
    with pytest.raises(Exception, match="write key") as refused:
        client("homing_write_wrong", host=live.url, sync_mode=True).track("alice-1", "First Project")
    assert (refused.value.status, refused.value.code) == (401, "unauthorized")  # type: ignore[attr-defined]


def test_the_node_client_works_unchanged(live: Live, migrated: Database, alice: str) -> None:
    """@segment/analytics-node, in a process of its own."""
    command = ["node", "send.mjs", live.url, live.write_key, alice]
    done = subprocess.run(command, cwd=node_clients(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert_all_is_here(migrated, alice)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[str]:
    """A web site of another origin, with Segment's browser client."""
    folder = node_clients() / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
    (folder / "page.html").write_text('<!doctype html><title>Shop</title><script src="index.js"></script>')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()
    server.server_close()


SCRIPT = """async ([writeKey, url, user]) => {
    const analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL: url })
    await analytics.page('Pricing')
    await analytics.identify(user, { email: 'alice@example.com', plan: 'free' })
    await analytics.track('First Project', { kind: 'blank' })
    await analytics.group('initech', { plan: 'enterprise' })
}"""


def test_the_browser_client_works_unchanged(live: Live, migrated: Database, site: str, alice: str) -> None:
    """From a page of another origin: settings, preflight, text/plain, and the visitor becomes the user."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no browser found; install chromium to test Segment's browser client"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="pt-BR", timezone_id="America/Sao_Paulo")
        page.goto(site)
        page.evaluate(SCRIPT, [live.write_key, live.url, alice])
        browser.close()
    person, found = person_and_events(migrated, alice)
    assert [one.name for one in found] == ["page_viewed", "signed_up", "First Project"]
    assert (person.locale, person.zone, person.attributes["plan"]) == ("pt-BR", "America/Sao_Paulo", "free")
