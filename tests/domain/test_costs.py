"""What a journey costs, worked out from its file, is what the real server writes down for it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from textwrap import dedent
from typing import Any

import pytest

from bench.actions import actions
from bench.paths import Path, walk
from client.inputs import Happened
from domain.delivery import Reported
from domain.journey.costing.costs import OneWay, costs
from domain.journey.file import parse
from domain.journey.language import Journey, Split
from domain.journey.moves import How
from domain.journey.program import every_step
from domain.splitting import share_of
from runtime.settings import ROOT
from tests.bench.test_cost import VIRTUAL_TIME
from tests.domain.travel import program
from tests.stage import Stage
from workflows.inputs import ReceiptSignal
from workflows.journey import JourneyWorkflow

A_WHILE = timedelta(seconds=1)
LATER = datetime.now(UTC) + timedelta(days=365)
ONBOARDING = (ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8")
COURSE = dedent("""
    journey: course
    title: A lesson every other day until somebody upgrades
    entry: {event: signed_up}
    topic: test
    steps:
      - id: lessons
        repeat: {every: 2d, at_most: 3, until: {event: upgraded}}
        do:
          - {id: tip, send: tips}
          - id: done
            wait_for: [{event: first_use, do: [{id: bravo, send: first_use_praise}]}, {event: support_requested}]
            since: step
            timeout: 12h
      - {id: mark, set: {stage: graduate}}
""")
TRIAL = dedent("""
    journey: trial
    title: Waits of other kinds, and a wait as the last step
    entry: {event: signed_up}
    exit_on: [account_deleted]
    topic: test
    steps:
      - {id: day, wait: 1d}
      - {id: used, wait_for: {event: first_use}}
      - {id: tips, send: tips}
      - {id: again, wait_for: {event: first_use, do: [{id: bravo, send: first_use_praise}]}, timeout: 3d}
      - {id: end, wait: 2d}
""")
FORK = dedent("""
    journey: fork
    title: Splits, branches, effects, dates and local times
    entry: {event: signed_up}
    topic: test
    steps:
      - id: variant
        split: {long: 50, short: 50}
        do: {long: [{id: calm, wait: 1d}, {id: tips, send: tips}], short: []}
      - {id: tell, emit: told, properties: {n: 1}}
      - {id: heard, wait_for: {event: told, where: {property: n, equals: 1}}, timeout: 1d}
      - id: plan
        branch:
          - if: {attribute: plan, equals: team}
            do: [{id: call, send: support_offer}, {id: also, enter: course}]
          - else: [{id: mark, set: {stage: free}}]
      - {id: day, wait: {until: due.at, if_past: skip}, do: [{id: remind, send: check_in}]}
      - {id: morning, wait: {until: "09:00"}}
      - id: used
        wait_for: [{event: first_use}, {event: upgraded, do: [{id: thanks, send: thank_you}]}]
        since: step
        timeout: 9d
        on_timeout: [{id: bye, send: win_back, required: true}]
      - {id: news, send: feature_news}
""")
CALL = dedent("""
    journey: call
    title: By one channel after another until it arrives
    entry: {event: signed_up}
    topic: test
    steps:
      - {id: call, send: tips, via: [sms, email], fallback: {unless: delivered, after: 30m}}
      - {id: rest, wait: 1d}
      - {id: bye, send: tips, via: [email, sms], fallback: {unless: delivered, after: 1h}}
""")
TWO_DAYS = timedelta(days=2)  # until the date
WORKFLOW_TASK = 3  # events: scheduled, started, completed


def rests(way: OneWay) -> tuple[tuple[str, str | timedelta], ...]:
    """What has to happen on the way, for the benchmark's walker."""
    happening = [stop for stop in way.stops if stop.how is not How.AT_ONCE]
    times = {"day": TWO_DAYS, "morning": timedelta(days=1)}  # which are not known to the figures
    return tuple(
        (one.step, one.chosen if one.how is How.BY_EVENT else times.get(one.step, one.time) + A_WHILE)
        for one in happening
    )


