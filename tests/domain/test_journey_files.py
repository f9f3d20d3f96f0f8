"""A journey file with mistakes is refused as a whole: every mistake with file, line, step and what would be right."""

import pytest

from domain.journey.file import MOST_TOLD, JourneyProblems, check_templates, load, parse
from tests.domain.travel import HEAD

SEND_KEYS = "id, send, via, required, transactional, priority, fallback"
SLUG = "must be at most 64 lower-case letters, digits, - or _, beginning with a letter, not"
STEP = "a step has exactly one of send, wait, wait_for, verify, branch, split, set, emit, enter, repeat, exit; "
CONDITION = "a condition has exactly one of attribute, property, event, segment, step, all, any, not; "
LIST = "must be a list, each item with a dash before it, not"


def problems(text: str) -> list[str]:
    """What is said of a file, line by line."""
    with pytest.raises(JourneyProblems) as refused:
        parse(text, "bad.yaml")
    return str(refused.value).splitlines()


def of_steps(steps: str) -> list[str]:
    """What is said of these steps, the first of which stands in line 7."""
    return [problem.removeprefix("bad.yaml:") for problem in problems(HEAD + steps)]


STEPS = [
    # what a step is
    ("- hello", f"7: {STEP}this is 'hello'"),
    ("- {id: a}", f"7: {STEP}this one has 'id' (step a)"),
    ("- {id: a, sned: b}", f"7: {STEP}this one has 'id, sned'; did you mean send? (step a)"),
    ("- {id: a, send: b, wait: 1d}", f"7: {STEP}this one has 'send, wait' (step a)"),
    ("- send: b", "7: 'id' is missing"),
    ("- {id: 3, send: b}", "7: 'id' must be text, not 3; put it in quotes"),
    ("- {id: Hello, send: b}", f"7: 'id' {SLUG} 'Hello' (step Hello)"),
    (f"- {{id: {'x' * 65}, send: b}}", f"7: 'id' {SLUG} '{'x' * 59}… (step {'x' * 64})"),
    ("- {id: a, send: b}\n- {id: a, wait: 1d}", "8: step id 'a' is used twice (step a)"),
    # send
    ("- id: a\n  send:", "8: 'send' is empty; it must be text (step a)"),
    ("- id: a\n  send: My Mail", f"8: 'send' {SLUG} 'My Mail' (step a)"),
    ("- id: a\n  send: b\n  viia: sms", "9: 'viia' is not known here; did you mean via? (step a)"),
    ("- id: a\n  send: b\n  color: red", f"9: 'color' is not known here; there are {SEND_KEYS} (step a)"),
    (
        "- id: a\n  send: b\n  via: sms\n  fallback: {unless: delivered, after: 1h}",
        "8: 'send': `fallback` needs a channel after sms; name two or more in `via`, or none (step a)",
    ),
    (
        "- id: a\n  send: b\n  fallback: {unless: sent, after: 1h}",
        "9: 'unless' must be 'delivered', 'opened' or 'clicked', not 'sent' (step a)",
    ),
    (
        "- id: a\n  send: b\n  fallback: {unless: opened, after: 0m}",
        "9: 'after': '0m' is out of range",
    ),
    ("- id: a\n  send: b\n  fallback: {unless: opened}", "9: 'after' is missing (step a)"),
    ("- id: a\n  send: b\n  fallback: 30m", "9: 'fallback' must be `{unless: delivered, after: 30m}`, not '30m'"),
    (
        "- id: a\n  send: b\n  via: fax",
        "9: 'via' must be 'sms', 'whatsapp', 'email', 'voice', 'messenger', 'push' or 'in_app', not 'fax' (step a)",
    ),
    (
        "- id: a\n  send: b\n  via:\n  - sms\n  - 3",
        "11: 'via' must be 'sms', 'whatsapp', 'email', 'voice', 'messenger', 'push' or 'in_app', not 3 (step a)",
    ),
    ("- id: a\n  send: b\n  via: 3", f"9: 'via' {LIST} 3 (step a)"),
    ("- id: a\n  send: b\n  via: []", "9: 'via' must not be empty (step a)"),
    ("- id: a\n  send: b\n  via: [sms, preferred]", "9: 'via': `preferred` stands alone, `via: preferred`: it is the"),
    ("- id: a\n  send: b\n  via: [sms, sms]", "9: 'via': names a channel twice; each is tried once (step a)"),
    ("- id: a\n  send: b\n  required: yes", "9: 'required' must be true or false, not 'yes' (step a)"),
    # durations
    *[
        (f"- id: a\n  wait: {text}", f"8: 'wait': {shown} is no duration; write a whole number and a unit, such as")
        for text, shown in [("3x", "'3x'"), ("3", "3"), ("-3d", "'-3d'"), ("1y", "'1y'"), ("1.5h", "'1.5h'")]
    ],
    ("- id: a\n  wait: 10:30", "8: 'wait': '10:30' is no duration"),  # text, not six hundred and thirty
    ("- id: a\n  wait: ٣d", "8: 'wait': '٣d' is no duration"),
    ("- id: a\n  wait: 0d", "8: 'wait': '0d' is out of range; a duration is above zero and at most 3660 days (step a)"),
    ("- id: a\n  wait: 9999w", "8: 'wait': '9999w' is out of range"),
    ("- id: a\n  wait:", "8: 'wait': nothing is no duration"),
    # wait_for
    ("- id: a\n  wait_for: used", "8: 'wait_for' must be `{event: first_use}`, or a list of them, not 'used' (step a)"),
    ("- id: a\n  wait_for: []", "8: 'wait_for' must not be empty (step a)"),
    ("- id: a\n  wait_for: {}", "8: 'event' is missing (step a)"),
    ("- id: a\n  wait_for: {event: 3}", "8: 'event' must be text, not 3; put it in quotes (step a)"),
    ("- id: a\n  wait_for: {event: ''}", "8: 'event' must not be empty (step a)"),
    ("- id: a\n  wait_for: {event: ' used'}", "8: 'event': must be one line of plain text, without blanks around it"),
    (f"- id: a\n  wait_for: {{event: {'x' * 121}}}", "8: 'event' must be at most 120 characters, not 'xxx"),
    ("- id: a\n  wait_for: {event: used, od: []}", "8: 'od' is not known here; there are event, where, do (step a)"),
    ("- id: a\n  wait_for: {event: used, do: hello}", f"8: 'do' {LIST} 'hello' (step a)"),
    ("- id: a\n  wait_for: {event: used}\n  since: ever", "9: 'since' must be 'enrollment' or 'step', not 'ever'"),
    ("- id: a\n  wait_for: {event: used}\n  timeout: soon", "9: 'timeout': 'soon' is no duration"),
    (
        "- id: a\n  wait_for: {event: used}\n  on_timeout: [{id: b, send: c}]",
        "9: `on_timeout` needs a `timeout`, such as `timeout: 24h` (step a)",
    ),
    (
        "- id: a\n  wait_for:\n  - event: used\n  - {event: used, where: {property: n, above: 1}}",
        "10: 'used' is awaited above, for every such event, so this never wins (step a)",
    ),
    # branches
    ("- id: a\n  branch: []", "8: 'branch' must not be empty (step a)"),
    ("- id: a\n  branch: {else: []}", f"8: 'branch' {LIST} {{'else': []}} (step a)"),
    ("- id: a\n  branch:\n  - {do: []}", "9: a case has exactly one of if, else; this one has 'do' (step a)"),
    ("- id: a\n  branch:\n  - {esle: []}", "9: a case has exactly one of if, else; this one has 'esle'; did you mean"),
    (
        "- id: a\n  branch:\n  - else: []\n  - if: {event: used}",
        "9: `else` must be the last case; what follows it is never reached (step a)",
    ),
    # conditions
    ("- {id: a, branch: [{if: used}]}", f"7: {CONDITION}this is 'used' (step a)"),
    ("- {id: a, branch: [{if: {atribute: x}}]}", f"7: {CONDITION}this one has 'atribute'; did you mean attribute?"),
    ("- {id: a, branch: [{if: {event: x, not: {event: y}}}]}", f"7: {CONDITION}this one has 'event, not' (step a)"),
    (
        "- {id: a, branch: [{if: {attribute: x}}]}",
        "7: 'attribute': give exactly one of equals, in, above, below, exists",
    ),
    (
        "- {id: a, branch: [{if: {attribute: x, above: 1, below: 3}}]}",
        "7: 'attribute': give exactly one of equals, in, above",
    ),
    (
        "- {id: a, branch: [{if: {attribute: x, equals: null}}]}",
        "7: 'attribute': null compares with nothing; write `exis",
    ),
    ("- {id: a, branch: [{if: {attribute: x, equals: [1]}}]}", "7: 'equals': must be text, a number, true or false"),
    ("- {id: a, branch: [{if: {attribute: x, in: []}}]}", "7: 'in' must not be empty (step a)"),
    ("- {id: a, branch: [{if: {attribute: x, in: pro}}]}", f"7: 'in' {LIST} 'pro' (step a)"),
    ("- {id: a, branch: [{if: {attribute: x, in_: [1]}}]}", "7: 'in_' is not known here; did you mean in? (step a)"),
    ("- {id: a, branch: [{if: {attribute: x, above: '5'}}]}", "7: 'above' must be a number, not '5' (step a)"),
    ("- {id: a, branch: [{if: {attribute: x, below: true}}]}", "7: 'below' must be a number, not true (step a)"),
    ("- {id: a, branch: [{if: {attribute: x, exists: 1}}]}", "7: 'exists' must be true or false, not 1 (step a)"),
    ("- {id: a, branch: [{if: {event: x, at_least: 0}}]}", "7: 'at_least' must be at least 1, not 0 (step a)"),
    ("- {id: a, branch: [{if: {event: x, at_least: 1.5}}]}", "7: 'at_least' must be a whole number, not 1.5 (step a)"),
    ("- {id: a, branch: [{if: {any: []}}]}", "7: 'any' must not be empty (step a)"),
    ("- {id: a, branch: [{if: {not: [{event: x}]}}]}", f"7: {CONDITION}this is [{{'event': 'x'}}] (step a)"),
    (
        "- {id: a, send: b}\n- {id: c, branch: [{if: {step: d, outcome: sent}}]}",
        "8: no `send` before this is called 'd'; there are: a (step c)",
    ),
    (
        "- {id: a, branch: [{if: {step: b, outcome: sent}}]}\n- {id: b, send: c}",
        "7: no `send` before this is called 'b'; there are: none (step a)",
    ),
    (
        "- {id: b, send: c}\n- {id: a, branch: [{if: {step: b, outcome: read}}]}",
        "8: 'outcome' must be 'sent', 'delivered', 'opened', 'clicked', 'failed', 'skipped' or 'unknown', not 'read'"
        " (step a)",
    ),
    (
        "- {id: a, branch: [{if: {all: [{property: n, above: 1}]}}]}",
        "7: `property` is of an event, and there is none here; use it in `where` of a `wait_for` (step a)",
    ),
    # calendar waits, several lines deep
    ("- id: a\n  wait:\n    until: 900", "9: 'until': 900 is no local time; write hours and minutes in quotes, such"),
    ("- id: a\n  wait:\n    until:", "9: 'until': nothing is no local time; write hours and minutes in quotes"),
    ("- id: a\n  wait: {}", "8: 'until' is missing (step a)"),
    (
        "- id: a\n  wait:\n    until: '09:00'\n    days:\n      - mon\n      - tu",
        "12: 'days' must be 'mon', 'tue', 'wed',",
    ),
    ("- id: a\n  wait:\n    until: '09:00'\n    days: 3", f"10: 'days' {LIST} 3 (step a)"),
    ("- id: a\n  wait:\n    until: due.at\n    if_past: now\n    offset: --24h", "11: 'offset': '-24h' is no duration"),
    ("- id: a\n  wait:\n    until: due.at\n    offset: 24h", "8: 'if_past' is missing (step a)"),
    ("- id: a\n  wait: {until: .at, if_past: now}", "8: 'until': '.at' is no path; write names with dots between"),
    (
        "- id: a\n  wait: 1d\n  do:\n    - id: b\n      sned: c",
        f"10: {STEP}this one has 'id, sned'; did you mean send?",
    ),
    ("- id: a\n  wait: 1d\n  timeout: 3d", "9: 'timeout' is not known here; there are id, wait, do (step a)"),
    # splits and repeats, several lines deep
    (
        "- id: a\n  split:\n    x: 50\n    y: 40\n  do: {x: [], y: []}",
        "8: 'split': the shares add up to 90; they must be",
    ),
    ("- id: a\n  split:\n    x: 100\n    y: 1\n  do: {}", "9: 'x' must be at most 99, not 100 (step a)"),
    ("- id: a\n  split: {x: 100}\n  do: {x: []}", "8: 'x' must be at most 99, not 100 (step a)"),
    ("- id: a\n  split: {}\n  do: {}", "8: 'split' must not be empty (step a)"),
    (
        "- id: a\n  split: {x: 50, y: 50}\n  do:\n    x: []\n    y:\n      - id: b\n        send: c\n        via: fax",
        "14: 'via' must be 'sms', 'whatsapp', 'email', 'voice', 'messenger', 'push' or 'in_app', not 'fax' (step b)",
    ),
    ("- id: a\n  split: {x: 50, y: 50}\n  do:\n    x: []\n    y: hello", f"11: 'y' {LIST} 'hello' (step a)"),
    (
        "- id: a\n  repeat:\n    every: 1d\n    at_most: 0\n  do: [{id: b, send: c}]",
        "10: 'at_most' must be at least 1, not 0 (step a)",
    ),
    (
        "- id: a\n  repeat:\n    every: 1d\n    at_most: 2\n    until: used\n  do: [{id: b, send: c}]",
        f"11: {CONDITION}this is 'used' (step a)",
    ),
    (
        "- id: a\n  repeat: {every: 1d, at_most: 2}\n  do:\n"
        "  - id: b\n    repeat: {every: 1d}\n    do: [{id: c, send: d}]",
        "11: 'at_most' is missing (step b)",
    ),
    (
        "- id: a\n  repeat:\n    every: 1d\n    at_most: 2\n"
        "    until: {not: {property: n, above: 1}}\n  do: [{id: b, exit: c}]",
        "11: `property` is of an event, and there is none here; use it in `where` of a `wait_for` (step a)",
    ),
    # effects
    (
        "- id: a\n  set:\n    plan: pro\n    ' x': 1",
        "10: a name in 'set': must be one line of plain text, without blanks",
    ),
    ("- id: a\n  set:\n    plan:\n      - pro", "9: 'plan': must be text, a number, true or false (step a)"),
    ("- id: a\n  emit: used\n  properties:\n    n: null", "10: 'n': must be text, a number, true or false (step a)"),
    ("- id: a\n  enter: other\n  key: ''", "9: 'key' must not be empty (step a)"),
    # exit
    ("- id: a\n  exit: Gave up!", f"8: 'exit' {SLUG} 'Gave up!' (step a)"),
    ("- {id: a, exit: done}\n- {id: b, send: c}", "8: is never reached: step 'a' exits before it (step b)"),
]


