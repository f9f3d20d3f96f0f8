"""A write with an `Idempotency-Key` is done once and answered the same, whoever asks how often at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.errors import Unreachable
from domain.keys import Scope
from models import requests
from models.requests import IdempotentRequest
from tests.api.conftest import Api
from tests.api.test_people import names_of_events

KEY = {"Idempotency-Key": "k-1"}
EVENT = {"name": "first_use"}


@pytest.fixture(autouse=True)
async def alice(api: Api) -> None:
    """She is known."""
    await api.put("alice")


def count(api: Api) -> int:
    """How often she used the product."""
    return names_of_events(api, "alice").count("first_use")


async def test_sent_again_it_gets_the_same_answer_and_does_nothing(api: Api) -> None:
    """The second answer says that it is one."""
    first, again = [await api.post("alice", "events", EVENT, headers=KEY) for _ in range(2)]
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert [one.headers.get("Idempotency-Replayed") for one in (first, again)] == [None, "true"]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert count(api) == 1


async def test_twenty_at_once_do_it_once(api: Api) -> None:
    """All but those that find it in progress get the one answer."""
    answers = await asyncio.gather(*(api.post("alice", "events", EVENT, headers=KEY) for _ in range(20)))
    assert {one.status_code for one in answers} <= {202, 409}
    assert len({one.text for one in answers if one.status_code == 202}) == 1
    assert all(one.headers["Retry-After"] for one in answers if one.status_code == 409)
    assert count(api) == 1


async def test_with_another_body_it_is_a_mistake(api: Api) -> None:
    """A key that is used for two things would hide one of them."""
    await api.post("alice", "events", EVENT, headers=KEY)
    answer = await api.post("alice", "events", EVENT | {"properties": {"a": 1}}, headers=KEY)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:homing:problem:idempotency-key-reused")


async def test_for_another_path_it_is_a_mistake_as_well(api: Api) -> None:
    """The same body may mean something else there."""
    await api.put("alice", {}, headers=KEY)
    assert (await api.put("bob", {}, headers=KEY)).status_code == 422


async def test_the_key_of_another_caller_is_another_key(api: Api) -> None:
    """Nobody gets the answer of somebody else."""
    other = api.new_key(Scope.WRITE)
    await api.post("alice", "events", EVENT, headers=KEY)
    answer = await api.post("alice", "events", {"name": "login"}, headers=KEY, key=other)
    assert answer.status_code == 202
    assert "Idempotency-Replayed" not in answer.headers


async def test_a_refusal_is_remembered_too(api: Api) -> None:
    """The same request cannot become right."""
    answers = [await api.post("alice", "events", {"name": ""}, headers=KEY) for _ in range(2)]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert answers[1].headers["Content-Type"] == "application/problem+json"


async def test_what_failed_on_our_side_may_be_tried_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same key, at once."""

    async def away(*_: Any, **__: Any) -> None:
        raise Unreachable("PostgreSQL is away")

    with monkeypatch.context() as patched:
        patched.setattr(api.parts.homing, "take", away)
        assert (await api.post("alice", "events", EVENT, headers=KEY)).status_code == 503
    assert (await api.post("alice", "events", EVENT, headers=KEY)).status_code == 202
    assert count(api) == 1


async def test_a_process_that_died_over_it_blocks_nobody_for_long_and_nothing_is_done_twice(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It did the work and never said so: the event has an id that derives from the key."""

    async def die(*_: Any) -> None:
        """As if killed here."""

    with monkeypatch.context() as patched:
        patched.setattr("api.idempotency.Claim.settle", die)
        await api.post("alice", "events", EVENT, headers=KEY)
    assert (await api.post("alice", "events", EVENT, headers=KEY)).status_code == 409
    with api.parts.database.session() as session:
        session.execute(update(IdempotentRequest).values(began_real_at=datetime.now(UTC) - requests.HELD * 2))
    answer = await api.post("alice", "events", EVENT, headers=KEY)
    assert (answer.status_code, answer.json()["new"]) == (202, False)
    assert count(api) == 1


async def test_after_a_day_it_is_forgotten(api: Api) -> None:
    """Swept away, and not believed before it is."""
    await api.put("alice", {}, headers=KEY)
    a_day_ago = datetime.now(UTC) - requests.KEPT - timedelta(minutes=1)
    with api.parts.database.session() as session:
        session.execute(update(IdempotentRequest).values(began_real_at=a_day_ago))
    assert (await api.put("bob", {}, headers=KEY)).status_code == 201
    with api.parts.database.session() as session:
        requests.forget(session, datetime.now(UTC) + requests.KEPT + timedelta(minutes=1))
        assert session.get(IdempotentRequest, (api.key.split("_")[2], "k-1")) is None


@pytest.mark.parametrize("key", ["x" * 256, "with \u00e9"])
async def test_what_cannot_be_a_key_is_refused(api: Api, key: str) -> None:
    """Rather than cut to something that could be another's."""
    answer = await api.put("alice", {}, headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:homing:problem:malformed")
