"""Notifications, by real HTTP to the sandbox's push service: encrypted, signed, once, and to nobody else."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from channels import push_errors
from channels.protocol import ChannelError, Failure, Outgoing
from channels.public_only import session
from channels.push import Browser, Us, WebPush
from domain.push import Services
from runtime import vapid
from tests.sandbox_browsers import FakeBrowser, allow
from tests.sandbox_server import Sandbox

KEY = vapid.new_key()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef"
HELLO = Outgoing(ID, "alice", "You are in. Ação! 🎉", title="Welcome", link="https://acme.example/start")


@dataclass
class Kept:
    """What is known of browsers, in memory."""

    browsers: list[Browser] = field(default_factory=list)
    settled: dict[str, list[str]] = field(default_factory=dict)

    def of(self, person: str) -> list[Browser]:
        return list(self.browsers)

    def settle(self, used: Collection[str], failed: Collection[str], gone: Collection[str]) -> None:
        self.settled = {"used": [*used], "failed": [*failed], "gone": [*gone]}
        self.browsers = [one for one in self.browsers if one.id not in gone]

    def add(self, made: FakeBrowser) -> FakeBrowser:
        """Registered."""
        keys = made.subscription["keys"]
        self.browsers.append(Browser(made.id, made.endpoint, keys["p256dh"], keys["auth"]))
        return made


def channel(kept: Kept, sandbox: Sandbox, key: str = KEY) -> WebPush:
    """As a deployment builds it on the sandbox."""
    receipt = {"url": f"{sandbox.url}/nowhere", "token": "t"}
    return WebPush(Us(key, "mailto:ops@acme.example"), kept, Services((), sandbox.url), lambda _: receipt)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def alice(sandbox: Sandbox, kept: Kept) -> FakeBrowser:
    """The browser in which Alice has allowed notifications."""
    return kept.add(allow(sandbox, "alice", vapid.public_key(KEY)))


def refused(kept: Kept, sandbox: Sandbox, message: Outgoing = HELLO, key: str = KEY) -> ChannelError:
    """What a send ends with that is not accepted."""
    with pytest.raises(ChannelError) as raised:
        channel(kept, sandbox, key).send(message)
    return raised.value


def test_every_browser_of_a_person_shows_it(sandbox: Sandbox, kept: Kept, alice: FakeBrowser) -> None:
    """Encrypted for each, so that only it can read it; the provider's id is where the push service keeps it."""
    phone = kept.add(allow(sandbox, "alice", vapid.public_key(KEY)))
    accepted = channel(kept, sandbox).send(HELLO)
    assert accepted.provider_id.startswith(f"{sandbox.url}/push/messages/")
    for browser in (alice, phone):
        [shown] = browser.shown()
        assert (shown["title"], shown["text"], shown["link"]) == (HELLO.title, HELLO.text, HELLO.link)
        assert (shown["tag"], shown["ttl"], shown["urgency"], shown["problem"]) == (ID, 86_400, "normal", None)
    assert kept.settled == {"used": [alice.id, phone.id], "failed": [], "gone": []}


def test_a_repeated_push_takes_the_place_of_the_first(sandbox: Sandbox, kept: Kept, alice: FakeBrowser) -> None:
    """So a message in doubt is simply sent again."""
    sandbox.fault(channel="push", drop="after", times=1)
    error = refused(kept, sandbox)
    assert (error.failure, error.reason) == (Failure.AMBIGUOUS, "no_answer")
    channel(kept, sandbox).send(HELLO)
    channel(kept, sandbox).send(Outgoing("f" * 32, "alice", "Another"))
    assert [(one["text"], one["pushes"]) for one in alice.shown()] == [(HELLO.text, 2), ("Another", 1)]


def test_a_browser_that_is_gone_is_forgotten_and_the_others_get_it(
    sandbox: Sandbox, kept: Kept, alice: FakeBrowser
) -> None:
    """Browsers tell nobody when they are closed for good: their push service does, at the next push."""
    old = kept.add(allow(sandbox, "alice", vapid.public_key(KEY)))
    old.close()
    channel(kept, sandbox).send(HELLO)
    assert (kept.settled["gone"], len(alice.shown())) == ([old.id], 1)
    alice.close()
    error = refused(kept, sandbox, Outgoing("f" * 32, "alice", "Anybody?"))
    assert (error.failure, error.reason, kept.browsers) == (Failure.PERMANENT, "no_browser", [])