@pytest.mark.parametrize(("steps", "problem"), STEPS)
def test_a_mistake_in_a_step_is_named_with_its_line_and_step(steps: str, problem: str) -> None:
    """In words of the journey language, with what is allowed there."""
    (told,) = of_steps(steps)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("journey: test", "journey: My Test", f"1: 'journey' {SLUG} 'My Test'"),
        ("journey: test\n", "", "1: 'journey' is missing"),
        ("title: Test", "title:", "2: 'title' is empty; it must be text"),
        ("title: Test", "title: 2026", "2: 'title' must be text, not 2026; put it in quotes"),
        ("title: Test", 'title: "a\\nb"', "2: 'title': must be one line of plain text, without blanks around it"),
        ("title: Test", f"title: {'x' * 201}", "2: 'title' must be at most 200 characters, not 'xxx"),
        ("{event: signed_up}", "signed_up", "3: 'entry' must be `{event: signed_up}`, not 'signed_up'"),
        ("{event: signed_up}", "{events: signed_up}", "3: 'event' is missing"),
        ("[account_deleted]", "3", f"4: 'exit_on' {LIST} 3"),
        ("topic: test", "tpic: test", "5: 'tpic' is not known here; did you mean topic?"),
        (
            "topic: test",
            "topic: test\nreentry: daily",
            "6: 'reentry' must be 'never', 'always' or `{after: 30d}`, not 'daily'",
        ),
        (
            "topic: test",
            "topic: test\nreentry: 30d",
            "6: 'reentry' must be 'never', 'always' or `{after: 30d}`, not '30d'",
        ),
        ("topic: test", "topic: test\nreentry: {after: 1y}", "6: 'after': '1y' is no duration; write a whole number"),
        ("topic: test", "topic: test\nreentry: {after: 3d, at: 1}", "6: 'at' is not known here; there are after"),
        (
            "{event: signed_up}",
            "{event: signed_up, key: order id}",
            "3: 'key': 'order id' is no path; write names with",
        ),
        ("{event: signed_up}", "{event: signed_up, key: 3}", "3: 'key' must be text, not 3; put it in quotes"),
        ("{event: signed_up}", "{event: signed_up, whre: {}}", "3: 'whre' is not known here; did you mean where?"),
        ("{event: signed_up}", "{event: signed_up, where: {}}", f"3: {CONDITION}this one has ''"),
        ("topic: test", "topic: test\ngoal:\n  within: 3d", "6: 'event' is missing"),
        ("topic: test", "topic: test\ngoal:\n  event: x\n  within: 1y", "8: 'within': '1y' is no duration"),
        ("topic: test", "topic: test\nmilestones:\n  one: 3", "7: 'one' must be text, not 3; put it in quotes"),
        ("topic: test", "topic: test\nmilestones:\n  a: x\n  B: y", f"8: a name in 'milestones' {SLUG} 'B'"),
        ("topic: test", "topic: test\nupdated_by: [moved, 3]", "6: 'updated_by' must be text, not 3; put it in quotes"),
        ("topic: test", "topic: test\nzone: Mars/Base", "6: 'zone': time zone 'Mars/Base' is not known; use an IANA"),
        ("topic: test", "topic: test\nzone: 3", "6: 'zone' must be text, not 3; put it in quotes"),
        ("steps:", "steps: {id: a, send: b}\nx:", f"6: 'steps' {LIST} {{'id': 'a', 'send': 'b'}}"),
        ("steps:", "steps: []\nx:", "6: 'steps' must not be empty"),
    ],
)
def test_a_mistake_outside_of_the_steps_is_named_with_its_line(old: str, new: str, problem: str) -> None:
    """The same holds for the head of the file."""
    assert f"bad.yaml:{problem}" in [
        told[: len(problem) + 9] for told in problems(HEAD.replace(old, new) + "- {id: hello, send: welcome}")
    ]


