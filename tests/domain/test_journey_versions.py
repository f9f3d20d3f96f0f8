"""A version is what a journey means: stable, and the same however its file is laid out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from domain.journey.file import examine, parse
from domain.journey.language import Journey
from domain.journey.program import compile_journey, every_step
from tests.domain.strategies import DEFINITIONS

PLAIN = """
journey: test
title: Grüße
entry: {event: signed_up}
exit_on: [account_deleted]
topic: test
steps:
  - id: hello
    send: welcome
    via: [sms]
  - id: first
    wait_for:
      - event: paid
        where: {property: amount, above: 100}
      - event: used
        do: [{id: thanks, send: thank_you}]
    timeout: 2d
    on_timeout:
      - id: help
        branch:
          - if: {all: [{attribute: plan, in: [team, 2]}, {not: {step: hello, outcome: failed}}]}
            do: [{id: call, send: call_back, required: true}]
          - else: []
"""
SAME = """
# From sign-up to habit.
topic:   test
steps:
- {"send": 'welcome', id: hello, via: sms, required: false}   # the default
- timeout: 48h
  since: enrollment
  on_timeout:
    - branch:
      - do: [{send: call_back, id: call, required: true}]
        if:
          all:
          - attribute: plan
            in: [team, 2.0]
          - not: {outcome: failed, step: hello}
      - else: []
      id: help
  wait_for:
  - where: {above: 100.0, property: amount}
    event: paid
  - {event: used, do: [{id: thanks, send: thank_you, via: preferred}]}
  id: first
exit_on: account_deleted
reentry: never
entry:
  event: "signed_up"
title: "Gr\\xfc\\xdfe"
journey: test
"""


def test_a_version_depends_on_the_meaning_alone() -> None:
    """Not on layout, comments, quotes, the order of keys, defaults, or the way in which a value is written."""
    plain, same = parse(PLAIN, "a.yaml"), parse(SAME, "b.yaml")
    assert plain == same
    assert plain.version == same.version == Journey.model_validate(json.loads(json.dumps(plain.definition()))).version


def test_a_version_never_changes_by_accident() -> None:
    """People in flight and the database know journeys by it; a change here is a change of the language."""
    assert parse(PLAIN, "a.yaml").version == "1b4902e36193"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Grüße", "title: Gruesse"),
        ("timeout: 2d", "timeout: 3d"),
        ("via: [sms]", "via: [sms, email]"),
        ("above: 100", "above: 101"),
        ("event: used", "event: use"),
        ("[team, 2]", '[team, "2"]'),  # text is no number
        ("- else: []", "- else: [{id: more, send: tips}]"),
        ("required: true", "required: false"),
    ],
)
def test_another_meaning_is_another_version(old: str, new: str) -> None:
    """However small the difference is."""
    assert parse(PLAIN.replace(old, new), "a.yaml").version != parse(PLAIN, "a.yaml").version


@settings(max_examples=20)
@given(DEFINITIONS)
def test_a_definition_is_read_back_as_the_journey_that_it_is_of(definition: dict[str, Any]) -> None:
    """As JSON in the database, as JSON in a workflow, and as the YAML that it came from."""
    journey = Journey.model_validate(definition)
    stored = json.dumps(journey.definition(), ensure_ascii=False)
    for read_back in (Journey.model_validate_json(stored), examine(stored, "a.yaml").journey):
        assert read_back is not None
        assert read_back == journey
        assert read_back.version == journey.version


def test_a_journey_knows_which_events_and_attributes_matter_to_it() -> None:
    """Only these are signalled to it, and only these are kept of a person."""
    steps = """
        {"id": "b", "branch": [{"if": {"any": [{"event": "used"}, {"attribute": "plan", "exists": true}]}}]},
        {"id": "w", "wait_for": [
            {"event": "paid", "where": {"attribute": "seats", "above": 1}, "do": [
                {"id": "v", "wait_for": {"event": "left", "where": {"event": "renewed"}}}]}]}
    """
    head = '{"journey": "a", "title": "A", "topic": "a", "entry": {"event": "signed_up"}, "exit_on": "gone", "steps": ['
    program = compile_journey(parse(head + steps + "]}", "a.yaml"))
    assert program.events == {"used", "paid", "left", "renewed", "gone"}
    assert program.attributes == {"plan", "seats"}
    assert (program.first, list(program.nodes)) == ("b", ["b", "w", "v"])
    assert [step.id for step in every_step(program.journey.steps)] == ["b", "w", "v"]


def test_a_schema_for_editors_can_be_had() -> None:
    """Of the whole language, recursive as it is."""
    assert {"Send", "WaitFor", "Branch", "Journey"} & Journey.model_json_schema()["$defs"].keys()
