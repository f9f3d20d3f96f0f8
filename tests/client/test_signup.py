"""Signing up: once, however often and by however many it is said, and what is said anew counts."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from client.homing import Homing
from client.inputs import Profile
from client.journeys import Journeys
from domain.clock import Clock
from domain.errors import BadInput, Misconfigured, Unreachable
from models import enrollments, events, people
from models.people import Person
from tests.client.journeys import BY_PLAN, WAITING, named
from tests.stage import CAST, Stage


def alice(stage: Stage, **more: Any) -> Profile:
    """Alice, and what else is said of her."""
    return Profile.of({"user_id": stage.user("alice"), **CAST["alice"], **more})


def person(stage: Stage) -> Person:
    """What is stored of Alice."""
    with stage.database.session() as session:
        found = people.find_person(session, stage.user("alice"))
        assert found is not None
        return found


def stored(stage: Stage) -> tuple[int, int]:
    """How many enrollments and events Alice has."""
    with stage.database.session() as session:
        user = stage.user("alice")
        return len(enrollments.of_person(session, user)), len(events.events_of(session, user))


async def test_twenty_signups_at_once_are_one(stage: Stage) -> None:
    """One enrollment, one event, one workflow, and one of the twenty started it."""
    stage.publish(WAITING)
    taken = await asyncio.gather(*(stage.homing.signup(alice(stage)) for _ in range(20)))
    assert [one.started for one in taken if one.new] == [[f"journey/waiting/{stage.user('alice')}"]]
    assert (sum(one.new for one in taken), stored(stage)) == (1, (1, 1))
    await stage.event("alice", "first_use")
    await stage.until_sent("alice", "first_use_praise/email")


async def test_a_signup_that_died_before_it_told_temporal_is_mended_by_the_next(stage: Stage) -> None:
    """The commit was all that it came to."""
    stage.publish(WAITING)
    await stage.homing.take([alice(stage)], strangers=False)
    taken = await stage.homing.signup(alice(stage))
    assert (taken.new, stored(stage)) == (False, (1, 1))
    handle = stage.handle(f"journey/waiting/{stage.user('alice')}")
    assert (await handle.describe()).typed_search_attributes  # it runs


async def test_a_signup_while_temporal_is_down_is_kept_and_mended_by_repeating_it(
    stage: Stage, cut_off: Homing
) -> None:
    """The error says so."""
    stage.publish(WAITING)
    with pytest.raises(Unreachable, match="what was sent is stored; a relay"):
        await cut_off.signup(alice(stage))
    assert stored(stage) == (1, 1)
    await stage.homing.signup(alice(stage))
    await stage.event("alice", "first_use")
    await stage.until_sent("alice", "first_use_praise/email")


async def test_a_temporal_that_refuses_says_what_is_to_be_mended(stage: Stage) -> None:
    """No namespace here, for instance; that does not pass by itself."""
    stage.publish(WAITING)
    here = stage.environment.client
    elsewhere = Client(here.service_client, namespace="nowhere", data_converter=here.data_converter)
    homing = Homing(stage.database, Journeys(elsewhere, Clock(), stage.task_queue), Clock())
    with pytest.raises(Misconfigured, match=r"Temporal refuses.*nowhere.*; mend its namespace"):
        await homing.signup(alice(stage))


async def test_changed_attributes_reach_the_branch(stage: Stage) -> None:
    """Who upgrades to a team before the branch is reached goes the team's way."""
    stage.publish(BY_PLAN)
    handle = await stage.signup("alice", attributes={"plan": "free"})
    await stage.homing.signup(alice(stage, attributes={"plan": "team"}))
    await stage.pass_time(handle, days=2)
    await stage.until_sent("alice", "support_offer/email")


async def test_attributes_that_no_journey_looks_at_are_kept_and_told_nobody(stage: Stage) -> None:
    """They are for the messages."""
    stage.publish(BY_PLAN)
    handle = await stage.signup("alice", attributes={"plan": "free", "city": "Lima"})
    await stage.homing.signup(alice(stage, attributes={"city": "Quito"}))
    assert person(stage).attributes == {"plan": "free", "city": "Quito"}
    history = [event async for event in handle.fetch_history_events()]
    assert not [event for event in history if event.HasField("workflow_execution_signaled_event_attributes")]


async def test_what_is_not_said_again_stays_as_it_is(stage: Stage) -> None:
    """News of a known person are only what they name."""
    stage.publish(WAITING)
    given = {"locale": "pt-BR", "zone": "America/Sao_Paulo", "channels": ["sms", "email"], "attributes": {"a": 1}}
    await stage.signup("alice", **given)
    before = person(stage)
    await stage.homing.signup(Profile.of({"user_id": stage.user("alice"), "attributes": {"b": 2}}))
    after = person(stage)
    assert (after.locale, after.zone, after.channels) == ("pt-BR", "America/Sao_Paulo", ["sms", "email"])
    assert (after.attributes, after.created_at) == ({"a": 1, "b": 2}, before.created_at)


async def test_what_is_said_again_counts(stage: Stage) -> None:
    """People move, and change their minds; a channel may be named whose address is known already."""
    stage.publish(WAITING)
    await stage.signup("alice")
    said = {"user_id": stage.user("alice"), "locale": "es", "zone": "Europe/Madrid", "channels": ["sms"]}
    await stage.homing.signup(Profile.of(said))
    after = person(stage)
    assert (after.locale, after.zone, after.channels) == ("es", "Europe/Madrid", ["sms"])


async def test_a_channel_without_an_address_is_refused_and_nothing_changes(stage: Stage) -> None:
    """Not even what else was said."""
    stage.publish(WAITING)
    await stage.signup("alice", phone=None)
    wrong = {"user_id": stage.user("alice"), "locale": "es", "channels": ["sms"]}
    with pytest.raises(BadInput, match=r"channels: sms needs a phone or an e-mail address"):
        await stage.homing.signup(Profile.of(wrong))
    assert person(stage).locale == "en"


async def test_without_a_journey_to_enter_nobody_is_signed_up(stage: Stage) -> None:
    """The first thing that goes wrong on a new installation."""
    with pytest.raises(BadInput, match=r"starts on signed_up; run `starter\.py journeys publish`"):
        await stage.homing.signup(alice(stage))
    assert stored(stage) == (0, 0)


async def test_repeating_a_signup_enters_no_journey_that_came_later(stage: Stage) -> None:
    """A journey for new users is not for the old ones whose profile changes."""
    stage.publish(WAITING)
    await stage.signup("alice")
    stage.publish(named(WAITING, "newer"))
    taken = await stage.homing.signup(alice(stage, attributes={"plan": "team"}))
    assert (taken.started, stored(stage)) == ([], (1, 1))


async def test_a_journey_that_has_ended_is_not_entered_again(stage: Stage) -> None:
    """Neither its row nor its workflow comes back."""
    stage.publish(WAITING)
    handle = await stage.signup("alice")
    await stage.event("alice", "account_deleted")
    await handle.result()
    taken = await stage.homing.signup(alice(stage))
    assert (taken.new, taken.started, taken.told) == (False, [], [])


async def test_a_journey_with_the_longest_of_titles_can_be_entered(stage: Stage) -> None:
    """Temporal limits what a workflow may be called."""
    stage.publish(WAITING.replace("Wait for something", "漢" * 200))
    handle = await stage.signup("alice")
    assert str(await (await handle.describe()).static_summary()).startswith("漢漢漢")