def test_every_mistake_is_told_at_once() -> None:
    """Of form, of single steps and of the whole, in the order of the file."""
    told = of_steps("""\
- {id: a, send: b, send: c}
- id: w
  wait_for: {event: used, do: [{id: a, wait: soon}]}
  on_timeout:
  - {id: x, branch: [{if: {step: z, outcome: sent}, do: [{id: y, sedn: q}]}]}
  - {id: out, exit: done}
  - {id: a, send: B}
""")
    assert [line.partition(":")[0] for line in told] == ["7", "9", "9", "10", "11", "11", "13", "13", "13"]


def test_a_mistake_made_a_thousand_times_is_not_told_a_thousand_times() -> None:
    """The rest is counted."""
    told = of_steps("\n".join(f"- {{id: s{number}, sedn: x}}" for number in range(1000)))
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "... and 950 more problems"


@pytest.mark.parametrize(
    ("send", "problem"),
    [
        ("welcom", "template 'welcom' does not exist; there are: tips, welcome"),
        ("code", "template 'code' is for one-time codes, which verifications send and no journey knows"),
        ("welcome\n  via: [sms, whatsapp]", "template 'welcome' has no text for whatsapp"),
        ("tips\n  via: email", None),
        ("tips", None),  # which channel it will be is not known yet
    ],
)
def test_templates_are_checked_where_they_are_named(send: str, problem: str | None) -> None:
    """A journey that names a template or channel without a text is not published."""
    text = f"{HEAD}- id: w\n  wait_for: {{event: used}}\n  timeout: 1h\n  on_timeout:\n  - id: hello\n    send: {send}"
    text = text.replace("\n  via", "\n    via")
    found = check_templates(load(text, "a.yaml")[1], {"welcome": ("email", "sms"), "tips": ["email"]})
    assert [str(one) for one in found] == ([f"a.yaml:12: {problem} (step hello)"] if problem else [])
