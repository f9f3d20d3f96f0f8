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
async def alice(bare: Api) -> None:
    """She is known."""
    await bare.put("alice")


def count(bare: Api) -> int:
    """How often she used the product."""
    return names_of_events(bare, "alice").count("first_use")


async def test_sent_again_it_gets_the_same_answer_and_does_nothing(bare: Api) -> None:
    """The second answer says that it is one."""
    first, again = [await bare.post("alice", "events", EVENT, headers=KEY) for _ in range(2)]
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert [one.headers.get("Idempotency-Replayed") for one in (first, again)] == [None, "true"]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert count(bare) == 1


async def test_twenty_at_once_do_it_once(bare: Api) -> None:
    """All but those that find it in progress get the one answer."""
    answers = await asyncio.gather(*(bare.post("alice", "events", EVENT, headers=KEY) for _ in range(20)))
    assert {one.status_code for one in answers} <= {202, 409}
    assert len({one.text for one in answers if one.status_code == 202}) == 1
    assert all(one.headers["Retry-After"] for one in answers if one.status_code == 409)
    assert count(bare) == 1


async def test_with_another_body_it_is_a_mistake(bare: Api) -> None:
    """A key that is used for two things would hide one of them."""
    await bare.post("alice", "events", EVENT, headers=KEY)
    answer = await bare.post("alice", "events", EVENT | {"properties": {"a": 1}}, headers=KEY)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:homing:problem:idempotency-key-reused")


async def test_for_another_path_it_is_a_mistake_as_well(bare: Api) -> None:
    """The same body may mean something else there."""
    await bare.put("alice", {}, headers=KEY)
    assert (await bare.put("bob", {}, headers=KEY)).status_code == 422


async def test_the_key_of_another_caller_is_another_key(bare: Api) -> None:
    """Nobody gets the answer of somebody else."""
    other = bare.new_key(Scope.WRITE)
    await bare.post("alice", "events", EVENT, headers=KEY)
    answer = await bare.post("alice", "events", {"name": "login"}, headers=KEY, key=other)
    assert answer.status_code == 202
    assert "Idempotency-Replayed" not in answer.headers


async def test_a_refusal_is_remembered_too(bare: Api) -> None:
    """The same request cannot become right."""
    answers = [await bare.post("alice", "events", {"name": ""}, headers=KEY) for _ in range(2)]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert answers[1].headers["Content-Type"] == "application/problem+json"


async def test_what_failed_on_our_side_may_be_tried_again(bare: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same key, at once."""

    async def away(*_: Any, **__: Any) -> None:
        raise Unreachable("PostgreSQL is away")

    with monkeypatch.context() as patched:
        patched.setattr(bare.parts.homing, "take", away)
        assert (await bare.post("alice", "events", EVENT, headers=KEY)).status_code == 503
    assert (await bare.post("alice", "events", EVENT, headers=KEY)).status_code == 202
    assert count(bare) == 1


async def test_a_process_that_died_over_it_blocks_nobody_for_long_and_nothing_is_done_twice(
    bare: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It did the work and never said so: the event has an id that derives from the key."""

    async def die(*_: Any) -> None:
        """As if killed here."""

    with monkeypatch.context() as patched:
        patched.setattr("api.idempotency.Claim.settle", die)
        await bare.post("alice", "events", EVENT, headers=KEY)
    assert (await bare.post("alice", "events", EVENT, headers=KEY)).status_code == 409
    with bare.parts.database.session() as session:
        session.execute(update(IdempotentRequest).values(began_real_at=datetime.now(UTC) - requests.HELD * 2))
    answer = await bare.post("alice", "events", EVENT, headers=KEY)
    assert (answer.status_code, answer.json()["new"]) == (202, False)
    assert count(bare) == 1


async def test_after_a_day_it_is_forgotten(bare: Api) -> None:
    """Swept away, and not believed before it is."""
    await bare.put("alice", {}, headers=KEY)
    a_day_ago = datetime.now(UTC) - requests.KEPT - timedelta(minutes=1)
    with bare.parts.database.session() as session:
        session.execute(update(IdempotentRequest).values(began_real_at=a_day_ago))
    assert (await bare.put("bob", {}, headers=KEY)).status_code == 201
    with bare.parts.database.session() as session:
        requests.forget(session, datetime.now(UTC) + requests.KEPT + timedelta(minutes=1))
        assert session.get(IdempotentRequest, (bare.key.split("_")[2], "k-1")) is None


@pytest.mark.parametrize("key", ["x" * 256, "with \u00e9"])
async def test_what_cannot_be_a_key_is_refused(bare: Api, key: str) -> None:
    """Rather than cut to something that could be another's."""
    answer = await bare.put("alice", {}, headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:homing:problem:malformed")
