"""Erasure: everything goes, here and at Temporal, and whoever is gone stays gone. And the export before that."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect, text
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from client import rounds
from client.accepted import Accepted
from client.erasing import erase
from client.homing import Homing
from client.inputs import Happened, Item, Merged, Profile
from client.journeys import Journeys
from domain.clock import Clock
from domain.errors import Gone, Misconfigured, NotFound, Unreachable
from models import erasure
from models.database import Database
from tests.client.journeys import BY_PLAN, WAITING
from tests.client.relays import rows, running
from tests.stage import CAST, Stage

KEY = SecretStr("a key for tests of erasure, and for nothing else")


@pytest.fixture
async def homing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Homing]:
    """The stage's client, with a key, and its relay at work."""
    monkeypatch.setattr(rounds, "AGAIN_S", 0.2)
    stage.homing = Homing(
        stage.database, Journeys(stage.environment.client, Clock(), stage.task_queue), Clock(), hash_key=KEY
    )
    stage.publish(WAITING)
    stage.publish(BY_PLAN)
    async with running(stage.homing.relay):
        yield stage.homing


def left(database: Database, user: str) -> dict[str, int]:
    """In which tables anything is left of a person, under any column."""
    found = {}
    with database.session() as session:
        connection = session.connection()
        for table in inspect(connection).get_table_names():
            statement = text(f"select count(*) from {table} as one where to_jsonb(one)::text like :user")
            if count := connection.scalar(statement, {"user": f"%{user}%"}):
                found[table] = int(count)
    return found


