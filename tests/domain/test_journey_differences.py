"""What changed between two versions, in words; and a version as the file that it could have come from."""

from typing import Any

import pytest
from hypothesis import given, settings

from domain.journey.differences import differences
from domain.journey.file import examine, parse
from domain.journey.language import Journey
from domain.journey.writing import as_yaml, in_a_line
from tests.domain.strategies import DEFINITIONS, JOURNEYS
from tests.domain.travel import HEAD

STEPS = """\
- {id: hello, send: welcome}
- id: first
  wait_for: [{event: used, do: [{id: praise, send: praise}]}, {event: paid}]
  timeout: 24h
  on_timeout: [{id: nudge, send: nudge}, {id: more, wait: 1d}]
- id: way
  branch:
    - if: {attribute: plan, in: [pro, team]}
      do: [{id: call, send: call_back}]
    - else: [{id: offer, send: offer}]
- id: half
  split: {a: 50, holdout: 50}
  do: {a: [{id: tips, send: tips}]}
- {id: bye, send: farewell}
"""
PLAIN = HEAD + STEPS


def told(*changes: tuple[str, str]) -> list[str]:
    """What is said when the text is changed so."""
    text = PLAIN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [str(one) for one in differences(parse(PLAIN, "a.yaml"), parse(text, "b.yaml"))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Test\n", "Test\n# a comment\n", []),
        ("24h", "1d", []),  # the same
        # the head
        ("title: Test", "title: Better", ["~ journey: title Test -> Better"]),
        ("{event: signed_up}", "{event: joined}", ["~ journey: entry.event signed_up -> joined"]),
        ("exit_on: [account_deleted]\n", "", ["~ journey: exit_on was [account_deleted], and is not given"]),
        ("topic: test", "topic: test\nreentry: always", ["~ journey: reentry is always, and was not given"]),
        (
            "topic: test",
            "topic: test\ngoal: {event: paid}",
            ["~ journey: goal.event is paid, and was not given"],
        ),
        # fields of steps
        ("24h", "3d", ["~ step first: timeout 1d -> 3d"]),
        ("send: nudge}", "send: nudge, via: sms}", ["~ step nudge: via is [sms], and was not given"]),
        ("{event: paid}", "{event: left}", ["~ step first: wait_for [used, paid] -> [used, left]"]),
        (
            "{event: paid}",
            "{event: paid, where: {property: n, above: 1}}",
            ["~ step first: wait_for.2.where is {property: n, above: 1}, and was not given"],
        ),
        (
            "[pro, team]",
            "[pro]",
            ["~ step way: case 1 {attribute: plan, in: [pro, team]} -> {attribute: plan, in: [pro]}"],
        ),
        (
            "{a: 50, holdout: 50}",
            "{a: 60, holdout: 40}",
            ["~ step half: split.a 50 -> 60", "~ step half: split.holdout 50 -> 40"],
        ),
        ("send: farewell", "emit: left", [
            "~ step bye: send was farewell, and is not given", "~ step bye: emit is left, and was not given"
        ]),
        # new steps, and steps that are gone
        ("- {id: bye", "- {id: new, wait: 3d}\n- {id: bye", ["+ step new: wait 3d, after half"]),
        ("[{id: nudge", "[{id: new, emit: x}, {id: nudge", ["+ step new: emit x, first in first (on_timeout)"]),
        ("- {id: hello, send: welcome}\n", "", ["- step hello: send welcome, first"]),
        (
            "[{id: tips, send: tips}]",
            "[]",
            ["- step tips: send tips, first in half (a)"],
        ),
    ],
)  # fmt: skip
def test_a_change_is_told_in_a_line(old: str, new: str, said: list[str]) -> None:
    """Field by field, with what was and what is."""
    assert told((old, new)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (  # to another place of its block
            [("- {id: bye, send: farewell}\n", ""), ("- id: first", "- {id: bye, send: farewell}\n- id: first")],
            ["> step bye: after half -> after hello"],
        ),
        (  # into another block
            [("- {id: bye, send: farewell}\n", ""), ("{id: nudge", "{id: bye, send: farewell}, {id: nudge")],
            ["> step bye: after half -> first in first (on_timeout)"],
        ),
        (  # with a change
            [("- {id: bye, send: farewell}\n", ""), ("{id: nudge", "{id: bye, send: sorry}, {id: nudge")],
            ["~ step bye: send farewell -> sorry", "> step bye: after half -> first in first (on_timeout)"],
        ),
        (  # a case that comes before another moves nothing
            [("    - if:", "    - if: {event: used}\n    - if:")],
            [
                "~ step way: case 1 {attribute: plan, in: [pro, team]} -> {event: used}",
                "~ step way: case 2 else -> {attribute: plan, in: [pro, team]}",
                "~ step way: case 3 is else, and was not given",
            ],
        ),
    ],
)
def test_a_step_that_moves_is_told_with_both_places(changes: list[tuple[str, str]], said: list[str]) -> None:
    """Those around it have not moved."""
    assert told(*changes) == said


@settings(max_examples=40)
@given(JOURNEYS, JOURNEYS)
def test_two_versions_differ_in_words_if_and_only_if_they_differ(one: Journey, other: Journey) -> None:
    """And nothing is a traceback."""
    assert differences(one, one) == []
    assert bool(differences(one, other)) == (one != other)
    assert all(str(difference).isprintable() for difference in differences(one, other))


@settings(max_examples=40)
@given(DEFINITIONS)
def test_a_version_is_written_as_a_file_of_the_same_version(definition: dict[str, Any]) -> None:
    """So that it can be edited and published again."""
    journey = Journey.model_validate(definition)
    assert examine(as_yaml(journey.definition()), "a.yaml").journey == journey


@pytest.mark.parametrize(
    "value", ["no", "09:00", "1e3", "007", "~", "", "a: b", "- a", "\x1b[31m", "Grüße 👋", "#", "null", "1_000", "a\nb"]
)
@pytest.mark.parametrize("number", [0.1, 1e-05, 123456789012345.6, -3, 1e15])
def test_values_that_look_like_others_are_written_so_that_they_are_read_back(value: str, number: float) -> None:
    """What YAML is known for."""
    steps = [{"id": "s", "set": {"text": value, "number": number}}]
    head = {"journey": "a", "title": "A", "entry": {"event": "x"}, "topic": "a"}
    journey = Journey.model_validate({**head, "steps": steps})
    assert parse(as_yaml(journey.definition()), "a.yaml") == journey
    assert in_a_line(value).isprintable()


def test_a_file_that_was_written_reads_well() -> None:
    """What holds nothing further stands in one line, and what a thing is comes first."""
    assert as_yaml(parse(PLAIN, "a.yaml").definition()).splitlines()[3:12] == [
        "exit_on: [account_deleted]",
        "topic: test",
        "steps:",
        "  - {id: hello, send: welcome}",
        "  - id: first",
        "    wait_for:",
        "      - event: used",
        "        do:",
        "          - {id: praise, send: praise}",
    ]
