"""What a journey says as a whole: steps and cases that nobody reaches, and conditions that decide nothing."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.delivery import Reported
from domain.journey import raw
from domain.journey.checking.reach import CONDITION
from domain.journey.checking.worlds import never_first
from domain.journey.facts import Facts, Receipt, once
from domain.journey.file import examine
from domain.journey.language import Journey
from domain.journey.walking import every_step
from tests.domain.strategies import DEFINITIONS, IF
from tests.domain.travel import HEAD, START

FREE, PRO = "{attribute: plan, equals: free}", "{attribute: plan, in: [pro, team]}"
TAKEN = "is never reached: the cases above take everybody whom it is for (step s)"
VAIN = "is never reached: its condition cannot hold for anybody (step s)"
CLOSED = "is never reached: step 's' ends the journey on each of its ways (step after)"
OUT = "[{id: out, exit: done}]"
AFTER = "- {id: after, send: tips}"


def told(steps: str, head: str = HEAD) -> list[str]:
    """What is said of these steps, the first of which stands in line 7."""
    return [str(problem).removeprefix("a.yaml:") for problem in examine(head + steps, "a.yaml").problems]


def cases(*conditions: str) -> str:
    """A branch with these cases, the first of which stands in line 9; the last one is an `else` if it says so."""
    return "- id: s\n  branch:\n" + "".join(
        f"  - {{{'else: []' if condition == 'else' else f'if: {condition}'}}}\n" for condition in conditions
    )


@pytest.mark.parametrize(
    ("conditions", "problems"),
    [
        ((FREE, PRO, "else"), []),
        ((FREE, f"{{not: {FREE}}}"), []),
        ((FREE, f"{{not: {FREE}}}", "else"), [f"11: {TAKEN}"]),  # somebody is on it or is not
        ((FREE, "{attribute: plan, in: [free]}"), [f"10: {TAKEN}"]),
        ((PRO, "{attribute: plan, equals: pro}"), [f"10: {TAKEN}"]),
        (("{attribute: plan, exists: true}", FREE), [f"10: {TAKEN}"]),
        (("{attribute: n, above: 5}", "{attribute: n, above: 5.5}"), [f"10: {TAKEN}"]),
        (("{attribute: n, above: 5}", "{attribute: n, above: 4.5}"), []),
        # text and missing values are neither above nor below
        (("{attribute: n, above: 5}", "{attribute: n, below: 6}", "else"), []),
        (("{attribute: n, above: 5}", "{attribute: n, below: 6}", "{attribute: n, equals: 5}"), [f"11: {TAKEN}"]),
        (("{attribute: n, equals: 1}", "{attribute: n, equals: true}"), []),  # 1 is not true
        (("{attribute: n, equals: 1}", '{attribute: n, equals: "1"}'), []),
        ((f"{{all: [{FREE}, {PRO}]}}",), [f"9: {VAIN}"]),
        (("{all: [{attribute: n, above: 5}, {attribute: n, below: 5}]}",), [f"9: {VAIN}"]),
        (("{all: [{event: used}, {not: {event: used}}]}", "{event: paid}"), [f"9: {VAIN}"]),
        (("{any: [{event: used}, {not: {event: used}}]}", "else"), [f"10: {TAKEN}"]),
        (("{event: used}", "{event: used, within: 3d}"), []),  # whether one includes the other is not looked at
        (("{segment: a}", "{segment: b}", "{segment: a}"), [f"11: {TAKEN}"]),
        (("{any: [{segment: a}, {event: x}]}", "{all: [{segment: a}, {event: x}]}"), [f"10: {TAKEN}"]),
    ],
)
def test_a_case_that_is_never_reached_is_told(conditions: tuple[str, ...], problems: list[str]) -> None:
    """By looking at all people there may be, as far as conditions can tell them apart."""
    assert told(cases(*conditions)) == problems


def test_outcomes_exclude_each_other() -> None:
    """A message that was sent was not skipped."""
    both = "{all: [{step: hello, outcome: sent}, {step: hello, outcome: skipped}]}"
    assert told("- {id: hello, send: welcome}\n" + cases(both)) == [f"10: {VAIN}"]


def test_what_was_opened_was_delivered() -> None:
    """So that after `delivered` nobody is left for `opened`; the other way round somebody is."""
    delivered, opened = (f"{{step: hello, outcome: {fate}}}" for fate in ("delivered", "opened"))
    hello = "- {id: hello, send: welcome}\n- {id: rest, wait: 1d}\n"
    assert told(hello + cases(delivered, opened)) == [f"12: {TAKEN}"]
    assert told(hello + cases(opened, delivered, "{step: hello, outcome: sent}")) == []
    assert told(hello + cases(f"{{all: [{opened}, {{step: hello, outcome: skipped}}]}}")) == [f"11: {VAIN}"]


def test_so_many_conditions_that_trying_them_would_take_long_are_let_be() -> None:
    """Rather than to keep anybody waiting."""
    many = ", ".join(f"{{event: e{number}}}" for number in range(30))
    assert told(cases(f"{{any: [{many}]}}", f"{{any: [{many}]}}")) == []


@settings(max_examples=60)
@given(st.lists(IF, min_size=1, max_size=3), st.data())
def test_no_case_that_somebody_takes_is_called_unreachable(conditions: list[Any], data: st.DataObject) -> None:
    """Whoever they are."""
    tried = [CONDITION.validate_json(re.sub(r'"step": \d+', '"step": "s1"', json.dumps(one))) for one in conditions]
    value = st.sampled_from([None, True, False, 0, 1, 1.5, 2, 2.5, 3, "pro", "free", "?"])
    seen = data.draw(st.lists(st.sampled_from(["used", "paid", "left"])))
    ended = data.draw(st.sampled_from(["sent", "failed", "skipped", "unknown"]))
    facts = Facts(
        START,
        attributes={name: data.draw(value) for name in ("plan", "n")},
        events={name: once(START, 3) for name in seen},
        outcomes={"s1": ended},
        receipts={"s1": Receipt(1, data.draw(st.none() | st.sampled_from(Reported)))} if ended == "sent" else {},
    )
    taken = next((place for place, condition in enumerate(tried) if condition.holds(facts)), None)
    assert taken not in never_first(tried)


@pytest.mark.parametrize(
    ("step", "closed"),
    [
        ("wait_for: {event: used, do: OUT}", True),
        ("wait_for: [{event: used, do: OUT}, {event: paid, do: OUT}]", True),
        ("wait_for: [{event: used, do: OUT}, {event: paid}]", False),
        ("wait_for: {event: used, do: OUT}, timeout: 3d", False),
        ("wait_for: {event: used, do: OUT}, timeout: 3d, on_timeout: OUT", True),
        ("wait_for: {event: used}, timeout: 3d, on_timeout: OUT", False),
        ("verify: phone, do: OUT", False),
        ("verify: phone, do: OUT, on_timeout: OUT", True),
        ("branch: [{if: {event: used}, do: OUT}]", False),
        ("branch: [{if: {event: used}, do: OUT}, {else: OUT}]", True),
        ("branch: [{if: {event: used}}, {else: OUT}]", False),
        ("split: {a: 50, b: 50}, do: {a: OUT, b: OUT}", True),
        ("split: {a: 50, b: 50}, do: {a: OUT, b: []}", False),
        ("split: {a: 50, holdout: 50}, do: {a: OUT}", False),
        ("repeat: {every: 1d, at_most: 2}, do: OUT", True),
        ("repeat: {every: 1d, at_most: 2, until: {event: used}}, do: OUT", False),  # it may hold from the start
        ("wait: 1d, do: OUT", True),
        ("wait: 1d", False),
        ("wait: {until: '09:00'}, do: OUT", True),
        ("wait: {until: trial.ends, if_past: exit}, do: OUT", True),
        ("wait: {until: trial.ends, if_past: skip}, do: OUT", False),
        ("wait: {until: trial.ends, if_past: now}, do: OUT", False),  # there may be no date
        ("branch: [{else: [{id: w, wait: 1d, do: OUT}]}]", True),
        ("send: welcome, required: true", False),
    ],
)
def test_a_step_behind_one_that_lets_nobody_go_on_is_told(step: str, closed: bool) -> None:
    """With the id of that one."""
    blocks = (OUT.replace("out", f"out{number}") for number in range(9))
    for block in blocks:
        step = step.replace("OUT", block, 1)
    assert told(f"- {{id: s, {step}}}\n{AFTER}") == ([f"8: {CLOSED}"] if closed else [])


def test_within_nested_blocks_too_and_once_for_each_block() -> None:
    """Only the first of several steps is told."""
    steps = """\
