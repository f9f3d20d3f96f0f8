"""The rest of the journey language on the real server: what the machine asks for comes about, once."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from temporalio.client import WorkflowHandle

from models import enrollments
from tests.stage import Stage
from workflows.journey import JourneyWorkflow

APPOINTMENT = """
journey: appointment
title: Remind of an appointment
entry: {event: appointment_booked, key: appointment_id}
updated_by: appointment_moved
exit_on: appointment_cancelled
topic: appointments
steps:
  - id: day-before
    wait: {until: event.starts_at, offset: -24h, if_past: skip}
    do: [{id: remind, send: check_in}]
"""
ENTRY = """
journey: start
title: Lets people sign up
entry: {event: signed_up}
topic: test
steps: [{id: rest, wait: 1s}]
"""
EFFECTS = """
journey: effects
title: Does things beside messages
entry: {event: began}
topic: test
steps:
  - {id: mark, set: {stage: trial}}
  - {id: tell, emit: trial_began, properties: {days: 14}}
  - {id: also, enter: listener}
"""
LISTENER = """
journey: listener
title: Hears and looks
entry: {event: began}
topic: test
steps:
  - id: hears
    wait_for: {event: trial_began, where: {property: days, equals: 14}}
  - id: looks
    branch:
      - if: {attribute: stage, equals: trial}
        do: [{id: yes, exit: saw_it}]
"""
MONTHLY = """
journey: monthly
title: News every thirty days
entry: {event: began}
topic: news
steps:
  - id: monthly
    repeat: {every: 30d, at_most: 12}
    do: [{id: news, send: feature_news}]
"""
FOLLOW_UP = """
journey: follow-up
title: Follows up on what became of a message
entry: {event: signed_up}
topic: test
steps:
  - {id: hello, send: welcome}
  - {id: rest, wait: 1d}
  - id: check
    branch:
      - if: {step: hello, outcome: opened}
        do: [{id: praise, send: first_use_praise}]
      - else: [{id: nudge, send: first_use_reminder}]
"""
REACH = """
journey: reach
title: By one channel after another until it arrives
entry: {event: signed_up}
topic: test
steps:
  - {id: reach, send: check_in, via: [whatsapp, sms, email], fallback: {unless: delivered, after: 30m}}
"""
WAITS_FOR_OPEN = """
journey: reader
title: Waits until a message is read
entry: {event: signed_up}
topic: test
steps:
  - {id: hello, send: welcome}
  - id: reads
    wait_for: {event: message_opened, where: {property: step, equals: hello}}
    timeout: 3d
    on_timeout: [{id: unread, exit: unread}]
  - {id: out, exit: read}
"""


def reentry(rule: str) -> str:
    """A journey over at once, with a rule for entering again."""
    return f"""
journey: again
title: Enters again
entry: {{event: came}}
reentry: {rule}
topic: test
steps: [{{id: out, exit: done}}]
"""


async def known(stage: Stage, name: str = "alice") -> None:
    """Sign one of the cast up, into a journey that does nothing."""
    stage.publish(ENTRY)
    await stage.signup(name)


def rows(stage: Stage, journey: str) -> list[enrollments.Enrollment]:
    """Alice's enrollments in a journey."""
    with stage.database.session() as session:
        return [row for row in enrollments.of_person(session, stage.user("alice")) if row.journey == journey]


async def test_two_appointments_are_two_enrollments_and_cancelling_one_stops_only_that_one(stage: Stage) -> None:
    """Each has its own date and its own end."""
    await known(stage)
    stage.publish(APPOINTMENT)
    day = datetime.now(UTC) + timedelta(days=10)
    for number in (1, 2):
        properties = {"appointment_id": f"a-{number}", "starts_at": (day + timedelta(days=number)).isoformat()}
        await stage.event("alice", "appointment_booked", properties=properties)
    await stage.event("alice", "appointment_cancelled", properties={"appointment_id": "a-1"})
    first, second = rows(stage, "appointment")
    assert first.workflow_id == f"journey/appointment/{stage.user('alice')}/a-1"
    assert await stage.handle(first.workflow_id).result() == "event:appointment_cancelled"
    moved = {"appointment_id": "a-2", "starts_at": (day + timedelta(days=20)).isoformat()}
    await stage.event("alice", "appointment_moved", properties=moved)
    handle = stage.handle(second.workflow_id)
    await stage.pass_time(handle, days=15)
    assert stage.sent("alice") == []
    await stage.pass_time(handle, days=15)
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["check_in/email"]


async def test_set_emit_and_enter_reach_other_journeys(stage: Stage) -> None:
    """An attribute changed and an event emitted by one journey are seen by another, which it can also let people in."""
    await known(stage)
    for journey in (EFFECTS, LISTENER):
        stage.publish(journey)
    await stage.event("alice", "began")
    [effects], [listener] = rows(stage, "effects"), rows(stage, "listener")
    assert await stage.handle(effects.workflow_id).result() == "completed"
    assert await stage.handle(listener.workflow_id).result() == "saw_it"


async def test_an_effect_that_can_never_come_about_holds_nobody_up(stage: Stage) -> None:
    """A journey that was never published cannot be entered; the way goes on, and the UI shows the failed activity."""
    await known(stage)
    stage.publish(EFFECTS.replace("enter: listener", "enter: nowhere"))
    await stage.event("alice", "began")
    [row] = rows(stage, "effects")
    assert await stage.handle(row.workflow_id).result() == "completed"


