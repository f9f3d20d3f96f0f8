"""What is allowed and yet looks like a mistake is told as a warning, with its line and step."""

import pytest

from domain.journey.checking.doubts import doubts, unsent
from domain.journey.checking.wording import lacking_locales
from domain.journey.file import load
from tests.domain.test_journey_checks_density import LABYRINTH
from tests.domain.travel import HEAD

ENDLESS = "waits for ever if this never comes; give it a `timeout`, or the journey an `exit_on`"
TOO_SOON = "asks what became of a right after it was sent; let it `wait` for receipts before"
FIVE = "\n".join(f"- {{id: s{number}, send: tips}}" for number in range(5))


def warnings(steps: str, head: str = HEAD, most: int = 7) -> list[str]:
    """What is doubtful about these steps, the first of which stands in line 7."""
    return [str(doubt).removeprefix("a.yaml:") for doubt in doubts(*load(head + steps, "a.yaml"), most)]


@pytest.mark.parametrize(
    ("head", "step", "told"),
    [
        ("exit_on: []", "wait_for: {event: used}", [f"7: {ENDLESS} (step s)"]),
        ("exit_on: [gone]", "wait_for: {event: used}", []),
        ("exit_on: []", "wait_for: {event: used}, timeout: 3d", []),
        (
            "exit_on: [gone]",
            "wait_for: [{event: used}, {event: gone}]",
            ["7: 'gone' is in `exit_on`: it ends the journey, so it never wins here (step s)"],
        ),
        ("exit_on: []", "verify: phone", []),  # it ends in any case
        (
            "exit_on: [phone_verified]",
            "verify: phone",
            ["7: 'phone_verified' is in `exit_on`: it ends the journey, so it never wins here (step s)"],
        ),
        # a priority without a use
        (
            "exit_on: [gone]",
            "send: tips, priority: low, transactional: true",
            ["7: `priority` means nothing here: a transactional message needs no room (step s)"],
        ),
        ("exit_on: [gone]", "send: tips, priority: low", []),
        # dates of events
        (
            "exit_on: []",
            "wait: {until: event.starts_at, if_past: skip}",
            ["7: stays as signed_up brings it; name the events that change it under `updated_by` (step s)"],
        ),
        ("updated_by: moved", "wait: {until: event.starts_at, if_past: skip}", []),
        (
            "updated_by: moved",
            "wait: {until: trial.ends_at, if_past: skip}",
            ["4: brings nothing: no wait is `until` a path that begins with `event.`"],
        ),
    ],
)
def test_waits_that_may_not_be_meant_so_are_told(head: str, step: str, told: list[str]) -> None:
    """Each is right in itself."""
    assert warnings(f"- {{id: s, {step}}}", HEAD.replace("exit_on: [account_deleted]", head)) == told


def test_a_journey_with_too_many_ways_to_count_is_told() -> None:
    """Instead of letting anybody wait for the figure."""
    told = warnings(f"- {LABYRINTH[1:-1]}")
    assert told == [
        "6: the messages of a week are not counted: journey test has too many ways through it to look at all of them;"
        " nest fewer repeats, or split it up"
    ]


@pytest.mark.parametrize(
    ("via", "unless", "told"),
    [
        ("sms, email", "delivered", []),
        ("sms, email", "clicked", []),
        ("email, sms", "opened", []),  # nothing follows the last one
        ("sms, email", "opened", ["sms"]),
        ("voice, sms, email", "opened", ["voice", "sms"]),
    ],
)
def test_a_fallback_from_a_channel_of_which_nobody_would_hear_is_told(via: str, unless: str, told: list[str]) -> None:
    """Everybody would get the next message as well. A branch may ask at once, for the step has waited itself."""
    step = f"- {{id: a, send: tips, via: [{via}], fallback: {{unless: {unless}, after: 1h}}}}"
    found = warnings(f"{step}\n- {{id: c, branch: [{{if: {{step: a, outcome: {unless}}}}}]}}")
    always = f"that it was {unless}, so the next channel always follows it (step a)"
    assert found == [f"7: nobody hears of {one} {always}" for one in told]


