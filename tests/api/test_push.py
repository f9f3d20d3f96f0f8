"""Notifications over HTTP: browsers say where they are reached, and what became of what they showed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from requests import Response
from temporalio.testing import WorkflowEnvironment

from activities.browsers import StoredBrowsers
from activities.composer import Composer
from activities.message_links import receipts_by
from channels.protocol import Channel
from channels.push import Us, WebPush
from cli.browsers import Place
from cli.browsers import allow as allow_there
from domain.delivery import ChannelName
from domain.preferences.links import Purpose
from models import push
from models.database import Database
from models.push import PushSubscription
from runtime.link_keys import make_links
from testkit.real.fakes import FakeChannel
from testkit.real.work import working
from tests.api.conftest import Api, parts_on, served
from tests.runtime.conftest import free_address
from tests.sandbox_browsers import FakeBrowser, allow
from tests.sandbox_server import Sandbox, running_sandbox
from tests.stage import Stage, shipped_templates

JOURNEY = """
journey: welcome
title: Who clicks
entry: {event: ready}
topic: onboarding
steps:
  - {id: hello, send: welcome}
  - {id: used, wait_for: {event: first_use}, timeout: 7d}
  - id: way
    branch:
      - if: {step: hello, outcome: clicked}
        do: [{id: bravo, send: first_use_praise}]
      - else: [{id: nudge, send: first_use_reminder}]
"""
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
BROWSER = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "expirationTime": None, "keys": KEYS}


async def visitor(api: Api, name: str) -> str:
    """The token of somebody's page."""
    return str((await api.post(name, "visitor-tokens", {})).json()["token"])


async def subscribe(api: Api, name: str, subscription: dict[str, Any], **more: Any) -> Response:
    """What the page's script posts."""
    token = await visitor(api, name)
    return await api.call("POST", "/v1/push/subscriptions", {**subscription, **more}, key=token)


def kept(api: Api, name: str) -> list[PushSubscription]:
    """The browsers of somebody."""
    with api.parts.database.session() as session:
        return [*push.of_person(session, api.user(name))]


async def test_a_browser_is_subscribed_sealed_and_taken_away(bare: Api) -> None:
    """By who is logged in there; what opens its messages is not kept as it is."""
    await bare.put("alice")
    key = (await bare.call("GET", "/v1/push/key", key="")).json()["key"]
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
    token = await visitor(bare, "alice")
    given = {**BROWSER, "key": key}
    assert (await bare.call("POST", "/v1/push/subscriptions", given, key=token, headers=agent)).status_code == 204
    [row] = kept(bare, "alice")
    assert (row.browser, row.server_key, bare.parts.seals.opened(row.auth)) == ("firefox", key, KEYS["auth"])
    about = {"endpoint": BROWSER["endpoint"]}
    for _ in range(2):
        assert (await bare.call("DELETE", "/v1/push/subscriptions", about, key=token)).status_code == 204
    assert kept(bare, "alice") == []


@pytest.mark.parametrize(
    ("given", "status", "kind"),
    [
        ({"endpoint": "https://evil.example/x"}, 422, "invalid"),
        ({"endpoint": "http://127.0.0.1:8025/push/x"}, 422, "invalid"),  # no sandbox here
        ({"keys": {**KEYS, "auth": "short"}}, 422, "invalid"),
        ({"keys": {"auth": KEYS["auth"]}}, 422, "invalid"),
        ({"keys": {**KEYS, "p256dh": f"{KEYS['p256dh']}{9 * '='}"}}, 422, "invalid"),  # never gets to the database
        ({"key": "of-yesterday"}, 409, "another-key"),
    ],
)
async def test_a_subscription_that_cannot_be_used_is_refused(
    bare: Api, given: dict[str, Any], status: int, kind: str
) -> None:
    """At once; with another key the script subscribes anew."""
    await bare.put("alice")
    answer = await subscribe(bare, "alice", BROWSER, **given)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:homing:problem:{kind}")
    assert kept(bare, "alice") == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_without_a_visitor_token_nobody_is_subscribed(bare: Api, method: str) -> None:
    """An API key is not meant for browsers."""
    for key in ("", bare.key):
        assert (await bare.call(method, "/v1/push/subscriptions", BROWSER, key=key)).status_code == 401


async def test_pages_of_any_site_may_call(bare: Api) -> None:
    """As the customer's pages and service workers do."""
    asked = {"Origin": "https://acme.example", "Access-Control-Request-Method": "POST"}
    for path in ("subscriptions", "receipts"):
        answer = await bare.call("OPTIONS", f"/v1/push/{path}", key="", headers=asked)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_receipt_needs_the_token_that_came_with_the_message(bare: Api) -> None:
    """Forged, of another purpose, or too old: nothing is taken."""
    links = make_links("https://x", bare.parts.config.encryption_keys)
    assert links is not None
    now, message = datetime.now(UTC), "0" * 32
    for token, status in (
        (links.token(Purpose.PUSH_RECEIPT, message, now), 204),  # of no message any more: that is no error
        (links.token(Purpose.PREFERENCES, message, now), 403),
        (links.token(Purpose.PUSH_RECEIPT, message, now)[:-4] + "AAAA", 403),
        (links.token(Purpose.PUSH_RECEIPT, message, now - timedelta(days=40)), 410),
    ):
        said = {"token": token, "state": "delivered"}
        assert (await bare.call("POST", "/v1/push/receipts", said, key="")).status_code == status