async def is_gone(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether Temporal knows nothing of a workflow any more."""
    try:
        await handle.describe()
    except RPCError as error:
        return error.status is RPCStatusCode.NOT_FOUND
    return False


async def until_gone(*handles: WorkflowHandle[Any, Any]) -> None:
    """Temporal removes in its own time."""
    async with asyncio.timeout(20):
        for handle in handles:
            while not await is_gone(handle):  # noqa: ASYNC110  nobody tells us
                await asyncio.sleep(0.05)


async def test_nothing_of_a_person_is_left_anywhere(stage: Stage, homing: Homing) -> None:
    """No row in any table, no history of a running or an ended journey."""
    user = stage.user("alice")
    await homing.take([Happened(user_id=stage.user("anon"), name="page_viewed")], strangers=True)
    rest = await stage.signup("alice", attributes={"plan": "free", "first_name": "Alice"})
    await homing.take([Merged(previous_id=stage.user("anon"), user_id=user)], strangers=True)
    await stage.event("alice", "first_use")
    await stage.until_sent("alice", "first_use_praise/email")
    ended = stage.handle(f"journey/waiting/{user}")
    await ended.result()
    assert {"people", "addresses", "events", "enrollments", "messages", "decisions", "aliases"} <= set(
        left(stage.database, user)
    )
    await homing.erase(user)
    await stage.until(lambda: not rows(stage.database), seconds=20)
    assert (left(stage.database, user), left(stage.database, stage.user("anon"))) == ({}, {})
    await until_gone(rest, ended)


async def test_every_run_of_a_long_journey_is_removed(stage: Stage, homing: Homing) -> None:
    """Also those that others have continued."""
    of = await stage.signup("alice")
    first = (await of.describe()).run_id
    for number in range(60):
        for order in ("pause", "resume"):
            await of.signal("order", {"order": order, "id": f"{order}-{number}"})
    async with asyncio.timeout(20):
        while (await stage.handle(of.id).describe()).run_id == first:  # noqa: ASYNC110  nobody tells us
            await asyncio.sleep(0.1)
    await homing.erase(stage.user("alice"))
    await stage.until(lambda: not rows(stage.database), seconds=20)
    await until_gone(of, stage.environment.client.get_workflow_handle(of.id, run_id=first))


async def test_whoever_was_erased_stays_gone(stage: Stage, homing: Homing) -> None:
    """Late events are ignored and told as such, under a previous id too; a new sign-up is refused."""
    user, before = stage.user("alice"), stage.user("anon")
    await stage.signup("alice")
    await homing.take([Merged(previous_id=before, user_id=user)], strangers=True)
    await homing.erase(user)
    late = [Happened(user_id=one, name="first_use") for one in (user, before)]
    for strangers in (True, False):
        accepted = await homing.take(late, strangers=strangers)
        assert (accepted.new, [one.index for one in accepted.ignored]) == (0, [0, 1])
        assert "was erased" in accepted.ignored[0].reason
    profile = Profile.of({"user_id": user, **CAST["alice"]})
    with pytest.raises(Gone, match="was erased"):
        await homing.take([profile], strangers=False)
    with pytest.raises(Gone, match="was erased"):
        await homing.signup(profile)
    with pytest.raises(Gone, match="was erased"):
        await homing.event(late[0])
    accepted = await homing.take([profile, Merged(previous_id=stage.user("new"), user_id=user)], strangers=True)
    assert (accepted, len(accepted.ignored)) == (Accepted(0, 0, accepted.ignored), 2)
    await stage.until(lambda: not rows(stage.database), seconds=20)
    assert left(stage.database, user) == {}


async def test_erasing_again_is_quiet_and_erasing_nobody_is_told(stage: Stage, homing: Homing) -> None:
    """A retry of the request must not fail, a mistyped id must."""
    await stage.signup("alice")
    await homing.erase(stage.user("alice"))
    await homing.erase(stage.user("alice"))
    with pytest.raises(NotFound, match="nobody is known"):
        await homing.erase(stage.user("nobody"))


async def test_without_a_key_nobody_is_erased_and_nobody_new_comes_in_who_may_have_been(
    stage: Stage, homing: Homing
) -> None:
    """A process that was started without the key would let them come back."""
    await stage.signup("alice")
    keyless = Homing(stage.database, Journeys(stage.environment.client, Clock(), stage.task_queue), Clock())
    with pytest.raises(Misconfigured, match="HOMING_HASH_KEY"):
        await keyless.erase(stage.user("alice"))
    await keyless.take([Profile(user_id=stage.user("bob"))], strangers=False)
    await homing.erase(stage.user("alice"))
    with pytest.raises(Misconfigured, match="HOMING_HASH_KEY to the key of that time"):
        await keyless.take([Profile(user_id=stage.user("alice"))], strangers=False)
    await keyless.take([Happened(user_id=stage.user("bob"), name="first_use")], strangers=False)


async def test_erasing_in_the_middle_of_everything(stage: Stage, homing: Homing) -> None:
    """Twenty batches of events and profiles on their way: they come before it or are ignored; nothing stays."""
    user = stage.user("alice")
    await stage.signup("alice")

    async def batch(number: int) -> None:
        items: list[Item] = [
            Happened(user_id=user, name="first_use", message_id=f"m-{number}"),
            Profile(user_id=user, attributes={"plan": f"p-{number}"}, signup=False),
        ]
        await homing.take(items, strangers=True)

    await asyncio.gather(*(batch(number) for number in range(10)), homing.erase(user), *map(batch, range(10, 20)))
    await stage.until(lambda: not rows(stage.database), seconds=20)
    assert left(stage.database, user) == {}
    await until_gone(stage.handle(f"journey/waiting/{user}"), stage.handle(f"journey/by-plan/{user}"))


async def test_erasing_while_temporal_is_away_is_made_up_for(stage: Stage, homing: Homing, cut_off: Homing) -> None:
    """Rows go at once, workflows when Temporal is back."""
    of = await stage.signup("alice")
    erase(stage.database, stage.user("alice"), KEY.get_secret_value(), datetime.now(UTC))
    with pytest.raises(Unreachable):
        await cut_off.relay.deliver([stage.user("alice")])
    with stage.database.session() as session:
        assert session.connection().scalar(text("select count(*) from people")) == 0
    await until_gone(of)


async def test_what_stays_tells_nobody_who_it_was(stage: Stage, homing: Homing) -> None:
    """A hash without a key could be tried out."""
    user = stage.user("alice")
    await stage.signup("alice")
    await homing.erase(user)
    with stage.database.session() as session:
        kept = list(session.connection().execute(text("select digest from erasures")).scalars())
    assert kept == [erasure.digest(KEY.get_secret_value(), user)]
    assert erasure.digest("another key that is long enough", user) not in kept


async def test_an_export_has_everything_and_is_json(stage: Stage, homing: Homing) -> None:
    """For the person, who may ask what is known of them."""
    user = stage.user("alice")
    await stage.signup("alice", attributes={"plan": "free"})
    await homing.take([Merged(previous_id=stage.user("anon"), user_id=user)], strangers=True)
    await stage.event("alice", "first_use")
    await stage.until_sent("alice", "first_use_praise/email")
    for asked in (user, stage.user("anon")):
        found = json.loads(json.dumps(await homing.export(asked)))
        assert (found["user_id"], found["people"][0]["attributes"]) == (user, {"plan": "free"})
        assert found["aliases"][0]["previous_id"] == stage.user("anon")
        assert found["addresses"][0]["address"] in ("alice@example.com", "+14155550123")
        assert found["messages"][0]["state"] == "accepted"
        assert {one["name"] for one in found["events"]} == {"signed_up", "first_use"}


async def test_there_is_nothing_to_export_of_who_is_gone_or_never_was(stage: Stage, homing: Homing) -> None:
    """Two different answers."""
    await stage.signup("alice")
    await homing.erase(stage.user("alice"))
    with pytest.raises(Gone, match="was erased"):
        await homing.export(stage.user("alice"))
    with pytest.raises(NotFound, match="nobody is known"):
        await homing.export(stage.user("nobody"))


def test_no_table_with_people_is_forgotten(migrated: Database) -> None:
    """Whoever adds one with a `user_id` must say so, or erasure would leave it."""
    with migrated.engine.connect() as connection:
        seen = inspect(connection)
        tables = {
            name for name in seen.get_table_names() if "user_id" in {one["name"] for one in seen.get_columns(name)}
        }
    cascaded = {"recovery_codes"}  # with its set
    assert tables == {*erasure.TABLES, *erasure.UNTOLD, "outbox", *cascaded}
