"""Histories of earlier code run on today's: people who are asleep since then must be able to wake up.

To record new ones after a deliberate change: `pytest tests/workflows/test_replay.py --record-histories`.
"""

import asyncio
import socket
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from domain.delivery import ChannelName, Reported
from domain.machine.stimuli import Order
from tests.stage import Stage
from tests.workflows.test_journey import ONBOARDING, TWO_MESSAGES
from tests.workflows.test_language import FOLLOW_UP, REACH
from workflows.inputs import EventSignal, OrderSignal, ReceiptSignal
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed

SMS, WHATSAPP = ChannelName.SMS, ChannelName.WHATSAPP
HISTORIES = Path(__file__).parent / "histories"


RECORDED = {file.stem: file.read_text(encoding="utf-8") for file in sorted(HISTORIES.glob("*.json"))}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_history_replays_on_todays_code(name: str) -> None:
    """No change of ours may put a sleeper's workflow into another order of commands."""
    history = WorkflowHistory.from_json(f"journey/{name}", RECORDED[name])
    replayer = Replayer(
        workflows=[JourneyWorkflow], data_converter=pydantic_data_converter, workflow_runner=sandboxed()
    )
    result = await replayer.replay_workflow(history)
    assert result.replay_failure is None


def test_there_are_recorded_histories() -> None:
    """An empty folder would make the test above pass for ever."""
    assert set(RECORDED) == {"silent", "busy", "paused", "reader", "confirmed", "reached"}


@pytest.mark.skipif("not config.getoption('--record-histories')", reason="only with --record-histories")
async def test_histories_can_be_recorded(stage: Stage) -> None:
    """Writes the histories that are replayed above: of a silent person, a busy one, and one ended by hand."""
    stage.suffix = "recorded"
    stage.publish(ONBOARDING)
    silent = await stage.signup("alice", attributes={"plan": "team"})
    for hours in (25, 150, 200):
        await stage.pass_time(silent, hours=hours)
    await silent.result()
    busy = await stage.signup("bob")
    await stage.event("bob", "first_use", message_id="one")
    await stage.event("bob", "upgraded", message_id="two")
    await busy.result()
    stage.publish(TWO_MESSAGES)
    paused = stage.handle(await _second(stage))
    await paused.signal("event", EventSignal(name="noise"))
    for order in (Order.PAUSE, Order.RESUME, Order.EXIT):
        await paused.signal("order", OrderSignal(order=order))
    await paused.result()
    for name, handle in (("silent", silent), ("busy", busy), ("paused", paused)):
        await record(stage.environment.client, name, handle.id)


@pytest.mark.skipif("not config.getoption('--record-histories')", reason="only with --record-histories")
async def test_a_history_with_receipts_can_be_recorded(stage: Stage) -> None:
    """Of somebody who opened a message, which led them another way."""
    stage.suffix = "reading"
    stage.publish(FOLLOW_UP)
    reader = await stage.signup("alice")
    await stage.until_at(reader, "rest")
    for outcome in (Reported.OPENED, Reported.DELIVERED):
        await reader.signal("receipt", ReceiptSignal(step="hello", outcome=outcome))
    await stage.pass_time(reader, hours=25)
    await reader.result()
    await record(stage.environment.client, "reader", reader.id)


@pytest.mark.skipif("not config.getoption('--record-histories')", reason="only with --record-histories")
async def test_a_history_with_a_fallback_can_be_recorded(stage: Stage) -> None:
    """Of somebody whose first message failed, whose second was late, and who got a third."""
    stage.suffix = "reaching"
    stage.publish(REACH)
    reached = await stage.signup("alice")
    for sent in (1, 2, 3):
        await stage.until(lambda sent=sent: len(stage.sent("alice")) == sent)  # type: ignore[misc]
        await stage.until_at(reached, "reach")
        if sent == 1:
            await reached.signal("receipt", ReceiptSignal(step="reach", outcome=Reported.FAILED, channel=WHATSAPP))
        if sent == 2:
            await stage.pass_time(reached, minutes=31)
    await reached.signal("receipt", ReceiptSignal(step="reach", outcome=Reported.DELIVERED, channel=SMS))
    await reached.result()
    await record(stage.environment.client, "reached", reached.id)


async def record(client: Client, name: str, workflow_id: str) -> None:
    """Keep the history of a workflow under this name. `confirmed` comes from `tests/verification/test_journeys.py`."""
    text = (await client.get_workflow_handle(workflow_id).fetch_history()).to_json()
    await asyncio.to_thread(_keep, name, text.replace(client.identity, "worker"))


def _keep(name: str, text: str) -> None:
    """Without the machine's name, a file a history."""
    assert socket.gethostname() not in text
    (HISTORIES / f"{name}.json").write_text(text, encoding="utf-8")


async def _second(stage: Stage) -> str:
    """Bob enters a second journey, by a plain start."""
    handle = await stage.environment.client.start_workflow(
        "Journey",
        {"journey": "two-messages", "user": stage.user("bob")},
        id=f"journey/two-messages/{stage.user('bob')}",
        task_queue=stage.task_queue,
    )
    return handle.id
