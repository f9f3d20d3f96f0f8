"""What an engineer reads in the Temporal UI, and what must not be readable there."""

import asyncio
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle

from testkit.real.servers import temporal_binary
from tests.stage import Stage
from tests.workflows.test_journey import ONBOARDING, THREE_DAYS, TWO_MESSAGES
from tests.workflows.test_language import REACH
from workflows.inputs import SEARCH_ATTRIBUTES
from workflows.story import MOST_BYTES, short

URGENCIES = """
journey: urgencies
title: Four messages
entry: {event: signed_up}
topic: test
steps:
  - {id: answer, send: welcome, transactional: true}
  - {id: renewal, send: thank_you, priority: high}
  - {id: tip, send: tips}
  - {id: offer, send: win_back, priority: low}
"""


async def test_the_temporal_ui_tells_the_story(stage: Stage) -> None:
    """Id, summary, search attributes, timers, activities and current details speak of steps by name."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("alice")
    await stage.until_sent("alice", "welcome/email")
    await stage.pass_time(handle, hours=1)
    described = await handle.describe()
    ours = {key.name: described.typed_search_attributes.get(key) for key in SEARCH_ATTRIBUTES}
    assert handle.id == f"journey/onboarding/{stage.user('alice')}"
    assert str(await described.static_summary()).startswith("From sign-up to habit (onboarding ")
    version = stage.enrollment("alice").version
    assert ours == {
        "HomingJourney": "onboarding",
        "HomingVersion": version,
        "HomingStep": "first-use",
        "HomingStatus": "active",
    }
    history = await _history(handle)
    assert "first-use: no first_use in time" in history
    assert "welcome: send welcome via preferred channel" in history


async def test_temporal_is_told_which_messages_may_wait_for_others(stage: Stage) -> None:
    """What answers the person goes to workers before a campaign, and both after a code."""
    stage.publish(URGENCIES)
    handle = await stage.signup("alice")
    await handle.result()
    events = (await handle.fetch_history()).events
    asked = [one.activity_task_scheduled_event_attributes for one in events]
    keys = [one.priority.priority_key for one in asked if one.activity_type.name == "deliver"]
    assert keys == [2, 3, 4, 5]


async def test_current_details_say_where_the_person_is(stage: Stage) -> None:
    """A human opens the workflow and reads it in a sentence."""
    stage.publish(THREE_DAYS)
    handle = await stage.signup("alice")
    await stage.pass_time(handle, hours=1)
    assert "Waiting at `first-use` for `first_use` until" in await _details(handle)
    await handle.signal("order", {"order": "pause"})
    assert "Paused at `first-use`" in await _details(handle)


async def test_a_wait_for_a_receipt_says_what_it_waits_for(stage: Stage) -> None:
    """As a timer, as a detail, and each message by its activity."""
    stage.publish(REACH)
    handle = await stage.signup("alice")
    await stage.until_at(handle, "reach")
    assert "Waiting for the message of `reach` to be delivered until" in await _details(handle)
    assert "reach: not delivered in time" in await _history(handle)
    await handle.signal("receipt", {"step": "reach", "outcome": "opened"})
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["check_in/whatsapp"]


async def test_nothing_personal_is_in_the_history(stage: Stage) -> None:
    """Addresses, names and properties that no condition looks at stay in the database."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("alice", attributes={"first_name": "Alice-Secret", "plan": "team"})
    await stage.event("alice", "first_use")
    await stage.until_sent("alice", "welcome/email", "first_use_praise/email")
    history = await _history(handle)
    for secret in ("alice@example.com", "4155550123", "Alice-Secret"):
        assert secret not in history


async def test_the_temporal_command_line_signals_with_plain_json(stage: Stage) -> None:
    """No client of ours is needed to tell a journey what happened."""
    stage.publish(TWO_MESSAGES)
    handle = await stage.signup("alice")
    address = stage.environment.client.service_client.config.target_host
    command = [temporal_binary(), "workflow", "signal", "--address", address, "--workflow-id", handle.id]
    told = ["--name", "event", "--input", '{"name": "first_use", "id": "cli-1"}']
    process = await asyncio.create_subprocess_exec(*command, *told)
    assert await process.wait() == 0
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_praise/email"]


async def _details(handle: WorkflowHandle[Any, Any]) -> str:
    """What the UI shows as current details."""
    metadata: WorkflowMetadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return metadata.current_details


async def _history(handle: WorkflowHandle[Any, Any]) -> str:
    """The history's bytes as text, payloads and all."""
    history = await handle.fetch_history()
    return "\n".join(event.SerializeToString().decode(errors="ignore") for event in history.events)


@pytest.mark.parametrize("text", ["short", "ünïcödé " * 60, "字" * 200])
def test_a_summary_is_cut_to_what_the_server_takes(text: str) -> None:
    """By bytes, in any script, and never in the middle of a character."""
    cut = short(text)
    assert len(cut.encode()) <= MOST_BYTES
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
