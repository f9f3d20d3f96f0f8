"""The schema that editors use says of a journey file what reading it says, as far as JSON Schema can."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from domain.journey.file import JourneyProblems, parse
from domain.journey.schema import schema, schema_text
from domain.yaml_source import read
from runtime.settings import ROOT
from tests.domain.strategies import DEFINITIONS
from tests.domain.travel import HEAD

FILE = ROOT / "journeys" / "journey.schema.json"
SHIPPED = sorted((ROOT / "journeys").glob("*.yaml"))
MODELINE = f"# yaml-language-server: $schema={FILE.name}"
VALIDATOR = Draft202012Validator(schema())


def is_read(text: str) -> bool:
    """Whether reading takes it for a journey."""
    try:
        parse(text, "test.yaml")
    except JourneyProblems:
        return False
    return True


def is_valid(text: str) -> bool:
    """Whether an editor takes it for a journey."""
    return bool(VALIDATOR.is_valid(read(text, "test.yaml").data))


GOOD = [
    "send: b",
    "send: b, via: preferred",
    "send: b, via: sms",
    "send: b, via: [sms, email], required: true",
    "wait: 3d",
    'wait: {until: "09:00", days: mon}',
    'wait: {until: "23:59", days: [mon, sun]}',
    "wait: {until: visit.starts_at, offset: -24h, if_past: skip}, do: [{id: b, send: c}]",
    "wait: {until: event.at, offset: +2d, if_past: exit}",
    "wait: {until: at, offset: 2d, if_past: now}",
    "wait_for: {event: used}",
    "wait_for: {event: used, where: {property: n, above: 1.5}, do: []}, since: step",
    "wait_for: [{event: used}, {event: ünïcode name}], timeout: 10m, on_timeout: [{id: b, exit: c}]",
    "verify: phone",
    "verify: email, via: email, link: true, timeout: 1h, on_timeout: [{id: b, exit: c}]",
    "verify: phone, via: [whatsapp, sms], do: [{id: b, send: c}]",
    "branch: [{if: {attribute: plan, in: [team, 1, true]}, do: []}, {else: []}]",
    "branch: [{if: {all: [{any: [{event: x, at_least: 2, within: 1d}]}, {not: {segment: s}}]}}]",
    "branch: [{if: {attribute: x, equals: 5.5}}, {if: {attribute: x, below: -1}}, {if: {attribute: x, exists: false}}]",
    "split: {x: 60, holdout: 40}, do: {x: [{id: b, send: c}]}",
    "set: {plan: pro, n: 5, gone: null, ok: true}",
    "emit: done",
    "emit: done, properties: {n: 5}",
    "enter: other, key: k",
    "repeat: {every: 30d, at_most: 12, until: {event: x}}, do: [{id: b, send: c}]",
    "exit: bored",
]
BAD = [
    # what a step is
    "sned: b",
    "send: b, wait: 1d",
    "send: b, viia: sms",
    # names
    "send: My Mail",
    f"send: {'x' * 65}",
    "send: ''",
    "exit: Gave up!",
    "enter: Other",
    "emit: ' done'",
    f"emit: {'x' * 121}",
    "emit: 5",
    # channels
    "send: b, via: fax",
    "send: b, via: []",
    "send: b, via: [sms, sms]",
    "send: b, via: [preferred]",
    'send: b, required: "yes"',
    # durations, times and dates
    *[f"wait: {text}" for text in ("3x", "3", "-3d", "1.5h", "0d", "00s", "1d1h", "''", "3 d", "3D", "[1d]")],
    'wait: {until: "9:00"}',
    'wait: {until: "24:00"}',
    'wait: {until: "09:00", days: monday}',
    "wait: {until: visit.at}",
    "wait: {until: visit.at, if_past: never}",
    "wait: {until: visit..at, if_past: skip}",
    "wait: {until: visit.at, if_past: skip, offset: soon}",
    "wait: {until: visit.at, if_past: skip, days: mon}",
    # waits for events
    "wait_for: used",
    "wait_for: []",
    "wait_for: {}",
    "wait_for: {event: used, od: []}",
    "wait_for: {event: used, do: hello}",
    "wait_for: {event: used}, since: ever",
    "wait_for: {event: used}, timeout: soon",
    "wait_for: {event: used}, on_timeout: [{id: b, send: c}]",
    # branches and conditions
    "branch: []",
    "branch: {else: []}",
    "branch: [{do: []}]",
    "branch: [{if: {event: x}, else: []}]",
    "branch: [{if: used}]",
    "branch: [{if: {attribute: x}}]",
    "branch: [{if: {attribute: x, above: 1, below: 3}}]",
    "branch: [{if: {attribute: x, equals: [1]}}]",
    "branch: [{if: {attribute: x, equals: null}}]",
    "branch: [{if: {attribute: x, in: []}}]",
    "branch: [{if: {attribute: x, in: pro}}]",
    "branch: [{if: {attribute: x, in_: [1]}}]",
    'branch: [{if: {attribute: x, above: "5"}}]',
    "branch: [{if: {attribute: x, below: true}}]",
    "branch: [{if: {attribute: x, exists: 1}}]",
    "branch: [{if: {event: x, not: {event: y}}}]",
    "branch: [{if: {event: x, at_least: 0}}]",
    "branch: [{if: {event: x, at_least: 101}}]",
    "branch: [{if: {any: []}}]",
    "branch: [{if: {not: [{event: x}]}}]",
    "branch: [{if: {step: b, outcome: eaten}}]",
    # the others
    "split: {x: 100}, do: {x: []}",
    "split: {x: 0, holdout: 100}, do: {x: []}",
    "split: {X: 50, holdout: 50}, do: {X: []}",
    "split: {x: 50, holdout: 50}",
    "set: {}",
    "set: {x: [1]}",
    "emit: done, properties: {x: null}",
    "repeat: {every: 1d}, do: [{id: b, send: c}]",
    "repeat: {every: 1d, at_most: 3}, do: []",
    "repeat: {every: 1d, at_most: 1001}, do: [{id: b, send: c}]",
]
ONLY_READING_FINDS = [
    "wait: 9999w",  # longer than ten years
    "wait_for: [{event: used}, {event: used}]",
    "branch: [{else: []}, {if: {event: x}}]",
    "branch: [{if: {property: n, above: 1}}]",
    "branch: [{if: {step: nobody, outcome: sent}}]",
    "split: {x: 50, holdout: 40}, do: {x: []}",
    "split: {x: 50, holdout: 50}, do: {x: [], y: []}",
    'emit: "a\\tb"',
]
ONLY_EDITORS_MARK = ["wait_for: {event: used}, timeout: null", "send: b, via: null", "enter: x, key: null"]


@pytest.mark.parametrize("step", GOOD)
def test_a_good_step_is_good_to_both(step: str) -> None:
    """An editor marks nothing that could be published."""
    text = f"{HEAD}- {{id: a, {step}}}"
    assert (is_read(text), is_valid(text)) == (True, True)


@pytest.mark.parametrize("step", BAD)
def test_a_mistake_is_one_to_both(step: str) -> None:
    """An editor marks it while it is typed."""
    text = f"{HEAD}- {{id: a, {step}}}"
    assert (is_read(text), is_valid(text)) == (False, False)


@pytest.mark.parametrize("step", ONLY_READING_FINDS)
def test_what_a_schema_cannot_say_is_found_by_reading(step: str) -> None:
    """Such as sums, repetitions, and what stands elsewhere in the file."""
    text = f"{HEAD}- {{id: a, {step}}}"
    assert (is_read(text), is_valid(text)) == (False, True)


@pytest.mark.parametrize("step", ONLY_EDITORS_MARK)
def test_a_forgotten_value_is_marked_by_editors(step: str) -> None:
    """Though reading takes an empty key for one that is not there."""
    text = f"{HEAD}- {{id: a, {step}}}"
    assert (is_read(text), is_valid(text)) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("topic: test", "topic: test\nreentry: always", True),
        ("topic: test", "topic: test\nreentry: {after: 30d}", True),
        ("topic: test", "topic: test\nreentry: sometimes", False),
        ("topic: test", "topic: test\ngoal: {event: paid, within: 30d}", True),
        ("topic: test", "topic: test\ngoal: paid", False),
        ("topic: test", "topic: test\nmilestones: {seen: opened}", True),
        ("topic: test", "topic: test\nmilestones: {Seen: opened}", False),
        ("topic: test", "topic: test\nzone: Europe/Berlin", True),
        ("topic: test", "topic: test\nupdated_by: moved", True),
        ("topic: test\n", "", False),
        ("topic: test", "tpic: test", False),
        ("[account_deleted]", "account_deleted", True),
        ("[account_deleted]", "3", False),
        ("{event: signed_up}", "{event: booked, key: visit.id, where: {property: n, above: 1}}", True),
        ("{event: signed_up}", "signed_up", False),
        ("{event: signed_up}", "{events: signed_up}", False),
        ("journey: test", "journey: My Test", False),
        ("title: Test", "title: 2026", False),
        ("title: Test", f"title: {'x' * 201}", False),
    ],
)
def test_both_agree_on_the_head_of_a_file(old: str, new: str, good: bool) -> None:
    """Also on what else may stand there."""
    text = f"{HEAD.replace(old, new)}- {{id: a, send: b}}"
    assert (is_read(text), is_valid(text)) == (good, good)


@settings(max_examples=60)
@given(DEFINITIONS)
def test_every_journey_is_good_to_editors(definition: dict[str, Any]) -> None:
    """Whatever can be read."""
    assert list(VALIDATOR.iter_errors(definition)) == []


JUNK = st.sampled_from(
    [True, 0, 1.5, "", "1d", "used", "sms", [], ["sms"], {}, {"event": "used"}, {"id": "z", "send": "b"}]
)


@settings(max_examples=150)
@given(DEFINITIONS, JUNK, st.data())
def test_no_editor_calls_a_good_journey_wrong(definition: dict[str, Any], junk: Any, data: st.DataObject) -> None:
    """With any value in any place, what can be read is valid."""
    part: Any = definition
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))), label="key")
        if not (isinstance(part[key], dict | list) and part[key]) or data.draw(st.booleans(), label="here"):
            break
        part = part[key]
    part[key] = junk
    text = yaml.safe_dump(definition)
    assert is_valid(text) or not is_read(text)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_journey_that_ships_names_the_schema_and_fits_it(file: Any) -> None:
    """Its first line tells editors where the schema is."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"{MODELINE}\n")
    assert (is_read(text), is_valid(text)) == (True, True)


def test_the_file_is_what_the_code_makes() -> None:
    """So that editors and reading do not drift apart."""
    assert FILE.read_text(encoding="utf-8") == schema_text(), (
        f"run: starter.py journeys schema --out journeys/{FILE.name}"
    )
    Draft202012Validator.check_schema(schema())


def test_every_key_is_explained() -> None:
    """In the editor, where somebody wonders what it is."""
    made = schema()
    parts = {"Journey": made, **made["$defs"]}
    keys = [(name, key, value) for name, part in parts.items() for key, value in part.get("properties", {}).items()]
    assert [(name, key) for name, key, value in keys if not value["description"]] == []
    assert [name for name, part in made["$defs"].items() if "properties" in part and not part.get("description")] == []


def test_nothing_is_said_twice() -> None:
    """A step, a condition and a duration are each described in one place."""
    text = schema_text()
    assert text.count('"$ref": "#/$defs/Send"') == text.count('"$ref": "#/$defs/AttributeIs"') == 1
    assert text.count("[smhdw]") == 2  # a duration, and an offset with its sign
