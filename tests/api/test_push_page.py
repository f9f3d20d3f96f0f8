"""The scripts of notifications in a real browser: a customer's page and its worker, and Homing on another site.

Push services cannot be reached from here, so the page's `PushManager` is made to say that it has subscribed. The
worker's events are real: the browser delivers a push to it as it would deliver one from outside.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from runtime.settings import ROOT
from tests.sandbox.test_page import ARGUMENTS

STATIC = ROOT / "api" / "static"
SCRIPT = "text/javascript"
FIRST_KEY = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
NEXT_KEY = "B" + "A" * 86
# What a browser does that can reach a push service.
SUBSCRIBING = """
PushManager.prototype.getSubscription = async () => window.kept ?? null;
PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => (window.kept = {
  endpoint: `https://push.example/${key[1]}`, options: { applicationServerKey: key.buffer },
  toJSON() { return { endpoint: this.endpoint, keys: { p256dh: 'p', auth: 'a' } }; },
  async unsubscribe() { window.kept = null; return true; },
});
"""
# Nobody has been asked yet; they say no.
ASKING = """() => {
  Notification.requestPermission = async () => { window.asked = true; };
  Object.defineProperty(Notification, 'permission', { get: () => window.asked ? 'denied' : 'default' });
  Object.defineProperty(navigator.userActivation, 'isActive', { get: () => window.clicked === true });
}"""
# The browser cannot be made to click, so the worker gets the event of a click.
CLICKING = """async (tag) => {
  const opened = [];
  const openWindow = { value: async (url) => { opened.push(url); }, configurable: true };
  Object.defineProperty(self.clients, 'openWindow', openWindow);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const [notification] = await self.registration.getNotifications({ tag });
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  await pause(100);
  return opened;
}"""
# Title, text and tag of each notification.
SHOWN = """navigator.serviceWorker.ready.then((registration) => registration.getNotifications())
  .then((all) => all.map((one) => [one.title, one.body, one.tag]))"""
HELLO = {"homing": 1, "title": "Welcome", "text": "Have a look", "tag": "m-1", "locale": "en"}


@dataclass
class Site:
    """A web site on this machine: what lies there, and what was posted to it."""

    files: dict[str, tuple[str, str]]
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    url: str = ""

    def serve(self) -> Iterator["Site"]:
        """For as long as a test lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield self
        server.shutdown()
        server.server_close()


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    """What answers for a site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(*site.files.get(self.path, ("text/plain", "")))

        def do_OPTIONS(self) -> None:
            self.answer("text/plain", "")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            site.calls.append((self.command, self.path, body))
            self.answer("application/json", "{}")

        do_DELETE = do_POST  # noqa: N815

        def answer(self, kind: str, content: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Methods", "POST, DELETE")
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *args: Any) -> None:
            """Not to the terminal."""

    return Handler


def keyed(site: Site, key: str) -> None:
    """From now on browsers subscribe with this key."""
    site.files["/v1/push/key"] = ("application/json", json.dumps({"key": key}))


@pytest.fixture
def homing() -> Iterator[Site]:
    """Where the scripts come from, and where browsers report to."""
    site = Site({f"/{path.name}": (SCRIPT, path.read_text()) for path in STATIC.glob("homing-push*.js")})
    keyed(site, FIRST_KEY)
    yield from site.serve()


@pytest.fixture
def acme(homing: Site) -> Iterator[Site]:
    """The customer's site, whose worker is theirs and loads ours."""
    page = f"<script type=module>window.push = await import('{homing.url}/homing-push.js')</script>"
    worker = f"importScripts('{homing.url}/homing-push-sw.js');"
    yield from Site({"/": ("text/html", page), "/homing-push-sw.js": (SCRIPT, worker)}).serve()


@pytest.fixture
def context(acme: Site) -> Iterator[BrowserContext]:
    """A browser in which Acme may notify."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no browser found; install chromium to test the scripts"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        made = browser.new_context()
        made.grant_permissions(["notifications"], origin=acme.url)
        made.add_init_script(SUBSCRIBING)
        yield made
        browser.close()


@pytest.fixture
def page(context: BrowserContext, acme: Site) -> Page:
    """Acme's page, open."""
    made = context.new_page()
    made.goto(acme.url)
    made.wait_for_function("window.push")
    return made


