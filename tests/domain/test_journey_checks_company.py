"""Journeys that let people into each other: the right ones, and never round and round without a wait."""

from textwrap import indent

import pytest

from domain.journey.checking.company import circles, strangers
from domain.journey.file import parse
from domain.journey.language import Journey

GATE = "{id: gate, enter: other}"


def journey(name: str, *steps: str, rule: str = "always", entry: str = "") -> Journey:
    """A journey that the event of its name enters."""
    head = f"journey: {name}\ntitle: {name}\nentry: {{event: {name}{entry}}}\nreentry: {rule}\ntopic: t\nsteps:\n"
    return parse(head + indent("\n".join(f"- {step}" for step in steps), "  "), "a.yaml")


def found(first: Journey, *others: Journey) -> list[str]:
    """The circles through the first."""
    return [f"{circle.step}: {circle}" for circle in circles(first, {one.journey: one for one in (first, *others)})]


BACK = "{id: back, enter: first}"
CIRCLE = ["gate: first -> other -> first"]


@pytest.mark.parametrize(
    ("steps", "circle"),
    [
        ([GATE], CIRCLE),
        (["{id: hello, send: tips}", "{id: mark, set: {a: 1}}", GATE], CIRCLE),  # neither takes long
        (["{id: w, wait: 1s}", GATE], []),
        (["{id: w, wait: {until: '09:00'}}", GATE], []),
        (["{id: w, wait_for: {event: used}}", GATE], []),
        (["{id: w, wait_for: {event: used}, timeout: 1d}", GATE], []),
        (["{id: w, wait_for: {event: first}}", GATE], CIRCLE),  # what let them in is there already
        (["{id: w, wait_for: {event: first}, since: step}", GATE], []),
        (["{id: e, emit: used}", "{id: w, wait_for: {event: used}}", GATE], CIRCLE),
        (["{id: v, verify: phone}", GATE], CIRCLE),  # who has confirmed it before does not wait
        ([f"{{id: w, wait: {{until: due.at, if_past: now}}, do: [{GATE}]}}"], CIRCLE),
        ([f"{{id: w, wait: {{until: due.at, if_past: skip}}, do: [{GATE}]}}"], []),
        (["{id: w, wait: {until: due.at, if_past: skip}}", GATE], CIRCLE),
        (["{id: w, wait: {until: due.at, if_past: exit}}", GATE], []),
        ([f"{{id: b, branch: [{{if: {{event: used}}, do: [{GATE}]}}]}}"], CIRCLE),
        (["{id: b, branch: [{if: {event: used}, do: [{id: w, wait: 1d}]}]}", GATE], CIRCLE),
        (["{id: b, branch: [{if: {event: used}, do: [{id: w, wait: 1d}]}, {else: [{id: x, exit: x}]}]}", GATE], []),
        ([f"{{id: s, split: {{a: 1, holdout: 99}}, do: {{a: [{GATE}]}}}}"], CIRCLE),
        ([f"{{id: r, repeat: {{every: 1d, at_most: 9}}, do: [{GATE}]}}"], CIRCLE),  # its first lap begins at once
        (["{id: r, repeat: {every: 1d, at_most: 2}, do: [{id: e, emit: x}]}", GATE], []),
        (["{id: r, repeat: {every: 1d, at_most: 1}, do: [{id: e, emit: x}]}", GATE], CIRCLE),
        (["{id: r, repeat: {every: 1d, at_most: 2, until: {event: z}}, do: [{id: e, emit: x}]}", GATE], CIRCLE),
    ],
)
def test_a_circle_without_a_wait_is_found(steps: list[str], circle: list[str]) -> None:
    """Wherever in the journey it begins."""
    assert found(journey("first", *steps), journey("other", BACK)) == circle


@pytest.mark.parametrize(
    ("rules", "circle"), [(("always", "always"), CIRCLE), (("always", "never"), []), (("{after: 1h}", "always"), [])]
)
def test_a_rule_of_re_entry_ends_a_circle_too(rules: tuple[str, str], circle: list[str]) -> None:
    """Who may not enter again does not go round."""
    first, other = journey("first", GATE, rule=rules[0]), journey("other", BACK, rule=rules[1])
    assert found(first, other) == circle


@pytest.mark.parametrize("step", ["{id: gate, enter: first}", "{id: gate, emit: first}"])
def test_a_journey_that_enters_itself_is_a_mistake_whatever_its_rule_is(step: str) -> None:
    """Nobody is in it twice at a time."""
    assert found(journey("first", step, rule="never")) == ["gate: first -> first"]


@pytest.mark.parametrize(
    ("entry", "properties", "circle"),
    [
        ("", "{}", True),
        (", key: order", "{}", False),  # an event without the key enters nobody
        (", key: order", "{order: o-1}", True),
        (", where: {property: n, above: 3}", "{n: 1}", False),
        (", where: {property: n, above: 3}", "{n: 4}", True),
        (", where: {attribute: plan, equals: pro}", "{n: 1}", True),  # for some people
    ],
)
def test_an_event_enters_only_where_it_fits(entry: str, properties: str, circle: bool) -> None:
    """As far as its file tells."""
    first = journey("first", f"{{id: gate, emit: other, properties: {properties}}}")
    assert found(first, journey("other", BACK, entry=entry)) == (CIRCLE if circle else [])


def test_a_circle_may_be_wide() -> None:
    """It is told by each of its journeys, at the step of its own."""
    first, third = journey("first", GATE), journey("third", BACK)
    other = journey("other", "{id: on, enter: third}", "{id: gone, enter: nowhere}")
    assert found(first, other, third) == ["gate: first -> other -> third -> first"]
    assert found(third, other, first) == ["back: third -> first -> other -> third"]


def test_journeys_that_nobody_knows_are_found() -> None:
    """Each step that enters one."""
    first = journey(
        "first", GATE, "{id: w, wait: 1d}", BACK, "{id: b, branch: [{if: {event: x}, do: [{id: c, enter: c}]}]}"
    )
    company = {"first": first}
    assert [step.id for step in strangers(first, company)] == ["gate", "c"]
