"""What a person reads of a step: every kind in words, with its ways onward by name."""

from typing import Any, get_args

import pytest

from domain.journey.drawing.looks import look, look_of_note
from domain.journey.file import parse
from domain.journey.language import STEP_KINDS, Journey
from domain.journey.telling.notes import entry_in_words, notes
from domain.journey.telling.outline import outline
from domain.journey.telling.phrases import condition_in_words
from domain.journey.telling.reading import Kind, NoteKind, Outline
from domain.journey.telling.words import name_in_words
from tests.domain.travel import HEAD

Ways = list[tuple[str, int]]  # each label with the number of steps behind it


def read(step: str) -> Outline:
    """The outline of this step, which may look at an earlier message."""
    steps = f"- {{id: hello, send: hello}}\n- {{id: a, {step}}}"
    return outline(parse(HEAD + steps, "test.yaml").steps[1])


@pytest.mark.parametrize(
    ("step", "title", "details"),
    [
        ("send: first_use_reminder", "Send first use reminder", ["on the preferred channel"]),
        ("send: tips, via: [whatsapp, sms, email]", "Send tips", ["by WhatsApp, then SMS, then e-mail"]),
        (
            "send: t, via: [sms, email], fallback: {unless: delivered, after: 30m}",
            "Send t",
            ["by SMS, then e-mail", "the next one unless delivered within 30 minutes"],
        ),
        ("send: t, required: true", "Send t", ["on the preferred channel", "the journey ends without it"]),
        ("wait: 3d", "Wait 3 days", []),
        ("wait: 1w", "Wait 7 days", []),
        ("wait: 1d", "Wait 24 hours", []),  # no calendar day
        ("wait: 60m", "Wait 1 hour", []),
        ("wait: 90m", "Wait 90 minutes", []),
        ("wait: 1s", "Wait 1 second", []),
        ('wait: {until: "09:00"}', "Wait until 09:00", ["where the person lives"]),
        (
            'wait: {until: "09:00", days: [mon, tue]}',
            "Wait until 09:00",
            ["on Monday or Tuesday", "where the person lives"],
        ),
        ("wait: {until: due.at, if_past: skip}", "Wait until due.at", ["goes on at once if that is past or unknown"]),
        ("set: {plan: pro, seats: 5}", "Set plan and seats", ["plan becomes pro", "seats becomes 5"]),
        (
            "set: {x: true, y: null, z: 1.5}",
            "Set 3 attributes",
            ["x becomes true", "y becomes unknown", "z becomes 1.5"],
        ),
        ("emit: trial_over, properties: {why: so many}", "Report trial over", ['why: "so many"']),
        ("enter: second-steps", "Enter second steps", []),
        ("enter: habits, key: k1", "Enter habits", ["for k1"]),
        ("exit: never_used", "Exit: never used", []),
    ],
)
def test_a_step_without_ways_has_a_title_and_details(step: str, title: str, details: list[str]) -> None:
    """In plain words."""
    found = read(step)
    assert (found.id, found.title, list(found.details), found.ways) == ("a", title, details, ())
    assert found.ends == step.startswith("exit")


ONE = "[{id: b, send: c}]"