def somebody(way: OneWay, journey: Journey, base: str) -> dict[str, Any]:
    """Who goes that way: by their id at a split, by their attributes at a branch or a date."""
    chosen = {stop.step: stop.chosen for stop in way.stops}
    splits = [step for step in every_step(journey.steps) if isinstance(step, Split)]
    ids = (f"{base}-{number}" for number in count())
    falls = (one for one in ids if all(share_of(one, journey.journey, s.id, s.split) == chosen[s.id] for s in splits))
    plan = "free" if chosen.get("plan") == "else" else "team"
    before = timedelta(days="calm" in chosen)
    date = {"at": (datetime.now(UTC) + before + TWO_DAYS).isoformat()}
    due = {"due": date} if chosen.get("day") == "its date comes" else {}
    return {"user_id": next(falls), "attributes": {"plan": plan, **due}}


@pytest.mark.parametrize(
    ("text", "extreme", "ends"),
    [
        (ONBOARDING, "cheapest", "event:account_deleted"),
        (ONBOARDING, "dearest", "upgraded"),
        (COURSE, "cheapest", "completed"),
        (COURSE, "dearest", "completed"),
        (TRIAL, "cheapest", "event:account_deleted"),
        (TRIAL, "dearest", "event:account_deleted"),
        (FORK, "cheapest", "completed"),
        (FORK, "dearest", "completed"),
        (CALL, "cheapest", "completed"),
        (CALL, "dearest", "completed"),
    ],
)
async def test_the_real_server_writes_down_what_was_worked_out(
    stage: Stage, text: str, extreme: str, ends: str
) -> None:
    """Action by action and event by event, on the way that is said to be the cheapest, and on the dearest."""
    journey = parse(text, "a.yaml")
    way: OneWay = getattr(costs(journey, {}), extreme)
    alice = somebody(way, journey, stage.user("alice"))
    for one in (COURSE.replace("signed_up", "enrolled"), text):
        stage.publish(one)
    handle = await stage.signup("alice", **alice)

    async def do(event: str) -> None:
        if event in set(Reported):
            state = await handle.query(JourneyWorkflow.state)
            await handle.signal("receipt", ReceiptSignal(step=state.step if state else "", outcome=Reported(event)))
            return
        happened = {"user_id": alice["user_id"], "name": event, "at": LATER}  # which is now, by the workflow's clock
        await stage.homing.event(Happened.of(happened))

    async def wait(duration: timedelta) -> None:
        await stage.environment.fast_forward(handle, duration)

    path = Path(extreme, text, rests(way), ends)
    history = await walk(path, stage.environment.client, handle.id, do, wait)
    written = [event for event in history if event.event_type not in VIRTUAL_TIME]
    # What the journey tells itself may come together with the answer of the effect: one workflow task for both.
    together = WORKFLOW_TASK if "emit:" in text else 0
    assert actions(history).total() == way.actions
    assert len(written) in (way.events, way.events - together)


def figures(steps: str, head: str = "") -> tuple[tuple[int, int], tuple[int, int]]:
    """Actions and events of the cheapest and of the dearest way."""
    found = costs(program(steps, head).journey.model_copy(update={"exit_on": ()}), {})
    return (found.cheapest.actions, found.cheapest.events), (found.dearest.actions, found.dearest.events)


