"""Mistakes in the later parts of the language: calendar waits, splits, effects, repeats, and the head of a file."""

import pytest

from domain.journey.file import JourneyProblems, parse
from tests.domain.travel import HEAD

PAIRS = "must be `name: value`, one or more of them, not"
SLUG = "must be at most 64 lower-case letters, digits, - or _, beginning with a letter, not"
LAPS = "repeat: {every: 1d, at_most: 3}"

STEPS = [
    # waits by the calendar
    (
        "wait: {until: '25:00'}",
        "'until': '25:00' is no local time; write hours and minutes in quotes, such as \"09:00\"",
    ),
    ("wait: {until: '9:00'}", "'until': '9:00' is no local time"),
    ("wait: {until: '09:00', dayz: mon}", "'dayz' is not known here; did you mean days?"),
    ("wait: {until: '09:00', days: [monday]}", "'days' must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', not"),
    ("wait: {until: trial.ends_at}", "'if_past' is missing"),
    ("wait: {until: trial.ends_at, if_past: never}", "'if_past' must be 'skip', 'now' or 'exit', not 'never'"),
    ("wait: {until: trial..ends_at, if_past: skip}", "'until': 'trial..ends_at' is no path; write names with dots"),
    ("wait: {until: trial.ends_at, if_past: skip, offset: soon}", "'offset': 'soon' is no duration; write a whole"),
    (
        "wait: {until: '09:00', days: [mon], if_past: skip}",
        "'days' is not known here; there are until, offset, if_past",
    ),
    ("wait: [3d]", "'wait': ['3d'] is no duration"),
    # splits
    ("split: {a: 50, b: 40}, do: {a: [], b: []}", "'split': the shares add up to 90; they must be 100 together"),
    ("split: {a: 50, b: 50}, do: {a: []}", "'split': `do` lacks a block for b; call a share without one `holdout`"),
    ("split: {a: 50, b: 50}, do: {a: [], b: [], c: []}", "'split': `do` names c, which is no share of the split"),
    (
        "split: {a: 50, holdout: 50}, do: {a: [], holdout: []}",
        "'split': `holdout` receives nothing, so it has no block",
    ),
    ("split: {a: 50, b: 50}", "'do' is missing"),
    ("split: {a: 50%, b: 50}, do: {a: [], b: []}", "'a' must be a whole number, not '50%'"),
    ("split: {A: 50, b: 50}, do: {a: [], b: []}", f"a name in 'split' {SLUG} 'A'"),
    ("split: [a, b], do: {a: [], b: []}", f"'split' {PAIRS} ['a', 'b']"),
    ("split: {a: 50, b: 50}, do: [{id: x, send: y}]", f"'do' {PAIRS} [{{'id': 'x', 'send': 'y'}}]"),
    # effects
    ("set: {}", "'set' must not be empty"),
    ("set: plan", f"'set' {PAIRS} 'plan'"),
    ("set: {plan: [pro]}", "'plan': must be text, a number, true or false"),
    ("emit: ''", "'emit' must not be empty"),
    ("emit: used, props: {}", "'props' is not known here; did you mean properties?"),
    ("emit: used, properties: {of: {n: 1}}", "'of': must be text, a number, true or false"),
    ("enter: Other", f"'enter' {SLUG} 'Other'"),
    ("enter: other, key: 3", "'key' must be text, not 3; put it in quotes"),
    # repeats
    ("repeat: 3d, do: [{id: x, send: y}]", "'repeat' must be `{every: 30d, at_most: 12}`, not '3d'"),
    ("repeat: {every: 1d}, do: [{id: x, send: y}]", "'at_most' is missing"),
    ("repeat: {every: 1d, at_most: 0}, do: [{id: x, send: y}]", "'at_most' must be at least 1, not 0"),
    ("repeat: {every: 1d, at_most: 1001}, do: [{id: x, send: y}]", "'at_most' must be at most 1000, not 1001"),
    (
        "repeat: {every: 1d, at_most: 3, til: {event: x}}, do: [{id: x, send: y}]",
        "'til' is not known here; did you mean",
    ),
    (f"{LAPS}, do: []", "'do' must not be empty"),
    (f"{LAPS}", "'do' is missing"),
    (
        "repeat: {every: 1d, at_most: 3, until: {property: n, above: 1}}, do: [{id: x, send: y}]",
        "`property` is of an event, and there is none here; use it in `where` of a `wait_for`",
    ),
    (
        "repeat: {every: 1d, at_most: 3, until: {step: z, outcome: sent}}, do: [{id: x, send: y}]",
        "no `send` before this is called 'z'; there are: x",
    ),
]


def problems(text: str) -> list[str]:
    """What is said of a file, line by line, without its name."""
    with pytest.raises(JourneyProblems) as refused:
        parse(text, "bad.yaml")
    return [line.removeprefix("bad.yaml:") for line in str(refused.value).splitlines()]


@pytest.mark.parametrize(("step", "problem"), STEPS)
def test_a_mistake_in_a_later_kind_of_step_is_named_as_well(step: str, problem: str) -> None:
    """With the line, the step, and what is allowed there."""
    first = problems(f"{HEAD}- {{id: s, {step}}}")[0]
    assert first.startswith(f"7: {problem}")
    assert "(step " in first


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("reentry: sometimes", "'reentry' must be 'never', 'always' or `{after: 30d}`, not 'sometimes'"),
        ("reentry: {after: soon}", "'after': 'soon' is no duration"),
        ("reentry: {aftr: 3d}", "'after' is missing"),
        ("goal: upgraded", "'goal' must be `{event: upgraded, within: 30d}`, not 'upgraded'"),
        ("goal: {event: upgraded, withn: 3d}", "'withn' is not known here; did you mean within?"),
        ("milestones: [used]", f"'milestones' {PAIRS} ['used']"),
        ("milestones: {First Use: used}", f"a name in 'milestones' {SLUG} 'First Use'"),
        ("zone: Mars", "'zone': time zone 'Mars' is not known; use an IANA name such as America/Sao_Paulo"),
    ],
)
def test_a_mistake_in_the_head_is_named_as_well(line: str, problem: str) -> None:
    """It has no step."""
    assert problems(f"{line}\n{HEAD}- {{id: a, send: b}}")[0].startswith(f"1: {problem}")


@pytest.mark.parametrize(
    "steps",
    [
        "- {id: a, emit: used, properties: {id: a, step: two, exit: yes, if: 1}}\n- {id: b, send: c}",
        "- {id: a, set: {id: a, step: two, send: x, branch: y, on_timeout: z}}\n- {id: b, send: c}",
        "- {id: a, split: {id: 50, step: 50}, do: {id: [], step: []}}",
        "- {id: a, repeat: {every: 1d, at_most: 2, until: {step: b, outcome: sent}}, do: [{id: b, send: c}]}",
        "- id: a\n  repeat: {every: 1d, at_most: 2}\n"
        "  do: [{id: d, branch: [{if: {step: b, outcome: sent}}]}, {id: b, send: c}]",
    ],
)
def test_the_authors_own_names_are_no_mistakes(steps: str) -> None:
    """Attributes, properties and shares may be called like words of the language; laps see what earlier laps sent."""
    assert parse(f"milestones: {{id: used, step: paid}}\n{HEAD}{steps}", "good.yaml").steps[0].id == "a"