@pytest.mark.parametrize(
    ("step", "title", "ways"),
    [
        ("wait_for: {event: first_use}", "First use?", [("first_use", 0)]),
        (
            f"wait_for: {{event: first_use, do: {ONE}}}, timeout: 24h",
            "First use?",
            [("first_use", 1), ("after 24 hours without it", 0)],
        ),
        (
            f"wait_for: [{{event: upgraded}}, {{event: gone}}], timeout: 3d, on_timeout: {ONE}",
            "Upgraded or gone?",
            [("upgraded", 0), ("gone", 0), ("after 3 days without any", 1)],
        ),
        (
            "wait_for: [{event: a}, {event: b}, {event: c}]",
            "Which of 3 events?",
            [("a", 0), ("b", 0), ("c", 0)],
        ),
        (
            "wait_for: [{event: paid, where: {property: n, above: 99.5}}, {event: paid}]",
            "Paid?",
            [("paid with n is above 99.5", 0), ("paid", 0)],
        ),
        (
            f"verify: phone, via: [sms], timeout: 1h, do: {ONE}",
            "Phone confirmed?",
            [("confirmed, now or before", 1), ("not within 1 hour", 0)],
        ),
        (
            f"verify: email, link: true, on_timeout: {ONE}",
            "E-mail address confirmed?",
            [("confirmed, now or before", 0), ("not within 10 minutes", 1)],
        ),
        (
            f"branch: [{{if: {{attribute: plan, equals: team}}, do: {ONE}}}]",
            "Plan?",
            [("if plan is team", 1), ("otherwise", 0)],
        ),
        (
            f"branch: [{{if: {{event: x}}}}, {{if: {{event: y}}}}, {{else: {ONE}}}]",
            "X or y?",
            [("if x done", 0), ("otherwise if y done", 0), ("otherwise", 1)],
        ),
        (
            "branch: [{if: {any: [{event: x}, {event: y}, {segment: z}]}}]",
            "Which case?",
            [("if x done or y done or in segment z", 0), ("otherwise", 0)],
        ),
        (
            f"split: {{short: 45, long: 45, holdout: 10}}, do: {{short: {ONE}, long: []}}",
            "Split 3 ways",
            [("45% short", 1), ("45% long", 0), ("10% holdout, who get nothing", 0)],
        ),
        (
            f"repeat: {{every: 30d, at_most: 12}}, do: {ONE}",
            "Repeat every 30 days",
            [("up to 12 times", 1), ("after 12 times", 0)],
        ),
        (
            f"repeat: {{every: 1w, at_most: 1, until: {{event: paid}}}}, do: {ONE}",
            "Repeat every 7 days",
            [("up to 1 time", 1), ("once paid done, or after 1 time", 0)],
        ),
        (
            f"wait: {{until: due.at, offset: -24h, if_past: skip}}, do: {ONE}",
            "Wait until 24 hours before due.at",
            [("in time", 1), ("if that is past or unknown", 0)],
        ),
        (
            f"wait: {{until: due.at, offset: 2d, if_past: now}}, do: {ONE}",
            "Wait until 2 days after due.at",
            [("then, or now if that is past", 1), ("if that is unknown", 0)],
        ),
        (
            "wait: {until: event.at, if_past: exit}",
            "Wait until event.at",
            [("in time", 0), ("if that is past or unknown", 0)],
        ),
        (f"wait: 1h, do: {ONE}", "Wait 1 hour", [("then", 1)]),
    ],
)
def test_a_step_names_its_ways_onward(step: str, title: str, ways: Ways) -> None:
    """In the order of the file, also a way that the file leaves out."""
    found = read(step)
    assert (found.title, [(way.label, len(way.block)) for way in found.ways]) == (title, ways)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("{attribute: plan, in: [team, business, pro]}", "plan is team, business or pro"),
        ("{attribute: plan, equals: 'true'}", 'plan is "true"'),  # text, and not the truth
        ("{attribute: n, equals: '5'}", 'n is "5"'),
        ("{attribute: n, above: 5}", "n is above 5"),
        ("{attribute: n, below: 1.5}", "n is below 1.5"),
        ("{attribute: plan, exists: true}", "plan is known"),
        ("{not: {attribute: plan, exists: false}}", "plan is not unknown"),
        ("{not: {attribute: plan, equals: team}}", "plan is not team"),
        ("{event: first_use, at_least: 2}", "first_use done at least 2 times"),
        ("{event: paid, at_least: 2, within: 7d}", "paid done at least 2 times in the last 7 days"),
        ("{not: {event: first_use}}", "first_use not done"),
        ("{not: {segment: power_users}}", "not in segment power_users"),
        ("{step: hello, outcome: failed}", "outcome of hello is failed"),
        ("{all: [{event: x}, {any: [{event: y}, {event: z}]}]}", "x done and (y done or z done)"),
        ("{any: [{not: {all: [{event: x}, {event: y}]}}, {event: z}]}", "not (x done and y done) or z done"),
        ("{not: {not: {event: x}}}", "x done"),
        ("{not: {any: [{event: x}]}}", "x not done"),
    ],
)
def test_a_condition_is_put_into_words(condition: str, words: str) -> None:
    """As one would say it, and never to be taken for another."""
    assert read(f"branch: [{{if: {condition}}}]").ways[0].label == f"if {words}"


@pytest.mark.parametrize(
    ("name", "words"),
    [("first_use", "first use"), ("a-b__c", "a b c"), ("_x_", "_x_"), ("a --> b", "a --> b"), ("___", "___")],
)
def test_a_name_is_read_as_words(name: str, words: str) -> None:
    """Where dashes stand between words; elsewhere they mean something."""
    assert name_in_words(name) == words


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({}, ["a person enters once"]),
        ({"reentry": "always"}, ["a person enters again and again"]),
        ({"reentry": {"after": "30d"}}, ["a person enters again 30 days after the last time"]),
        ({"entry": {"event": "x", "key": "visit.id"}}, ["a person enters once, for each visit.id"]),
        (
            {"goal": {"event": "upgraded", "within": "30d"}},
            ["a person enters once", "the goal is upgraded within 30 days"],
        ),
        (
            {"milestones": {"seen": "opened", "adopted": "paid"}},
            ["a person enters once", "milestones: seen by opened and adopted by paid"],
        ),
        ({"updated_by": "moved"}, ["a person enters once", "moved updates its dates"]),
        (
            {"zone": "Europe/Berlin"},
            ["a person enters once", "local times are of Europe/Berlin where a person's own zone is unknown"],
        ),
        (
            {"exit_on": ["gone", "banned"]},
            ["a person enters once", "gone or banned ends the journey at once, at any step"],
        ),
    ],
)
def test_notes_say_what_holds_for_the_whole_journey(head: dict[str, Any], said: list[str]) -> None:
    """Who enters, how often, what for, and what ends it anywhere."""
    base = {"journey": "t", "title": "T", "topic": "t", "entry": {"event": "x"}, "steps": [{"id": "a", "wait": "1d"}]}
    assert [note.text for note in notes(Journey.model_validate({**base, **head}))] == said


def test_the_entry_says_its_condition() -> None:
    """It is part of what begins the journey."""
    entry = {"event": "paid", "where": {"property": "amount", "above": 100}}
    base = {"journey": "t", "title": "T", "topic": "t", "entry": entry, "steps": [{"id": "a", "wait": "1d"}]}
    journey = Journey.model_validate(base)
    assert entry_in_words(journey.entry) == "paid with amount is above 100"
    assert journey.entry.where is not None
    assert condition_in_words(journey.entry.where) == "amount is above 100"


def test_each_kind_has_its_own_look() -> None:
    """Of steps, of which there are as many kinds as in the language, and of notes."""
    assert set(get_args(Kind)) == set(STEP_KINDS)
    found = [look(kind) for kind in get_args(Kind)] + [look_of_note(kind) for kind in get_args(NoteKind)]
    assert len({one.icon for one in found}) == len(found)