- id: s
  wait_for:
    event: used
    do:
      - {id: out, exit: done}
      - {id: b, send: tips}
      - {id: c, send: tips}
"""
    assert told(steps + AFTER) == ["12: is never reached: step 'out' exits before it (step b)", f"14: {CLOSED}"]


@pytest.mark.parametrize(
    ("items", "problems"),
    [
        (
            "{event: used, where: {property: n, above: 3}}, {event: used, where: {property: n, above: 5}}",
            ["7: 'used' is awaited above, for every such event, so this never wins (step s)"],
        ),
        ("{event: used, where: {property: n, above: 3}}, {event: used, where: {property: n, above: 1}}", []),
        ("{event: used, where: {property: n, above: 3}}, {event: paid, where: {property: n, above: 5}}", []),
        ("{event: used, where: {all: [{property: n, equals: 1}, {property: n, equals: 2}]}}", [f"7: {VAIN}"]),
        ("{event: used, where: {property: n, equals: 1}}, {event: used}", []),
    ],
)
def test_an_awaited_event_that_never_wins_is_told(items: str, problems: list[str]) -> None:
    """It is never the first of its name for which the condition holds."""
    assert told(f"- {{id: s, wait_for: [{items}]}}") == problems


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        ("{any: [{event: used}, {not: {event: used}}]}", ["7: `until` always holds, so no lap ever begins (step s)"]),
        (f"{{all: [{FREE}, {PRO}]}}", ["7: `until` never holds; leave it out (step s)"]),
        (FREE, []),
    ],
)
def test_the_condition_of_a_repeat_decides_something(until: str, problem: list[str]) -> None:
    """Otherwise its laps or the condition are a mistake."""
    repeat = f"repeat: {{every: 1d, at_most: 2, until: {until}}}"
    assert told(f"- {{id: s, {repeat}, do: [{{id: a, send: tips}}]}}") == problem


@pytest.mark.parametrize("leaf", ["event: used", "step: hello, outcome: sent"])
def test_whoever_enters_has_done_nothing_in_the_journey(leaf: str) -> None:
    """So the condition of the entry cannot look at it."""
    head = HEAD.replace("signed_up}", f"signed_up, where: {{any: [{{property: n, above: 1}}, {{{leaf}}}]}}}}")
    problem = "3: whoever enters has done nothing here yet; look at attributes, segments and properties of the event"
    assert told("- {id: hello, send: welcome}", head) == [problem]


def test_ids_are_unique_across_shares_and_laps() -> None:
    """Wherever they are nested."""
    steps = """\