@pytest.mark.parametrize(
    ("between", "outcome", "told"),
    [
        ("", "opened", [f"8: {TOO_SOON} (step c)"]),
        ("", "failed", []),  # that may be known at once
        ("- {id: b, wait: 1d}\n", "opened", []),
        ("- {id: b, wait_for: {event: used}}\n", "clicked", []),
        ("- {id: b, verify: email}\n", "clicked", []),
    ],
)
def test_asking_for_a_receipt_in_no_time_is_told(between: str, outcome: str, told: list[str]) -> None:
    """Nobody opens a message in the millisecond in which it was sent."""
    branch = f"- {{id: c, branch: [{{if: {{step: a, outcome: {outcome}}}}}]}}"
    assert warnings(f"- {{id: a, send: tips}}\n{between}{branch}") == told


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (5, []),
        (4, ["7: begins seven days in which a person may get 5 messages; the limit is 4 (step s0)"]),
    ],
)
def test_too_many_messages_in_a_week_are_told_where_they_begin(most: int, told: list[str]) -> None:
    """The limit is a deployment's own."""
    assert warnings(FIVE, most=most) == told


def test_so_many_that_nobody_counts_are_told_as_well() -> None:
    """At the step that sends them."""
    repeat = "- {id: r, repeat: {every: 1s, at_most: 1000}, do: [{id: s, send: tips}]}"
    told = "7: begins seven days in which a person may get 100 or more messages; the limit is 7 (step s)"
    assert warnings(repeat) == [told]


LOOKS = """\
- id: s
  branch:
    - if: {all: [{attribute: plan, equals: pro}, {not: {attribute: seats, above: 3}}]}
    - if: {segment: fans}
- {id: mark, set: {stage: trial}}
- {id: w, wait: {until: trial.ends_at, if_past: skip}}
- {id: e, wait: {until: event.at, if_past: skip}}
- {id: f, wait_for: {event: used, where: {attribute: stage, equals: trial}}}
- {id: r, repeat: {every: 1d, at_most: 2, until: {attribute: plan, equals: pro}}, do: [{id: t, send: tips}]}
"""


TRIAL = ["12: nobody has an attribute 'trial'"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"plan", "seats", "segments", "trial", "country"}, []),
        ({"plan", "seats", "trial", "country"}, ["10: nobody has an attribute 'segments'"]),
        (
            {"seats", "segments", "country"},
            ["9: nobody has an attribute 'plan'", "12: nobody has an attribute 'trial'"],
        ),
        ({"plan", "seats", "segments", "trial"}, ["3: nobody has an attribute 'country'"]),
    ],
)
def test_attributes_that_nobody_sends_are_told_once(sent: set[str], told: list[str]) -> None:
    """Where the journey first looks at each; those that it sets itself are known."""
    head = HEAD.replace("signed_up}", "signed_up, where: {attribute: country, equals: BR}}")
    found = [str(problem).partition(";")[0] for problem in unsent(*load(head + LOOKS, "a.yaml"), sent)]
    assert sorted(found) == sorted(f"a.yaml:{line}" for line in told)


WORDS = {
    "welcome": {"email": ["en", "pt-BR", "tr"], "sms": ["en", "pt-BR", "tr"]},
    "general": {"email": ["en", "pt", "tr"]},
    "tips": {"email": ["en", "pt-BR"], "sms": ["en"]},
    "news": {"email": ["ja"]},
}


@pytest.mark.parametrize(
    ("sends", "told"),
    [
        (["welcome"], []),
        (["news"], []),
        (["welcome", "tips, via: email"], ["8: template 'tips' has no email text in tr"]),
        (
            ["welcome, via: sms", "tips"],
            ["8: template 'tips' has no email text in tr", "8: template 'tips' has no sms text in pt-BR, tr"],
        ),
        (["unknown", "tips, via: preferred"], ["8: template 'tips' has no sms text in pt-BR"]),
        # Portuguese for everybody is one for Brazil, but not the other way round
        (["welcome, via: sms", "general"], ["7: template 'welcome' has no sms text in pt"]),
    ],
)
def test_locales_that_other_words_of_the_journey_have_are_missed(sends: list[str], told: list[str]) -> None:
    """A person would get their own language in one message and the default in the next."""
    steps = "\n".join(f"- {{id: s{number}, send: {send}}}" for number, send in enumerate(sends))
    found = [
        str(problem).partition(", which")[0] for problem in lacking_locales(load(HEAD + steps, "a.yaml")[1], WORDS)
    ]
    assert found == [f"a.yaml:{line}" for line in told]
