"""Journeys on the real Temporal server, in virtual time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError

from channels.protocol import Failure
from domain.clock import Clock
from domain.delivery import MessageState
from domain.machine.stimuli import Order
from runtime.settings import ROOT
from tests.fakes import refusal
from tests.stage import Stage
from workflows import options
from workflows.inputs import AttributesSignal, Enrollment, EventSignal, OrderSignal
from workflows.journey import JourneyWorkflow

ONBOARDING = (ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8")
THREE_DAYS = """
journey: three-days
title: Three days, then one message
entry: {event: signed_up}
exit_on: account_deleted
topic: test
steps:
  - id: first-use
    wait_for: {event: first_use}
    timeout: 3d
  - id: hello
    send: welcome
"""
TWO_MESSAGES = """
journey: two-messages
title: A message before and after an awaited event
entry: {event: signed_up}
exit_on: account_deleted
topic: test
steps:
  - {id: hello, send: welcome}
  - id: first-use
    wait_for: {event: first_use, do: [{id: bravo, send: first_use_praise}]}
    timeout: 3d
"""


async def test_a_person_who_never_comes_back_is_reminded_then_won_back_over_weeks(stage: Stage) -> None:
    """Silence: a reminder after a day, a reason to return after a week, the end after two."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("alice")
    await stage.until_sent("alice", "welcome/email")
    await stage.pass_time(handle, hours=25)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email")
    await stage.pass_time(handle, days=6.1)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email", "win_back/email")
    await stage.pass_time(handle, days=8)
    assert await handle.result() == "never_used"
    assert stage.enrollment("alice").ended_reason == "never_used"


async def test_a_person_who_uses_and_upgrades_is_praised_and_thanked(stage: Stage) -> None:
    """Events wake the journey at once, and an upgrade ends it."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("bob")
    await stage.until_sent("bob", "welcome/sms")
    await stage.event("bob", "first_use")
    await stage.until_sent("bob", "welcome/sms", "first_use_praise/sms")
    await stage.event("bob", "upgraded")
    assert await handle.result() == "upgraded"
    assert stage.sent("bob") == ["welcome/sms", "first_use_praise/sms", "thank_you/sms"]


async def test_an_event_during_the_retries_of_the_send_before_its_wait_is_not_missed(stage: Stage) -> None:
    """The provider refuses twice while the person is already using the product."""
    stage.publish(TWO_MESSAGES)
    stage.channels["email"].raises = [refusal(Failure.TRANSIENT), refusal(Failure.TRANSIENT)]
    handle = await stage.signup("alice")
    await stage.until(lambda: [row.state for row in stage.messages("alice")] == [MessageState.RETRYING])
    await stage.event("alice", "first_use")
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_praise/email"]


async def test_an_exit_in_the_middle_of_a_wait_is_immediate(stage: Stage) -> None:
    """No timer has to run out before somebody may leave."""
    stage.publish(THREE_DAYS)
    handle = await stage.signup("alice")
    await stage.event("alice", "account_deleted")
    assert await handle.result() == "event:account_deleted"
    assert stage.sent("alice") == []
    assert stage.enrollment("alice").ended_reason == "event:account_deleted"


async def test_an_exit_while_a_provider_is_down_stops_the_retries_and_settles_the_message(stage: Stage) -> None:
    """What waited for its next try is not tried again, and is not left open in the books."""
    stage.publish(TWO_MESSAGES)
    stage.channels["email"].raises = [refusal(Failure.TRANSIENT)] * 100
    handle = await stage.signup("alice")
    await stage.until(lambda: len(stage.channels["email"].raises) < 100)
    await stage.homing.order(stage.user("alice"), Order.EXIT, reason="asked by phone")
    assert await handle.result() == "asked by phone"
    [message] = stage.messages("alice")
    assert (message.state, message.reason) == (MessageState.FAILED, "exited")


async def test_a_pause_of_a_year_keeps_the_rest_of_the_wait(stage: Stage) -> None:
    """Two of three days are left when it is paused, and two pass after it is resumed."""
    stage.publish(THREE_DAYS)
    handle = await stage.signup("alice")
    await stage.pass_time(handle, days=1)
    await stage.homing.order(stage.user("alice"), Order.PAUSE)
    await stage.pass_time(handle, days=365)
    assert stage.sent("alice") == []
    await stage.homing.order(stage.user("alice"), Order.RESUME)
    await stage.pass_time(handle, days=1.9)
    assert stage.sent("alice") == []
    await stage.pass_time(handle, days=0.2)
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email"]


async def test_a_provider_that_stays_down_is_given_up_and_the_journey_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the end the reminder would be older than its reason: it failed, and the books say so."""
    # Virtual time does not pass while an activity is under way, so the real limit of days becomes seconds here.
    monkeypatch.setitem(options.DELIVERY, "schedule_to_close_timeout", timedelta(seconds=2))
    stage.publish(TWO_MESSAGES)
    stage.channels["email"].raises = [refusal(Failure.TRANSIENT)] * 10_000
    handle = await stage.signup("alice")
    await stage.until(lambda: [row.state for row in stage.messages("alice")] == [MessageState.FAILED])
    stage.channels["email"].raises = []
    await stage.event("alice", "first_use")
    assert await handle.result() == "completed"
    assert [row.reason for row in stage.messages("alice")] == ["gave_up", None]