def call(page: Page, name: str, homing: Site) -> Any:
    """What one of the script's functions comes to."""
    return page.evaluate(f"push.{name}({{ url: '{homing.url}/', token: async () => 'hv_token' }})")


def subscriptions(homing: Site) -> list[tuple[str, str]]:
    """What Homing was told of them: how, and by which key."""
    told = [(method, body) for method, path, body in homing.calls if path == "/v1/push/subscriptions"]
    return [(method, body.get("key", "")[:3]) for method, body in told]


def deliver(page: Page, acme: Site, message: Any) -> None:
    """A push arrives, as from a push service."""
    session, found = page.context.new_cdp_session(page), []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    for _ in range(250):
        if found:
            break
        page.wait_for_timeout(20)
    number, data = found[0]["registrationId"], json.dumps(message)
    session.send("ServiceWorker.deliverPushMessage", {"origin": acme.url, "registrationId": number, "data": data})


def until(page: Page, homing: Site, count: int) -> list[tuple[str, str]]:
    """The receipts, as soon as there are so many."""
    found: list[tuple[str, str]] = []
    for _ in range(250):
        found = [(body["state"], body["token"]) for _, path, body in homing.calls if path == "/v1/push/receipts"]
        if len(found) >= count:
            break
        page.wait_for_timeout(20)
    return found


def shown(page: Page) -> list[list[str]]:
    """What is shown now."""
    found: list[list[str]] = page.evaluate(SHOWN)
    return found


def test_a_browser_is_subscribed_renewed_and_taken_away(page: Page, homing: Site) -> None:
    """A new key of ours makes a new subscription, and the old one goes."""
    assert call(page, "renew", homing) is False
    assert call(page, "subscribe", homing) == "subscribed"
    assert call(page, "renew", homing) is True
    keyed(homing, NEXT_KEY)
    assert call(page, "renew", homing) is True
    call(page, "unsubscribe", homing)
    assert call(page, "renew", homing) is False
    told = [("POST", FIRST_KEY[:3]), ("POST", FIRST_KEY[:3]), ("DELETE", ""), ("POST", NEXT_KEY[:3]), ("DELETE", "")]
    assert subscriptions(homing) == told


def test_nobody_is_asked_out_of_the_blue(page: Page, context: BrowserContext, homing: Site, acme: Site) -> None:
    """Only while they click; and who has said no is not asked again."""
    context.clear_permissions()
    page.evaluate(ASKING)
    assert [call(page, "subscribe", homing), page.evaluate("window.asked")] == ["ask", None]
    page.evaluate("window.clicked = true")
    assert [call(page, "subscribe", homing), page.evaluate("window.asked")] == ["denied", True]
    assert homing.calls == []


def test_a_push_is_shown_once_reported_and_followed(page: Page, homing: Site, acme: Site) -> None:
    """Twice the same is one notification; a click opens its page, and both are reported with the message's token."""
    call(page, "subscribe", homing)
    receipt = {"url": f"{homing.url}/v1/push/receipts", "token": "t-1"}
    for _ in range(2):
        deliver(page, acme, {**HELLO, "link": f"{acme.url}/start", "receipt": receipt})
    assert until(page, homing, 2) == [("delivered", "t-1")] * 2
    assert shown(page) == [["Welcome", "Have a look", "m-1"]]
    opened = click(page, "m-1")
    assert (opened, until(page, homing, 3)[2]) == ([f"{acme.url}/start"], ("clicked", "t-1"))


def test_only_pages_are_opened(page: Page, homing: Site, acme: Site) -> None:
    """Whatever somebody has made of a link; and neither are receipts sent elsewhere than to a web site."""
    call(page, "subscribe", homing)
    links = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "nonsense", "")
    tags = [f"m-{number}" for number in range(len(links))]
    for tag, link in zip(tags, links, strict=True):
        receipt = {"url": "javascript:alert(2)", "token": "t"}
        deliver(page, acme, {**HELLO, "tag": tag, "link": link, "receipt": receipt})
    for tag in tags:
        assert (click(page, tag), until(page, homing, 0)) == ([], [])


def click(page: Page, tag: str) -> list[str]:
    """The person clicks on what is shown, or about to be; what is opened."""
    page.wait_for_function(f"{SHOWN}.then((all) => all.some((one) => one[2] === '{tag}'))")
    found: list[str] = page.context.service_workers[0].evaluate(CLICKING, tag)
    return found