FAULTS: list[tuple[dict[str, Any], Failure, str]] = [
    ({"status_code": 404}, Failure.PERMANENT, "no_browser"),
    ({"status_code": 410}, Failure.PERMANENT, "no_browser"),
    ({"status_code": 429, "retry_after": 7}, Failure.TRANSIENT, "rate_limited"),
    ({"status_code": 500}, Failure.TRANSIENT, "provider_unavailable"),
    ({"status_code": 503}, Failure.TRANSIENT, "provider_unavailable"),
    ({"status_code": 401}, Failure.CONFIGURATION, "credentials_refused"),
    ({"status_code": 403}, Failure.CONFIGURATION, "credentials_refused"),
    ({"status_code": 413}, Failure.CONFIGURATION, "content_refused"),
    ({"status_code": 400}, Failure.CONFIGURATION, "request_refused"),
    ({"nonsense": "html"}, Failure.AMBIGUOUS, "unclear_answer"),  # a wireless network's own page
    ({"drop": "before"}, Failure.AMBIGUOUS, "no_answer"),
]


@pytest.mark.parametrize(("fault", "failure", "reason"), FAULTS)
def test_refusals_mean_the_same_as_on_every_channel(
    sandbox: Sandbox, kept: Kept, alice: FakeBrowser, fault: dict[str, Any], failure: Failure, reason: str
) -> None:
    """And say nothing of where it was pushed to: an endpoint is as good as an address."""
    sandbox.fault(channel="push", **fault)
    error = refused(kept, sandbox)
    assert (error.failure, error.reason) == (failure, reason)
    assert error.retry_after == (timedelta(seconds=7) if reason == "rate_limited" else None)
    assert alice.id not in str(error)


def test_another_key_of_ours_is_refused_and_nobody_is_forgotten(
    sandbox: Sandbox, kept: Kept, alice: FakeBrowser
) -> None:
    """A key that was set by mistake must not cost all subscriptions."""
    error = refused(kept, sandbox, key=vapid.new_key())
    assert (error.failure, len(kept.browsers)) == (Failure.CONFIGURATION, 1)


def test_what_is_too_long_is_not_sent(sandbox: Sandbox, kept: Kept, alice: FakeBrowser) -> None:
    """Whoever wrote it is to be told, and no browser is to blame. Bytes count, not letters."""
    error = refused(kept, sandbox, Outgoing(ID, "alice", "ş" * 1950))
    assert (error.failure, error.reason, alice.shown()) == (Failure.CONFIGURATION, "content_refused", [])
    channel(kept, sandbox).send(Outgoing(ID, "alice", "ş" * 1800))
    assert alice.shown()[0]["problem"] is None


def test_an_endpoint_of_our_own_network_is_never_called(sandbox: Sandbox, kept: Kept) -> None:
    """However it came to be stored."""
    kept.browsers = [Browser("evil", f"{sandbox.url}/messages", "p", "a")]
    error = refused(kept, sandbox)
    assert (error.failure, error.reason) == (Failure.CONFIGURATION, "endpoint_refused")


def test_a_name_that_leads_into_our_own_network_is_not_followed(sandbox: Sandbox) -> None:
    """What counts is where the connection has come to, not how its host is called."""
    port = sandbox.url.rpartition(":")[2]
    with pytest.raises(requests.ConnectionError) as raised:
        session().post(f"https://localhost:{port}/push/x", timeout=5)
    assert push_errors.from_exception(raised.value).reason == "provider_unreachable"
    assert "not public" in str(raised.value)


def test_retry_after_may_be_a_date() -> None:
    """Of any of them; what makes no sense says nothing."""
    for said, expected in (
        ("Sun, 01 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("9" * 5000, None),
    ):
        error = push_errors.from_answer(429, {"Retry-After": said}, NOON).error
        assert error is not None
        assert error.retry_after == expected


def test_nothing_of_a_push_is_logged(
    sandbox: Sandbox, kept: Kept, alice: FakeBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the endpoint nor the words, whatever the log's level."""
    with caplog.at_level(logging.DEBUG):
        channel(kept, sandbox).send(HELLO)
    assert alice.id not in caplog.text
    assert "You are in" not in caplog.text