@pytest.mark.parametrize(
    ("steps", "cheapest", "dearest"),
    [
        # the start and the message, which is the last and closes the enrollment
        ("[{id: a, send: x}]", (2, 11), (2, 11)),
        # a required one may fail, so somebody else closes it; and so after an exit
        ("[{id: a, send: x, required: true}]", (3, 17), (3, 17)),
        ("[{id: a, send: x}, {id: b, exit: y}]", (3, 17), (3, 17)),
        ("[{id: a, set: {x: 1}}]", (3, 17), (3, 17)),
        # a first step is shown from the start, a later one is not
        ("[{id: w, wait: 1d}, {id: a, send: x}]", (3, 16), (3, 16)),
        ("[{id: b, send: x}, {id: w, wait: 1d}, {id: a, send: x}]", (5, 23), (5, 23)),
        # the event costs a signal more than the timeout
        ("[{id: w, wait_for: {event: e}, timeout: 1d}, {id: a, send: x}]", (3, 16), (4, 17)),
        ("[{id: w, wait_for: {event: e}}, {id: a, send: x}]", (3, 15), (3, 15)),
        # who has confirmed it before is not asked; a code is a workflow of some actions, with a history of its own
        ("[{id: v, verify: phone}, {id: a, send: x}]", (3, 17), (11, 23)),
        ("[{id: v, verify: email}, {id: a, send: x}]", (3, 17), (9, 23)),
        # an event that came before is waited for no more
        ("[{id: v, wait_for: {event: e}}, {id: w, wait_for: {event: e}}, {id: a, send: x}]", (3, 15), (3, 15)),
        ("[{id: v, wait_for: {event: e}}, {id: w, wait_for: {event: e}, since: step}]", (5, 20), (5, 20)),
        ("[{id: w, wait_for: {event: signed_up}}, {id: a, send: x}]", (2, 11), (2, 11)),
        # the journey hears what it reports, if it listens
        ("[{id: b, emit: e}, {id: a, send: x}]", (3, 17), (3, 17)),
        ("[{id: b, emit: e}, {id: w, wait_for: {event: e}}, {id: a, send: x}]", (4, 21), (4, 21)),
        # with a condition as well, if the properties are enough to judge it
        (
            "[{id: b, emit: e, properties: {n: 1}}, {id: w, wait_for: {event: e, where: {property: n, above: 0}}},"
            " {id: a, send: x}]",
            (4, 21),
            (4, 21),
        ),
        # one receipt of a message that is asked about
        ("[{id: a, send: x}, {id: b, branch: [{if: {step: a, outcome: sent}}]}, {id: c, send: x}]", (3, 17), (3, 17)),
        ("[{id: a, send: x}, {id: b, branch: [{if: {step: a, outcome: failed}}]}, {id: c, send: x}]", (4, 21), (4, 21)),
        # one message after another, each with a rest: it arrives, or all fail and one more is asked for in vain
        ("[{id: a, send: x, via: [sms, email], fallback: {unless: delivered, after: 1h}}]", (5, 23), (9, 41)),
        # before it is opened, and where it never is, it is delivered
        ("[{id: a, send: x, via: [sms, email], fallback: {unless: opened, after: 1h}}]", (6, 27), (9, 47)),
        # a date may be past
        ("[{id: w, wait: {until: due.at, if_past: skip}}, {id: a, send: x}]", (2, 11), (3, 16)),
        ("[{id: w, wait: {until: due.at, if_past: exit}}, {id: b, send: x}, {id: a, send: x}]", (2, 11), (4, 22)),
        # three laps, with two rests in between
        ("[{id: r, repeat: {every: 1d, at_most: 3}, do: [{id: a, send: x}]}]", (7, 39), (7, 39)),
        # a lap that lasts as long as its interval is followed by the next at once
        (
            "[{id: r, repeat: {every: 1d, at_most: 3}, do: [{id: w, wait: 1d}]}, {id: a, send: x}]",
            (6, 27),
            (6, 27),
        ),
        (
            "[{id: r, repeat: {every: 1d, at_most: 3}, do: [{id: w, wait: 23h}]}, {id: a, send: x}]",
            (12, 41),
            (12, 41),
        ),
        # over before it begins, by an attribute; by an event only once that has come
        (
            "[{id: r, repeat: {every: 1d, at_most: 2, until: {attribute: n, above: 1}}, do: [{id: a, send: x}]}]",
            (2, 11),
            (5, 28),
        ),
        (
            "[{id: r, repeat: {every: 1d, at_most: 2, until: {event: e}}, do: [{id: a, send: x}]}]",
            (5, 23),
            (5, 28),
        ),
    ],
)
def test_rules_add_up(steps: str, cheapest: tuple[int, int], dearest: tuple[int, int]) -> None:
    """Some of many small journeys, by hand."""
    assert figures(steps) == (cheapest, dearest)


def test_messages_are_counted_by_the_channels_that_follow_each_other() -> None:
    """In silence each has its turn; at most each may be the first, and none gets it twice."""
    found = costs(parse(CALL, "a.yaml"), {"message_delivered": 0.9}).messages
    assert {channel: (round(one.likely, 2), one.most) for channel, one in found.items()} == {
        "sms": (1.1, 2),
        "email": (1.1, 2),
        "all": (2.2, 4),
    }
