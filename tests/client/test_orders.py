"""Orders to running journeys: pause, resume, skip, exit."""

import pytest

from client.inputs import Profile
from domain.errors import BadInput, NotFound
from tests.client.journeys import WAITING, named
from tests.stage import CAST, Stage


async def test_an_order_reaches_all_running_journeys_or_the_one_that_is_named(stage: Stage) -> None:
    """The answer says which were told."""
    stage.publish(WAITING)
    stage.publish(named(WAITING, "other"))
    await stage.signup("alice")
    both = [f"journey/{journey}/{stage.user('alice')}" for journey in ("other", "waiting")]
    assert sorted(await stage.homing.order(stage.user("alice"), "pause")) == both
    assert await stage.homing.order(stage.user("alice"), "exit", journey="other") == both[:1]


async def test_an_exit_keeps_its_reason(stage: Stage) -> None:
    """For the record."""
    stage.publish(WAITING)
    handle = await stage.signup("alice")
    await stage.homing.order(stage.user("alice"), "exit", reason="moved to Lima")
    assert await handle.result() == "moved to Lima"
    assert stage.enrollment("alice").ended_reason == "moved to Lima"


async def test_an_order_to_a_workflow_that_was_never_started_starts_it_with_the_order(stage: Stage) -> None:
    """So that its person does not get what was to be stopped."""
    stage.publish(WAITING)
    await stage.homing.take([Profile.of({"user_id": stage.user("alice"), **CAST["alice"]})], strangers=False)
    [workflow_id] = await stage.homing.order(stage.user("alice"), "exit")
    assert await stage.handle(workflow_id).result() == "asked"


async def test_what_is_not_there_is_not_found(stage: Stage) -> None:
    """A person, a journey, a running one: each is named."""
    stage.publish(WAITING)
    user = stage.user("alice")
    with pytest.raises(NotFound, match=f"nobody is known by the id {user}"):
        await stage.homing.order(user, "pause")
    handle = await stage.signup("alice")
    with pytest.raises(NotFound, match="there is no journey 'waitin'"):
        await stage.homing.order(user, "pause", journey="waitin")
    await stage.homing.order(user, "exit")
    await handle.result()
    with pytest.raises(NotFound, match=f"{user} is in no running journey$"):
        await stage.homing.order(user, "pause")
    with pytest.raises(NotFound, match=f"{user} is in no running journey waiting$"):
        await stage.homing.order(user, "pause", journey="waiting")


@pytest.mark.parametrize(
    ("order", "more", "problem"),
    [
        ("stop", {}, "order: Input should be 'pause', 'resume', 'skip' or 'exit'"),
        ("exit", {"reason": "x" * 201}, "reason: String should have at most 200 characters"),
        ("exit", {"reason": "a\0b"}, "reason: must be one line of plain text"),
        ("exit", {"journey": "a\0b"}, "journey: holds a NUL or half a character"),
    ],
)
async def test_an_order_that_is_none_is_refused(stage: Stage, order: str, more: dict[str, str], problem: str) -> None:
    """Before anybody is asked."""
    with pytest.raises(BadInput, match=problem):
        await stage.homing.order("alice", order, **more)
