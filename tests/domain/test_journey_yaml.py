"""Whatever a file holds, reading it is short and harmless, and ends with a journey or with problems."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.journey.file import JourneyProblems, parse
from domain.yaml_source import MAX_CHARACTERS, Problem, read
from tests.domain.strategies import DEFINITIONS
from tests.domain.travel import HEAD

MOST_SECONDS = 5.0  # about ten times what a slow machine needs


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: yes\nb: no\nc: on\nd: off\ne: y", {"a": "yes", "b": "no", "c": "on", "d": "off", "e": "y"}),  # Norway
        ("yes: 1\nno: 2\non: 3", {"yes": 1, "no": 2, "on": 3}),
        ("a: true\nb: false\nc: True", {"a": True, "b": False, "c": "True"}),
        ("a: 10:30\nb: 1:2:3\nc: 22:22", {"a": "10:30", "b": "1:2:3", "c": "22:22"}),  # no base 60
        ("a: 2026-03-02\nb: 2026-03-02T09:00:00Z", {"a": "2026-03-02", "b": "2026-03-02T09:00:00Z"}),  # no dates
        (
            "a: 007\nb: 0x1F\nc: 0o17\nd: 1_000\ne: 1e3",
            {"a": "007", "b": "0x1F", "c": "0o17", "d": "1_000", "e": "1e3"},
        ),
        ("a: -5\nb: +5\nc: 0\nd: 2.50\ne: .5", {"a": -5, "b": 5, "c": 0, "d": 2.5, "e": ".5"}),
        ("a: .inf\nb: .nan", {"a": ".inf", "b": ".nan"}),
        ("a: 12345678901234567", {"a": "12345678901234567"}),  # no number that JavaScript could not hold
        ("a:\nb: ~\nc: null\nd: ''", {"a": None, "b": None, "c": None, "d": ""}),
        ("1: a\ntrue: b\n~: c", {"1": "a", "true": "b", "~": "c"}),  # keys are text
        ("<<: {a: 1}\n=: b", {"<<": {"a": 1}, "=": "b"}),  # no merging
        ("\ufeffa: 1", {"a": 1}),  # a byte-order mark
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("%YAML 1.1\n---\na: no", {"a": "no"}),
        ("a: Grüße, 東京, 👋, שלום", {"a": "Grüße, 東京, 👋, שלום"}),
        ("", None),
        ("# nothing\n", None),
    ],
)
def test_only_the_plain_core_of_yaml_is_read(text: str, data: Any) -> None:
    """What other readers of YAML take for a truth, a time or a number stays the text that it is."""
    source = read(text, "a.yaml")
    assert (source.data, source.problems) == (data, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x", "1: anchors and aliases are not used here; put text with & or * in quotes"),
        ("a: *x", "1: anchors and aliases are not used here"),
        ("a: &a [*a]", "1: anchors and aliases are not used here"),  # holds itself
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", "1: anchors"),  # a billion laughs
        ("a: !!python/object/apply:os.system [ls]", "1: tags are not used here; put text with ! in quotes"),
        ("a: 1\nb: !!int abc", "2: tags are not used here"),
        ("a: !important", "1: tags are not used here"),
        ("a: 1\nb: 2\na: 3", "3: 'a' is given twice"),
        ("a: {b: 1, 'b': 2}", "1: 'b' is given twice"),
        ("? [a]\n: 1", "1: a key must be plain text"),
        ("{a: 1}: 1", "1: a key must be plain text"),
        ("a: 1\n---\nb: 2", "2: not valid YAML: but found another document"),
        ("a:\n\tb: 1", "2: not valid YAML: found character '\\t' that cannot start any token; indent with spaces, not"),
        ("a: 1\n b: 2", "2: not valid YAML: mapping values are not allowed here; check the indentation, or put text"),
        ("a: b: c", "1: not valid YAML: mapping values are not allowed here; check the indentation, or put text with"),
        (
            "a:\n  - b\n c: 1",
            "3: not valid YAML: expected <block end>, but found '<block mapping start>'; check the in",
        ),
        (" a: 1\nb: 2", "2: not valid YAML: expected '<document start>', but found '<block mapping start>'; check the"),
        ("a: @home", "1: not valid YAML: found character '@' that cannot start any token; put the text in quotes"),
        ("a: 1\nb\nc: 1", "2: not valid YAML: could not find expected ':'; a key and its value are written as"),
        ('a: 1\nb: "c\n\nd: 1', "2: not valid YAML: found unexpected end of stream; a quotation mark is missing"),
        ("a: 1\nb: [c\n\n", "2: not valid YAML: expected ',' or ']', but got '<stream end>'; a closing bracket is mi"),
        ("a: 1\nb: x\0y", "2: the character '\\x00' is not allowed"),
        ('a: 1\nb: "x\\0y"', "2: the character '\\x00' is not allowed"),  # PostgreSQL could not hold it
        ('"\\0": 1', "1: the character '\\x00' is not allowed"),
        ("a: \ud800", "1: the character '\\ud800' is not allowed"),  # half a character
        ('a: "\\ud800"', "1: the character '\\ud800' is not allowed"),
        ('a: 1\nb: "\\Uffffffff"', "2: not valid YAML: a number after \\ or % is too large"),
        (f"%YAML 1.{'9' * 5000}\n---\na: 1", "1: not valid YAML: a number after \\ or % is too large"),
        ("[" * 41, "1: nested deeper than 40 levels"),
        ("- " * 100_000, "1: nested deeper than 40 levels"),
        ("\n".join(f"{' ' * depth}a:" for depth in range(50)), "41: nested deeper than 40 levels"),
        ("a: 1\n" * 6000, "4999: more than 10000 keys and values in one file"),
        ("x" * (MAX_CHARACTERS + 1), "1: the file has 262145 characters; 262144 are allowed"),
    ],
)
def test_what_is_not_read_is_named_with_its_line(text: str, problem: str) -> None:
    """And with what to do about it, where there is something."""
    told = str(read(text, "a.yaml").problems[0])
    assert told.startswith(f"a.yaml:{problem}")


REPEATED = ["a: b\n", "- 1\n", "[", "a: [", "'a", "#\n", "? ", "[{", "...\n", "!x ", "a:\n ", "a: >\n  x\n\n", "'x'' "]
STEPS = [" - {id: a, wait: -3d}\n", " - {id: a, wait: 1y}\n", " - {id: no, send: no, via: yes}\n", " - &a {b: *a}\n"]


@pytest.mark.parametrize("text", [*REPEATED, *STEPS])
def test_the_largest_file_of_any_kind_is_read_in_bounded_time(text: str) -> None:
    """No repetition makes the reader slow, deep or large, and none of its mistakes are more than can be told."""
    began = time.perf_counter()
    for head in ("", HEAD):
        assert problems_of((head + text * MAX_CHARACTERS)[:MAX_CHARACTERS])
    assert time.perf_counter() - began < MOST_SECONDS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty; begin with `journey: a-name`, then title, entry, topic and steps"),
        ("# nothing", "the file is empty; begin"),
        ("- a\n- b", "this is no journey; begin with `journey: a-name`, then"),
        ("hello", "this is no journey; begin"),
        ("42", "this is no journey; begin"),
        ("null", "the file is empty; begin"),
    ],
)
def test_a_file_that_holds_no_journey_says_how_one_begins(text: str, problem: str) -> None:
    """One line, instead of one for each key that is missing."""
    with pytest.raises(JourneyProblems) as refused:
        parse(text, "a.yaml")
    assert str(refused.value).startswith(f"a.yaml:1: {problem}")
    assert len(refused.value.problems) == 1


def problems_of(text: str) -> list[Problem]:
    """What is said of a text, nothing if it is a journey."""
    try:
        assert parse(text, "a.yaml").version
    except JourneyProblems as refused:
        return refused.problems
    return []


def check_problems(text: str) -> None:
    """Reading ends with a journey or with problems that can be shown, and with nothing else."""
    lines = 1 + sum(text.count(end) for end in "\n\r\x85\u2028\u2029")
    for problem in problems_of(text):
        assert 1 <= problem.line <= lines
        assert str(problem).encode()
        assert not any(jargon in problem.message for jargon in ("nput should", "pattern", "dictionary", "tuple"))


WORDS = """journey: title: topic: entry: {event: steps: - id: send: wait: 3d wait_for: branch: if: do: else: exit:
    via: sms on_timeout: timeout: [ ] { } , : ? | > ' \" # & * ! % @ ` ~ \\ true 1 - -"""
SCRAPS = st.lists(st.sampled_from([*WORDS.split(), "\t", "\n", "\n", "\n "]), max_size=40).map(" ".join)
KEYS = ["id", "send", "wait", "wait_for", "event", "where", "if", "do", "all", "not", "step", "branch"]


@settings(max_examples=80)
@given(st.text() | SCRAPS | SCRAPS.map(lambda scraps: HEAD + scraps))
def test_no_text_is_a_traceback(text: str) -> None:
    """Text of any kind, and pieces of journeys thrown together."""
    check_problems(text)


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_no_bytes_are_a_traceback(data: bytes) -> None:
    """As a browser may send them."""
    check_problems(data.decode("utf-8", "surrogateescape"))


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["1d", "a", *KEYS]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=40)
@given(DEFINITIONS, JUNK, st.data())
def test_no_journey_with_junk_in_one_place_is_a_traceback(
    definition: dict[str, Any], junk: Any, data: st.DataObject
) -> None:
    """A value of any shape where another was expected."""
    part: Any = definition
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))), label="key")
        if not (isinstance(part[key], dict | list) and part[key]) or data.draw(st.booleans(), label="here"):
            break
        part = part[key]
    part[key] = junk
    check_problems(json.dumps(definition, ensure_ascii=False))  # JSON is YAML
