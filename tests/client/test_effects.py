"""What journeys ask of the client: attributes, events, other journeys; everything may be asked twice."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from client.inputs import Happened
from domain.errors import BadInput, NotFound
from models import enrollments, people
from tests.client.journeys import BY_PLAN, PURCHASES, WAITING
from tests.stage import Stage

LATER = datetime.now(UTC) + timedelta(hours=1)  # than the step is reached, however slow the machine; it counts as now


def workflows(stage: Stage) -> list[str]:
    """Alice's, in the order of entering."""
    with stage.database.session() as session:
        return [row.workflow_id for row in enrollments.of_person(session, stage.user("alice"))]


async def test_an_attribute_that_a_journey_sets_reaches_the_others_and_not_itself(stage: Stage) -> None:
    """It knows already."""
    stage.publish(BY_PLAN)
    handle = await stage.signup("alice", attributes={"plan": "free", "city": "Lima"})
    await stage.homing.set_attributes(stage.user("alice"), {"plan": "team"}, besides=handle.id)
    with stage.database.session() as session:
        alice = people.find_person(session, stage.user("alice"))
        assert (alice and alice.attributes) == {"plan": "team", "city": "Lima"}
    await stage.pass_time(handle, days=2)
    await stage.until_sent("alice", "feature_news/email")


async def test_an_attribute_set_from_elsewhere_reaches_the_branch(stage: Stage) -> None:
    """As by another journey."""
    stage.publish(BY_PLAN)
    handle = await stage.signup("alice", attributes={"plan": "free"})
    await stage.homing.set_attributes(stage.user("alice"), {"plan": "team"}, besides="journey/other/alice")
    await stage.pass_time(handle, days=2)
    await stage.until_sent("alice", "support_offer/email")


async def test_entering_a_journey_at_once_from_many_places_is_entering_once(stage: Stage) -> None:
    """One enrollment and one workflow."""
    stage.publish(WAITING)
    await stage.signup("alice")
    stage.publish(PURCHASES)
    await asyncio.gather(*(stage.homing.enter(stage.user("alice"), "purchases", "") for _ in range(10)))
    assert workflows(stage) == [f"journey/{name}/{stage.user('alice')}" for name in ("waiting", "purchases")]
    assert await stage.handle(workflows(stage)[1]).describe()


async def test_entering_again_is_another_enrollment_with_a_workflow_of_its_own(stage: Stage) -> None:
    """Where the re-entry rule allows it, after the end."""
    stage.publish(WAITING)
    await stage.signup("alice")
    stage.publish(PURCHASES.replace("topic:", "reentry: always\ntopic:"))
    user = stage.user("alice")
    for _ in range(2):
        await stage.homing.enter(user, "purchases", "")
        last = stage.handle(workflows(stage)[-1])
        await stage.homing.event(Happened(user_id=user, name="purchased", at=LATER))
        assert await last.result() == "completed"
    assert workflows(stage)[1:] == [f"journey/purchases/{user}", f"journey/purchases/{user}//2"]


async def test_what_cannot_be_entered_is_told(stage: Stage) -> None:
    """A journey that was never published, a key that cannot stand in an id."""
    stage.publish(WAITING)
    await stage.signup("alice")
    with pytest.raises(NotFound, match="journey rewards is not published"):
        await stage.homing.enter(stage.user("alice"), "rewards", "")
    for key in ("a/b", "a\0b", "half \ud83d", "k" * 129):
        with pytest.raises(BadInput):
            await stage.homing.enter(stage.user("alice"), "waiting", key)