async def test_a_repeat_of_a_year_ends_across_continue_as_new(stage: Stage) -> None:
    """Twelve messages of the same step, each sent once, over several runs of the workflow."""
    await known(stage)
    stage.publish(MONTHLY)
    await stage.event("alice", "began")
    [row] = rows(stage, "monthly")
    for number in range(1, 13):
        await stage.until(lambda number=number: len(stage.sent("alice")) == number)  # type: ignore[misc]
        if number < 12:
            await stage.pass_time(stage.handle(row.workflow_id), days=30)
    assert await stage.handle(row.workflow_id).result() == "completed"
    assert stage.sent("alice") == ["feature_news/email"] * 12
    assert [message.pass_number for message in stage.messages("alice")] == list(range(1, 13))
    first = await stage.environment.client.get_workflow_handle(row.workflow_id).describe()
    assert first.raw_description.workflow_execution_info.first_run_id != first.run_id


async def test_reentry_never_is_once_for_twenty_at_the_same_time_and_ever_after(stage: Stage) -> None:
    """The rule that the unique row keeps."""
    assert await entries(stage, "never") == 1


async def test_reentry_always_is_as_often_as_the_journey_has_ended(stage: Stage) -> None:
    """But nobody is in it twice at a time."""
    assert await entries(stage, "always") >= 2
    times = sorted(rows(stage, "again"), key=lambda row: row.started_at)
    assert len({row.workflow_id for row in times}) == len(times)
    assert all(before.ended_at and before.ended_at <= after.started_at for before, after in pairwise(times))


async def test_reentry_after_thirty_days_waits_for_them(stage: Stage) -> None:
    """Counted from the end of the last time."""
    assert await entries(stage, "{after: 30d}") == 1
    stage.homing = stage.later(days=31)
    await stage.event("alice", "came")
    assert len(rows(stage, "again")) == 2


async def entries(stage: Stage, rule: str) -> int:
    """How often Alice enters when twenty events come at once, and one more when that is over."""
    await known(stage)
    stage.publish(reentry(rule))
    await asyncio.gather(*(stage.event("alice", "came") for _ in range(20)))
    await stage.until(lambda: all(row.ended_at for row in rows(stage, "again")))
    await stage.event("alice", "came")
    return len(rows(stage, "again"))


async def test_the_books_say_how_far_a_person_came(stage: Stage) -> None:
    """Goal, milestones and the share of a split are there for the numbers when the journey ends."""
    stage.publish("""
journey: measured
title: Measured
entry: {event: signed_up}
goal: {event: upgraded, within: 30d}
milestones: {perceived: signed_up, adopted: upgraded}
topic: test
steps:
  - id: half
    split: {treated: 1, holdout: 99}
    do: {treated: [{id: hello, send: welcome}]}
  - {id: w, wait_for: {event: upgraded}}
""")
    handle = await stage.signup("bob")
    await stage.event("bob", "upgraded")
    await handle.result()
    progress = stage.enrollment("bob").progress
    assert set(progress["milestones"]) == {"perceived", "adopted"}
    assert progress["goal_at"] == progress["milestones"]["adopted"]
    assert progress["shares"]["half"] in ("treated", "holdout")


async def test_a_receipt_decides_at_the_next_branch_that_asks_for_it(stage: Stage) -> None:
    """Signalled as plain JSON, told twice and out of order; the UI says what is known."""
    stage.publish(FOLLOW_UP)
    handle = await stage.signup("alice")
    await stage.until_at(handle, "rest")
    for outcome in ("opened", "delivered", "opened"):
        await handle.signal("receipt", {"step": "hello", "outcome": outcome, "at": "2026-03-02T09:00:00Z"})
    await handle.signal("receipt", {"step": "hello", "outcome": "eaten"})  # of a sender that knows more than we do
    assert await reported(handle, "hello") == "opened"
    await stage.pass_time(handle, hours=25)
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_praise/email"]


async def test_without_a_receipt_the_other_way_is_taken(stage: Stage) -> None:
    """What nobody has reported is not known."""
    stage.publish(FOLLOW_UP)
    handle = await stage.signup("alice")
    await stage.until_at(handle, "rest")
    assert await reported(handle, "hello") is None
    await stage.pass_time(handle, hours=25)
    assert await handle.result() == "completed"
    assert stage.sent("alice") == ["welcome/email", "first_use_reminder/email"]


async def test_a_wait_for_a_message_event_tells_messages_apart_by_their_step(stage: Stage) -> None:
    """What providers report is an ordinary event as well."""
    stage.publish(WAITS_FOR_OPEN)
    handle = await stage.signup("alice")
    await stage.until_at(handle, "reads")
    await stage.event("alice", "message_opened", properties={"step": "another", "channel": "email"})
    await stage.until_at(handle, "reads")
    await stage.event("alice", "message_opened", properties={"step": "hello", "channel": "email"})
    assert await handle.result() == "read"


async def reported(handle: WorkflowHandle[Any, str], step: str) -> str | None:
    """What a journey knows by receipts of a step's message."""
    state = await handle.query(JourneyWorkflow.state)
    return state.receipts[step].reported if state else None