async def test_the_same_event_twice_is_taken_once(stage: Stage) -> None:
    """A sender's retry carries the same id and neither ends a second wait nor counts again."""
    stage.publish(TWO_MESSAGES.replace("timeout: 3d", "timeout: 3d\n    since: step"))
    handle = await stage.signup("alice")
    await stage.until_at(handle, "first-use")
    for _ in range(2):
        await stage.event("alice", "first_use", message_id="e-1")
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_praise/email"]


async def test_a_long_life_continues_as_new_without_losing_its_place(stage: Stage) -> None:
    """Hundreds of events later the same wait goes on, in a later run, with its first deadline."""
    stage.publish(THREE_DAYS + "    via: email\n")
    handle = await stage.signup("alice")
    for number in range(80):
        await handle.signal("event", EventSignal(name="noise", id=str(number)))
    await stage.pass_time(handle, days=1)
    first = (await handle.describe()).run_id
    for number in range(80):
        await handle.signal("event", EventSignal(name="noise", id=f"again-{number}"))
    await stage.pass_time(handle, days=1)
    assert (await stage.handle(handle.id).describe()).run_id != first or handle.first_execution_run_id != first
    assert stage.sent("alice") == []
    await stage.pass_time(stage.handle(handle.id), days=1.1)
    assert await stage.handle(handle.id).result() == "completed"
    assert stage.sent("alice") == ["welcome/email"]


async def test_garbage_signals_change_nothing(stage: Stage) -> None:
    """A signal that cannot be read is dropped, and the journey still hears the next one."""
    stage.publish(TWO_MESSAGES)
    handle = await stage.signup("alice")
    unreadable: list[Any] = [{"nome": 1}, "first_use", None, [], {"name": "first_use", "at": "yesterday"}]
    for garbage in unreadable:
        await handle.signal("event", garbage)
    for name in ("event", "order", "attributes"):
        await handle.signal(name)
    await handle.signal("order", {"order": "explode"})
    await handle.signal("attributes", {"attributes": 7})
    await handle.signal("no-such-signal", "x")
    await handle.signal("event", {"name": "first_use"})
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_praise/email"]


async def test_changed_attributes_decide_a_later_branch(stage: Stage) -> None:
    """The plan at the time of the branch counts, not the one at signup."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("alice", attributes={"plan": "free"})
    await handle.signal("attributes", AttributesSignal(attributes={"plan": "team"}))
    await stage.until_sent("alice", "welcome/email")
    await stage.pass_time(handle, days=1.1)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email")
    await stage.pass_time(handle, days=6.1)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email", "support_offer/email")


async def test_names_alone_start_a_journey(stage: Stage) -> None:
    """Any Temporal client can start one for a known person, and enrolls them by it."""
    stage.publish(ONBOARDING)
    await stage.signup("alice")
    stage.publish(TWO_MESSAGES)
    user = stage.user("alice")
    started = await stage.environment.client.start_workflow(
        "Journey", {"journey": "two-messages", "user": user}, id=f"by-hand-{user}", task_queue=stage.task_queue
    )
    await started.signal("event", {"name": "first_use"})
    assert await started.result() == "completed"
    assert stage.enrollment("alice").workflow_id == f"by-hand-{user}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Enrollment(journey="onboarding", user="nobody-knows-them"), "nobody is known"),
        (
            Enrollment(journey="onboarding", user="x", enrollment="e", definition={"journey": "broken"}),
            "no valid journey",
        ),
    ],
)
async def test_a_start_that_cannot_work_fails_at_once_with_the_reason(
    stage: Stage, given: Enrollment, words: str
) -> None:
    """It does not hang, retrying for ever what can never succeed."""
    stage.publish(ONBOARDING)
    with pytest.raises(WorkflowFailureError) as failed:
        await stage.environment.client.execute_workflow(
            JourneyWorkflow.run, given, id=f"broken-{stage.suffix}", task_queue=stage.task_queue
        )
    reasons = [str(failed.value.cause), str(failed.value.cause.__cause__)]
    assert any(words in reason for reason in reasons)


async def test_at_a_high_pace_days_pass_in_seconds_and_mean_the_same(stage: Stage) -> None:
    """Three journey days take three real seconds; the books are kept in journey time."""
    stage.publish(THREE_DAYS)
    stage.homing = stage.at_pace(Clock(86_400, datetime.now(UTC)))
    handle = await stage.signup("alice")
    assert await handle.result() == "completed"
    enrollment = stage.enrollment("alice")
    assert enrollment.ended_at is not None
    assert timedelta(days=3) <= enrollment.ended_at - enrollment.started_at < timedelta(days=30)


async def test_an_order_to_skip_ends_the_wait_as_its_timer_would(stage: Stage) -> None:
    """Support does not have to wait with the person."""
    stage.publish(THREE_DAYS)
    handle = await stage.signup("alice")
    await handle.signal("order", OrderSignal(order=Order.SKIP))
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email"]
