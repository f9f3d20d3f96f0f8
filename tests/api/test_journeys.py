"""Where a person is, what comes next, and what support agents can do about it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client import whereabouts
from domain.journey.file import parse
from models.journeys import publish
from tests.api.conftest import JOURNEY, Api
from tests.api.test_people import until_running


async def journey(api: Api) -> dict[str, Any]:
    """Alice's only journey."""
    [found] = (await api.get("alice", "/journeys")).json()["journeys"]
    return dict(found)


async def until(api: Api, step: str, **expected: Any) -> dict[str, Any]:
    """Wait until she is at a step, and what is said of her place there."""
    for _ in range(200):
        place = (await journey(api))["place"] or {}
        if place.get("step") == step and expected.items() <= place.items():
            return dict(place)
        await asyncio.sleep(0.02)
    raise AssertionError(place)


async def test_a_running_journey_tells_where_the_person_is_and_what_comes_next(api: Api) -> None:
    """Each way onward with what makes her go it, in words."""
    await api.put("alice")
    place = await until(api, "first-use", phase="waiting")
    assert (place["what"], place["paused_since"]) == ("First use?", None)
    assert place["until"] > place["since"]
    assert place["next"] == [
        {"when": "first_use", "step": "bravo", "what": "Send first use praise"},
        {"when": "after 24 hours without it", "step": "nudge", "what": "Send first use reminder"},
    ]


async def test_an_ended_journey_tells_why(api: Api) -> None:
    """And nobody is asked for a place."""
    await api.put("alice")
    await until(api, "first-use", phase="waiting")
    await api.post("alice", "events", {"name": "first_use"})
    for _ in range(200):
        found = await journey(api)
        if found["ended_at"]:
            break
        await asyncio.sleep(0.02)
    assert (found["ended_reason"], found["place"], found["place_unknown"]) == ("completed", None, None)


async def test_without_a_worker_the_journeys_are_listed_and_their_places_unknown(
    bare: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes all the same, and says what is missing."""
    monkeypatch.setattr(whereabouts, "PATIENCE", timedelta(seconds=0.5))
    with bare.parts.database.session() as session:
        publish(session, parse(JOURNEY, "test.yaml"), datetime.now(UTC))
    await bare.put("alice")
    assert (await journey(bare))["place_unknown"] == whereabouts.NOT_BEGUN
    await bare.parts.relay.deliver([bare.user("alice")])
    assert (await journey(bare))["place_unknown"] == whereabouts.NO_ANSWER


async def test_a_pause_freezes_the_wait_and_resume_lets_it_go_on(api: Api) -> None:
    """As the place shows."""
    await api.put("alice")
    await until(api, "first-use", phase="waiting")
    assert (await api.post("alice", "journeys/welcome/commands/pause", {"reason": "on holiday"})).json() == {"told": 1}
    for _ in range(200):
        if (await journey(api))["place"]["paused_since"]:
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("never paused")
    await api.post("alice", "journeys/welcome/commands/resume")
    await until(api, "first-use", paused_since=None)


async def test_skip_ends_the_wait_at_hand(api: Api) -> None:
    """As its timer would."""
    await api.put("alice")
    await until(api, "first-use", phase="waiting")
    answer = await api.post("alice", "journeys/welcome/commands/skip")
    assert (answer.status_code, answer.json()) == (202, {"told": 1})
    await until_ended(api, "completed")


async def test_exit_ends_the_journey_with_the_reason_given(api: Api) -> None:
    """And a command to what has ended is told so."""
    await api.put("alice")
    await until_running(api, "alice", ["welcome"])
    await api.post("alice", "journeys/welcome/commands/exit", {"reason": "moved away"})
    await until_ended(api, "moved away")
    late = await api.post("alice", "journeys/welcome/commands/pause")
    assert (late.status_code, late.json()["type"]) == (404, "urn:homing:problem:not-found")


async def test_a_command_with_an_idempotency_key_is_told_once(api: Api) -> None:
    """`skip` sent twice would skip two waits."""
    await api.put("alice")
    await until(api, "first-use", phase="waiting")
    key = {"Idempotency-Key": "skip-1"}
    answers = [await api.post("alice", "journeys/welcome/commands/skip", headers=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


async def until_ended(api: Api, reason: str) -> None:
    """Wait until her journey has ended so."""
    for _ in range(200):
        if (await journey(api))["ended_reason"] == reason:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await journey(api))