@dataclass
class Loop:
    """The stage with a push service, browsers and an API around it."""

    stage: Stage
    sandbox: Sandbox
    api: Api

    async def known(self, name: str) -> None:
        """Somebody who has an address and likes notifications better."""
        given = {"email": "alice@example.com", "channels": ["push", "email"], "signup": False}
        assert (await self.api.put(name, given)).status_code == 201

    async def browser(self, name: str) -> FakeBrowser:
        """One more in which somebody allows notifications."""
        setup = self.api.parts.push
        assert setup is not None
        made = allow(self.sandbox, self.stage.user(name), setup.public_key)
        assert (await subscribe(self.api, name, made.subscription)).status_code == 204
        return made


@pytest.fixture
async def loop(temporal: WorkflowEnvironment, database: Database, tmp_path: Path) -> AsyncIterator[Loop]:
    """A worker with the real push channel, which falls back on mail."""
    queue, address = f"push-{uuid4().hex[:8]}", free_address()
    with running_sandbox(tmp_path / "messages.sqlite") as sandbox:
        parts = parts_on(temporal.client, database, queue)
        known = {"public_url": f"http://{address}", "sandbox_url": sandbox.url}
        parts.config = parts.config.model_copy(update=known)
        setup, now = parts.push, partial(datetime.now, UTC)
        assert setup is not None
        links = make_links(parts.config.public_url, parts.config.encryption_keys)
        browsers = StoredBrowsers(database, setup.public_key, parts.seals.opened, now)
        web_push = WebPush(Us(setup.private_key, setup.contact), browsers, setup.services, receipts_by(links, now))
        channels: dict[str, Channel] = {"push": web_push, "email": FakeChannel("email", can_ask=False)}
        composer = Composer(shipped_templates(), channels, {"name": "Acme", "url": "https://acme.example"})
        async with (
            working(temporal.client, queue, database, composer, channels, parts.homing),
            served(parts, address=address) as api,
        ):
            stage = Stage(temporal, database, parts.homing, queue, {})
            stage.publish(JOURNEY)
            yield Loop(stage, sandbox, replace(api, suffix=stage.suffix))


async def test_two_browsers_show_it_and_a_click_leads_on(loop: Loop) -> None:
    """Through the one path of all receipts, each kept once however many browsers report it."""
    await loop.known("alice")
    place = Place(loop.api.url, loop.api.key, loop.sandbox.url)
    one = await loop.browser("alice")
    two = replace(one, id=await asyncio.to_thread(allow_there, place, loop.stage.user("alice")))
    two.sandbox.mishap(effect="doubled", channel="push")
    await loop.stage.event("alice", "ready")
    await loop.stage.until(lambda: [row.receipt for row in loop.stage.messages("alice")] == ["delivered"])
    [message] = loop.stage.messages("alice")
    for browser in (one, two):
        assert [shown["tag"] for shown in browser.shown()] == [message.id]
    one.click()
    await loop.stage.until(lambda: loop.stage.messages("alice")[0].receipt == "clicked")
    await loop.stage.event("alice", "first_use")
    await loop.stage.until_sent("alice", "welcome/push", "first_use_praise/push")


async def test_who_has_closed_all_browsers_gets_a_mail(loop: Loop) -> None:
    """At once; and from then on there is nowhere to push to."""
    await loop.known("alice")
    for browser in (await loop.browser("alice"), await loop.browser("alice")):
        browser.close()
    await loop.stage.event("alice", "ready")
    await loop.stage.until_sent("alice", "welcome/email")
    first = loop.stage.messages("alice")[0]
    assert (first.channel, first.state, first.reason) == (ChannelName.PUSH, "failed", "no_browser")
    assert kept(loop.api, "alice") == []


async def test_a_push_that_was_dropped_is_sent_again_and_seen_once(loop: Loop) -> None:
    """Nobody is asked, and nothing is marked unknown, even if the browser cannot tell us that it has it."""
    await loop.known("alice")
    browser = await loop.browser("alice")
    loop.sandbox.mishap(effect="lost", channel="push")
    loop.sandbox.fault(channel="push", drop="after", times=1)
    await loop.stage.event("alice", "ready")
    await loop.stage.until_sent("alice", "welcome/push")
    assert [(one["pushes"], one["problem"]) for one in browser.shown()] == [(2, None)]
