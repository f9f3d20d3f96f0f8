"""Five hundred journeys, providers at their worst, and every part of ours killed in the middle of it all."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.inputs import Profile
from domain.delivery import MessageState
from tests.chaos.crowd import Crowd, Sent, gathered

CROWD = 500
KILLS = {60: "worker", 180: "postgres", 300: "temporal", 420: "worker"}  # by messages begun
FAULTS: list[dict[str, Any]] = [
    {"rate": 0.10, "seed": 1, "drop": "after"},  # taken, and the connection dropped
    {"rate": 0.08, "seed": 2, "drop": "before"},
    {"rate": 0.10, "seed": 3, "status_code": 429, "retry_after": 1},
    {"rate": 0.08, "seed": 4, "status_code": 503},
    {"rate": 0.05, "seed": 5, "status_code": 500, "keep": True},  # taken, and a failure said
    {"rate": 0.01, "seed": 6, "delay": 12},  # longer than anybody waits
    {"rate": 0.05, "seed": 7, "call": "ask", "status_code": 503},
]
MISHAPS: list[dict[str, Any]] = [
    {"effect": "doubled", "rate": 0.2, "seed": 8},
    {"effect": "lost", "channel": "email", "rate": 0.2, "seed": 9},  # so that some mails stay in doubt
]


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """A stack of its own, whose settings do not outlive it."""
    before = dict(os.environ)
    with gathered(tmp_path) as found:
        yield found
    os.environ.clear()
    os.environ.update(before)


def people() -> list[Profile]:
    """Some are reached by SMS, some by WhatsApp, some by mail."""
    return [_person(n, ("sms", "whatsapp", "email")[n % 3]) for n in range(CROWD)]


def _person(n: int, channel: str) -> Profile:
    to = {"email": f"p{n}@example.com"} if channel == "email" else {"phone": f"+1415{2_000_000 + n}"}
    return Profile.of({"user_id": f"storm-{n}", "channels": [channel], **to})


@pytest.mark.timeout(420)
def test_five_hundred_journeys_lose_nothing_and_double_nothing_in_a_storm(crowd: Crowd) -> None:
    """Whatever strikes, each message is with its provider once, or is shown as unknown with the reason."""
    crowd.trouble(FAULTS, MISHAPS)
    crowd.sign_up(people())
    for begun, part in KILLS.items():
        crowd.kill(part, after=begun)
    crowd.calm()
    crowd.live_until_all_is_over(patience=240)
    messages, sent = crowd.messages(), Sent.read(crowd.sandbox)
    assert len({one.enrollment_id for one in messages}) == CROWD == len(messages)
    assert {one.state for one in messages} <= {MessageState.ACCEPTED, MessageState.UNKNOWN}
    assert [words for words, times in sent.texts.items() if times > 1] == []
    accepted = [one for one in messages if one.state == MessageState.ACCEPTED]
    assert {one.provider_id for one in accepted} <= sent.provider_ids.keys()
    unknown = [one for one in messages if one.state == MessageState.UNKNOWN]
    assert {(one.channel, one.reason) for one in unknown} <= {("email", "interrupted")}
    assert sent.provider_ids.total() >= len(accepted)
    assert any(one.attempts > 1 for one in accepted)