- id: s
  split: {a: 50, b: 50}
  do:
    a: [{id: s, send: tips}]
    b:
      - id: r
        repeat: {every: 1d, at_most: 2}
        do: [{id: r, send: tips}]
"""
    assert told(steps) == ["10: step id 's' is used twice (step s)", "14: step id 'r' is used twice (step r)"]


def test_outcomes_of_steps_inside_of_shares_and_laps_are_known_afterwards() -> None:
    """And not before, where there is no earlier lap."""
    inner = "- {id: q, branch: [{if: {step: inside, outcome: sent}}]}"
    around = "- {{id: s, split: {{a: 50, holdout: 50}}, do: {{a: [{}]}}}}"
    steps = around.format("{id: inside, send: tips}")
    assert told(f"{steps}\n{inner}") == []
    assert told(f"{inner}\n{steps}") == ["7: no `send` before this is called 'inside'; there are: none (step q)"]


def test_a_share_may_be_called_like_a_word_of_the_language() -> None:
    """What is inside of it is looked at all the same."""
    shares = "split: {set: 30, properties: 30, send: 40}"
    steps = f"- {{id: s, {shares}, do: {{set: [{{id: s, sned: x}}], properties: [{{id: s, send: x}}], send: []}}}}"
    assert [problem.partition(";")[2] or problem for problem in told(steps)] == [
        " this one has 'id, sned'; did you mean send? (step s)",
        "7: step id 's' is used twice (step s)",
    ]


@settings(max_examples=30)
@given(DEFINITIONS)
def test_the_same_steps_are_found_in_a_file_and_in_its_journey(definition: dict[str, Any]) -> None:
    """Whatever holds them, and in the same order as far as blocks are in the same order."""
    journey = Journey.model_validate(definition)
    found = [step["id"] for _, step in raw.steps(definition)]
    assert sorted(found) == sorted(step.id for step in every_step(journey.steps))
    assert [step["id"] for _, step in raw.steps(journey.definition())] == [
        step.id for step in every_step(journey.steps)
    ]
