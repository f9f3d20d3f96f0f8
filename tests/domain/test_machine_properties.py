"""What holds for every journey and whatever happens to whom. `Way` checks most of it at every single point."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import machine
from domain.journey.language import Journey, Verify
from domain.journey.program import compile_journey
from domain.machine.state import Person
from domain.machine.stimuli import Act, Deliver, EventSeen, Order
from tests.domain.strategies import ATTRIBUTES, DEFINITIONS, JOURNEYS, LIVES, Action
from tests.domain.travel import START, STORED, Way, program


@settings(max_examples=250)
@given(JOURNEYS, ATTRIBUTES, LIVES)
def test_every_way_is_one_of_ends_rests_and_sends(
    journey: Journey, attributes: dict[str, Any], actions: list[Action]
) -> None:
    """Nothing raises; the standing command is the one that the stored state tells; no step is sent twice."""
    way = Way(compile_journey(journey), attributes)
    for action in actions:
        action(way)
    out_of_reach = {name for name, node in way.program.nodes.items() if isinstance(node.step, Verify)}
    assert set(way.state.outcomes) - out_of_reach <= set(way.delivered)


@settings(max_examples=100)
@given(JOURNEYS, LIVES)
def test_the_same_things_lead_to_the_same_place(journey: Journey, actions: list[Action]) -> None:
    """Also for a program compiled anew from the stored definition, as after a continue-as-new."""
    one, other = (Way(compile_journey(it)) for it in (journey, Journey.model_validate(journey.definition())))
    for action in actions:
        action(one)
        action(other)
    assert (one.state, one.command, one.delivered) == (other.state, other.command, other.delivered)


@settings(max_examples=100)
@given(DEFINITIONS)
def test_every_journey_ends_when_nobody_does_anything(definition: dict[str, Any]) -> None:
    """Unless it waits without a timeout, and then an order to skip gets it on."""
    journey = Journey.model_validate(definition)
    way = Way(compile_journey(journey))
    for _ in range(MOST_STEPS):
        if way.state.ended is not None:
            break
        if isinstance(way.command, Deliver):
            way.sent()
        elif isinstance(way.command, Act):
            way.acted()
        else:
            way.order(Order.SKIP)
    assert way.state.ended is not None


MOST_STEPS = 5_000  # eight steps at most, in repeats of three laps, within repeats of three laps ...


BEFORE: dict[str, list[Action]] = {
    "send: hello": [lambda way: way.sleeps(hours=5), lambda way: way.sent()],  # five hours of retries
    "wait: 6h": [lambda way: way.passes(hours=6)],
    "branch: [{else: []}]": [],
}
UP_TO_THE_END: list[Action] = [lambda way: way.passes(days=1), lambda way: way.passes(days=2, microseconds=-1)]
HAPPENINGS: list[list[Action]] = [
    [lambda way: way.event("used")],
    [lambda way: way.event("used", id="a"), lambda way: way.event("used", id="a")],
    [lambda way: way.event("other"), lambda way: way.learns(plan="x"), lambda way: way.event("used")],
    [
        lambda way: way.order(Order.PAUSE),
        lambda way: way.event("used"),
        lambda way: way.passes(days=365),
        lambda way: way.order(Order.RESUME),
    ],
]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(BEFORE)), max_size=3), st.sampled_from(HAPPENINGS), st.data())
def test_an_awaited_event_before_the_end_of_its_wait_is_never_lost(
    prefix: list[str], happening: list[Action], data: st.DataObject
) -> None:
    """Whenever it comes: before the wait, during retries, during a pause, or at the last microsecond."""
    steps = [f"- {{id: p{index}, {step}}}" for index, step in enumerate(prefix)]
    wait = "- {id: w, wait_for: {event: used, do: [{id: seen, exit: seen}]}, timeout: 3d}"
    way = Way("\n".join([*steps, wait, "- {id: late, exit: missed}"]))
    actions = [action for step in prefix for action in BEFORE[step]] + UP_TO_THE_END
    moment = data.draw(st.integers(0, len(actions)), label="moment")
    for action in [*actions[:moment], *happening, *actions[moment:]]:
        action(way)
    assert way.passes(days=4).place == "ended: seen"


def test_the_state_stays_small_under_thousands_of_events() -> None:
    """However many come, however they are called, and however long a person stays."""
    journey = program("[{id: w, wait_for: [{event: used, where: {property: n, above: 9}}, {event: e1}]}]")
    state, _ = machine.start(journey, Person("alice"), START)
    for number in range(3000):
        name = "used" if number % 2 else f"event-{number}"
        event = EventSeen(name, START + timedelta(hours=number), f"{number:032}", {"n": number % 9})
        state, commands = machine.advance(journey, state, event, event.at)
        assert not commands
    assert len(STORED.dump_json(state)) < 8_000  # 200 ids of 35 bytes, and little else
    assert list(json.loads(STORED.dump_json(state))["events"]) == []
