"""The relay: everything is told, once, in order for each person, whatever goes down in between."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RetryConfig

import client.journeys
import client.relay
from client import rounds
from client.homing import Homing
from client.inputs import Asked, Happened, Profile
from client.journeys import Journeys
from client.relay import Relay
from domain.clock import Clock
from domain.errors import Misconfigured, Unreachable
from models import claims, set_aside
from models.outbox import Telling
from tests.client.conftest import Line
from tests.client.journeys import TWICE, WAITING
from tests.client.relays import add, rows, running
from tests.stage import CAST, Stage


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds, for the sake of others, takes a moment."""
    monkeypatch.setattr(claims, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(client.relay, "SWEEP_S", 0.05)
    monkeypatch.setattr(client.relay, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(client.relay, "LONGEST_PAUSE_S", 0.2)
    monkeypatch.setattr(client.journeys, "PATIENCE", timedelta(seconds=1))


async def sign_up(stage: Stage, *names: str) -> None:
    """Stored, and told by nobody yet."""
    await stage.homing.take(
        [Profile(user_id=stage.user(name), email="x@example.com") for name in names], strangers=False
    )


def did(stage: Stage, name: str, event: str, message_id: str) -> Happened:
    """Somebody does something."""
    return Happened(user_id=stage.user(name), name=event, message_id=message_id)


def handle(stage: Stage, journey: str, name: str) -> WorkflowHandle[Any, str]:
    """Somebody's workflow."""
    return stage.handle(f"journey/{journey}/{stage.user(name)}")


async def heard(of: WorkflowHandle[Any, Any]) -> list[str]:
    """The ids of the signals in a workflow's history, in their order."""
    found = []
    async for event in of.fetch_history_events():
        if event.HasField("workflow_execution_signaled_event_attributes"):
            payload = event.workflow_execution_signaled_event_attributes.input.payloads[0]
            found.append((await pydantic_data_converter.decode([payload]))[0]["id"])
    return found


async def until(holds: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come to hold in time"
        await asyncio.sleep(0.02)


async def test_what_is_taken_is_told_within_a_second(stage: Stage) -> None:
    """By the relay of the same process, which is woken."""
    stage.publish(WAITING)
    async with running(stage.homing.relay):
        await stage.homing.take([Profile(user_id=stage.user("alice"), **CAST["alice"])], strangers=False)
        await stage.homing.take([did(stage, "alice", "first_use", "m-1")], strangers=False)
        await until(lambda: not rows(stage.database), seconds=1)
        await stage.until_sent("alice", "first_use_praise/email")
    assert stage.homing.relay.counts["told"] == 2


async def test_what_another_process_has_stored_is_told_too(stage: Stage, hasty: None) -> None:
    """Also when it died after that."""
    stage.publish(WAITING)
    other = Relay(stage.database, Journeys(stage.environment.client, Clock(), stage.task_queue))
    async with running(other):
        await sign_up(stage, "alice")
        await until(lambda: not rows(stage.database))
    assert await handle(stage, "waiting", "alice").describe()


async def test_each_person_is_told_in_order_by_three_relays_at_once(stage: Stage, hasty: None) -> None:
    """Nothing twice, nothing before what came before it."""
    stage.publish(TWICE)
    names = [f"user{number}" for number in range(8)]
    journeys = Journeys(stage.environment.client, Clock(), stage.task_queue)
    relays = [Relay(stage.database, journeys) for _ in range(3)]
    async with running(*relays):
        await sign_up(stage, *names)
        for part in range(6):
            events = [did(stage, name, "first_use", f"m-{part}-{number}") for number in range(5) for name in names]
            await stage.homing.take(events, strangers=False)
        await until(lambda: not rows(stage.database))
    expected = [f"m-{part}-{number}" for part in range(6) for number in range(5)]
    for name in names:
        found = await heard(handle(stage, "twice", name))
        assert found == expected
    assert sum(relay.counts["told"] for relay in relays) == len(names) * 31


async def test_a_relay_that_dies_between_telling_and_noting_does_no_harm(
    stage: Stage, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one tells it again, and the workflow takes it once: events, orders, attributes."""
    stage.publish(TWICE)
    await stage.signup("alice")
    order = Asked(user_id=stage.user("alice"), order="pause")
    await stage.homing.take([did(stage, "alice", "first_use", "m-1")], strangers=False)
    await stage.homing.ask(order)

    def die(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "_note", die)
        with pytest.raises(RuntimeError, match="killed"):
            await stage.homing.relay.deliver([stage.user("alice")])
    assert len(rows(stage.database)) == 2
    await stage.homing.order(stage.user("alice"), "resume")
    of = handle(stage, "twice", "alice")
    told = await heard(of)
    assert (len(told), len(set(told))) == (5, 3)  # the event and the pause twice, then resume
    await stage.pass_time(of, days=2)
    assert await of.result() == "once"


async def test_a_skip_that_is_told_twice_skips_once(stage: Stage) -> None:
    """By its id; before, a repeated skip would skip the next wait."""
    stage.publish(WAITING.replace("steps:", "steps:\n  - {id: rest, wait: 1d}"))
    of = await stage.signup("alice")
    await stage.until_at(of, "rest")
    payload = {"order": "skip", "id": "o-1"}
    for _ in range(2):
        add(stage.database, [Telling(stage.user("alice"), "order", of.id, stage.enrollment("alice").id, payload)])
        await stage.homing.relay.deliver([stage.user("alice")])
    await stage.until_at(of, "first-use")


async def test_temporal_away_for_an_hour_is_nobodys_fault(stage: Stage, hasty: None) -> None:
    """Everything is accepted, waits, counts as no refusal, and is told when Temporal is back: once, in order."""
    stage.publish(TWICE)
    line = Line(stage.environment.client.service_client.config.target_host)
    impatient = RetryConfig(max_elapsed_time_millis=200)
    port = int((address := await line.lay()).rpartition(":")[2])
    temporal = await Client.connect(address, data_converter=pydantic_data_converter, retry_config=impatient)
    line.cut()
    homing = Homing(stage.database, Journeys(temporal, Clock(), stage.task_queue), Clock())
    async with running(homing.relay):
        names = ["alice", "bob", "carol"]
        await homing.take([Profile(user_id=stage.user(name)) for name in names], strangers=False)
        for number in range(10):
            await homing.take([did(stage, name, "first_use", f"m-{number}") for name in names], strangers=False)
        await asyncio.sleep(3)
        waiting = rows(stage.database)
        assert (len(waiting), {row["attempts"] for row in waiting}) == (33, {0})
        again = Line(stage.environment.client.service_client.config.target_host)
        await again.lay(port)
        await until(lambda: not rows(stage.database))
    assert [await heard(handle(stage, "twice", name)) for name in names] == [
        [f"m-{number}" for number in range(10)]
    ] * 3
    assert homing.relay.counts["told"] == 33


async def test_a_temporal_that_refuses_us_is_nobodys_fault_either(stage: Stage, hasty: None) -> None:
    """A namespace that is missing would otherwise put everything aside within seconds."""
    stage.publish(WAITING)
    here = stage.environment.client
    elsewhere = Client(here.service_client, namespace="nowhere", data_converter=here.data_converter)
    relay = Relay(stage.database, Journeys(elsewhere, Clock(), stage.task_queue))
    await sign_up(stage, "alice")
    async with running(relay):
        await asyncio.sleep(1)
    (row,) = rows(stage.database)
    assert (row["attempts"], row["set_aside_real_at"]) == (0, None)
    with pytest.raises(Misconfigured, match="nowhere"):
        await relay.deliver([stage.user("alice")])


async def test_a_row_that_nobody_takes_is_set_aside_and_the_others_go_on(stage: Stage, hasty: None) -> None:
    """Those of other people at once, those of the same person after five refusals; it is shown with its error."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await stage.signup("bob")
    enrollment = stage.enrollment("alice").id
    add(stage.database, [Telling(stage.user("alice"), "event", "", enrollment, {"name": "first_use"})])
    async with running(stage.homing.relay):
        users = [did(stage, name, "first_use", "m-1") for name in ("alice", "bob")]
        await stage.homing.take(users, strangers=False)
        await stage.until_sent("bob", "first_use_praise/sms")
        await stage.until_sent("alice", "first_use_praise/email")
        await until(lambda: len(rows(stage.database)) == 1)
    with stage.database.session() as session:
        (row,) = set_aside.page(session, 10, 0)
        assert set_aside.figures(session).set_aside == 1
    assert (row.attempts, row.kind) == (5, "event")
    assert "Temporal refuses this" in str(row.error)
    assert stage.homing.relay.counts["set_aside"] == 1


async def test_what_our_own_code_cannot_read_is_set_aside_without_being_quoted(stage: Stage, hasty: None) -> None:
    """A row of a newer program, or a damaged one; errors hold nothing of a person."""
    stage.publish(WAITING)
    await stage.signup("alice")
    await stage.event("alice", "account_deleted")
    await until(lambda: stage.enrollment("alice").ended_at)
    stage.publish(WAITING.replace("topic:", "reentry: always\ntopic:"))
    damaged = {"attributes": {}, "zone": None, "entry": {"nome": "alice@example.com"}}
    add(stage.database, [Telling(stage.user("alice"), "start", "w-1", stage.enrollment("alice").id, damaged)])
    with stage.database.session() as session:
        session.connection().exec_driver_sql("update enrollments set ended_at = null")
    async with running(stage.homing.relay):
        await until(lambda: rows(stage.database)[0]["set_aside_real_at"])
    assert rows(stage.database)[0]["error"] == "ValidationError in our own code, at start"


async def test_what_was_set_aside_can_be_told_again(stage: Stage, hasty: None) -> None:
    """When what was wrong is mended."""
    stage.publish(WAITING)
    of = await stage.signup("alice")
    add(
        stage.database, [Telling(stage.user("alice"), "event", "", stage.enrollment("alice").id, {"name": "first_use"})]
    )
    async with running(stage.homing.relay):
        await until(lambda: rows(stage.database)[0]["set_aside_real_at"])
        with stage.database.session() as session:
            session.connection().exec_driver_sql(f"update outbox set workflow_id = '{of.id}'")
            assert set_aside.retry(session, rows(stage.database)[0]["id"]) == stage.user("alice")
        await stage.until_sent("alice", "first_use_praise/email")
    assert rows(stage.database) == []


async def test_a_stopping_relay_finishes_what_it_has_begun(stage: Stage, hasty: None) -> None:
    """Nothing is told that is not noted."""
    stage.publish(TWICE)
    names = [f"user{number}" for number in range(40)]
    await sign_up(stage, *names)
    async with running(stage.homing.relay):
        await until(lambda: stage.homing.relay.counts["told"])
    assert stage.homing.relay.counts["told"] + len(rows(stage.database)) == 40


async def test_delivering_waits_for_another_relay_that_is_at_it(stage: Stage) -> None:
    """Whoever is told that a journey was started may rely on it."""
    stage.publish(WAITING)
    async with running(stage.homing.relay):
        for number in range(20):
            name = f"user{number}"
            stage.homing.relay.wake()
            taken = await stage.homing.signup(Profile(user_id=stage.user(name)))
            assert taken.started == [f"journey/waiting/{stage.user(name)}"]
            assert await stage.handle(taken.started[0]).describe()


async def test_without_temporal_deliver_says_that_it_is_stored(stage: Stage, cut_off: Homing) -> None:
    """And will be told."""
    stage.publish(WAITING)
    with pytest.raises(Unreachable, match="what was sent is stored; a relay, as the API runs one, will tell it"):
        await cut_off.signup(Profile(user_id=stage.user("alice")))
    async with running(stage.homing.relay):
        await until(lambda: not rows(stage.database))
    assert (await handle(stage, "waiting", "alice").describe()).start_time < datetime.now(UTC)
