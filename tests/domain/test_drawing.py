"""Pictures of journeys: every step once, nothing upon another, nothing off the canvas, whatever names people give."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.journey.drawing import mermaid, svg
from domain.journey.drawing.text import Font, plain, wrap
from domain.journey.file import parse
from domain.journey.language import Journey
from domain.journey.walking import every_step
from runtime.settings import ROOT
from tests.domain.pictures import SVG, Flowchart, Picture
from tests.domain.strategies import JOURNEYS
from tests.domain.travel import HEAD

IMAGES = ROOT / "docs" / "images"
REDRAW = "run: starter.py journeys draw onboarding --out docs/images [--format mermaid]"
KNOWN = {"svg", "title", "desc", "style", "rect", "g", "path", "text"}
ODD = ["<b>&amp;\"'", "</text><script>alert(1)</script>", "1. one", "`a` **b** #35;", "%%{init: {}}%%", "end", "a-->b"]
FOREIGN = ["👋🎉", "שלום עולם", "مرحبا بالعالم", "東京タワー", "Ünïcödé", "x" * 120, "a b " * 29 + "c"]


def of_steps(*steps: dict[str, Any], **head: Any) -> Journey:
    """A journey with these steps."""
    return Journey.model_validate(
        {"journey": "test", "title": "Test", "topic": "t", "entry": {"event": "begun"}, "steps": list(steps), **head}
    )


def written(steps: str) -> Journey:
    """A journey with these steps as a file would write them."""
    return parse(HEAD + steps, "test.yaml")


def onboarding() -> Journey:
    """The journey that ships."""
    return parse((ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8"), "onboarding.yaml")


def nested(depth: int, numbers: Any) -> list[dict[str, Any]]:
    """Waits within waits, with a step before and after each."""
    if depth == 0:
        return [{"id": f"s{next(numbers)}", "exit": "lost"}]
    wait = {"wait_for": [{"event": "a", "do": [{"id": f"s{next(numbers)}", "send": "thanks"}]}, {"event": "b"}]}
    inner = {"id": f"s{next(numbers)}", **wait, "timeout": "36h", "on_timeout": nested(depth - 1, numbers)}
    return [{"id": f"s{next(numbers)}", "send": "before"}, inner, {"id": f"s{next(numbers)}", "send": "after"}]


def check(journey: Journey) -> Picture:
    """Draw it, and see that every step is there once and nothing stands upon or outside of anything."""
    picture = Picture(svg(journey))
    assert sorted(picture.steps) == sorted(step.id for step in every_step(journey.steps))
    assert picture.overlapping() == []
    assert picture.outside() == []
    return picture


@settings(max_examples=60)
@given(JOURNEYS)
def test_every_journey_can_be_drawn(journey: Journey) -> None:
    """Each step has one card, and no card, label or line is in the way of another or leaves the canvas."""
    check(journey)


@settings(max_examples=60)
@given(JOURNEYS)
def test_every_journey_has_a_flowchart(journey: Journey) -> None:
    """Each step is one node of it, and arrows join nodes that are there."""
    chart = Flowchart(mermaid(journey))
    steps = {f"step-{step.id}" for step in every_step(journey.steps)}
    assert steps <= set(chart.nodes)
    assert len(set(chart.nodes)) == len(chart.nodes)
    assert {name for arrow in chart.arrows for name in arrow} <= set(chart.nodes)


def test_a_long_journey_is_drawn_downwards() -> None:
    """A hundred steps stand in one line, each beneath the one before."""
    journey = of_steps(*({"id": f"s{number}", "send": "tip"} for number in range(100)))
    picture = check(journey)
    cards = [picture.card(step.id) for step in journey.steps]
    assert len({card.left for card in cards}) == 1
    assert [card.top for card in cards] == sorted(card.top for card in cards)


def test_a_deeply_nested_journey_is_drawn_in_full() -> None:
    """Also as deep as a file may go."""
    check(of_steps(*nested(12, count())))


def test_ways_stand_side_by_side_and_are_joined_beneath() -> None:
    """What follows stands under all of them."""
    picture = check(
        written("""\
- id: which
  branch:
  - {if: {attribute: plan, equals: pro}, do: [{id: left, send: pro}]}
  - else: [{id: right, send: free}, {id: more, send: free}]
- {id: next, wait: 1d}
""")
    )
    left, right, following = map(picture.card, ("left", "right", "next"))
    assert left.top == right.top
    assert left.right < right.left
    assert following.top > picture.card("more").bottom
    assert left.left < following.left < right.left


def test_who_leaves_does_not_come_back() -> None:
    """No line leads from an exit to what follows, and where all leave there is no end."""
    steps = "- {id: which, branch: [{if: {event: x}, do: [{id: out, exit: bored}]}, {else: [{id: gone, exit: tired}]}]}"
    chart = Flowchart(mermaid(written(steps)))
    assert not {arrow for arrow in chart.arrows if arrow[0] in ("step-out", "step-gone")}
    assert "finish" not in chart.nodes
    assert "Completed" not in Picture(svg(written(steps))).texts


def test_a_repeat_leads_back_to_itself() -> None:
    """Its block's end, to its own card."""
    journey = written("- {id: lap, repeat: {every: 1d, at_most: 3}, do: [{id: tip, send: tip}]}\n- {id: on, wait: 1d}")
    chart = Flowchart(mermaid(journey))
    assert {("step-tip", "step-lap"), ("step-lap", "step-on")} <= set(chart.arrows)
    assert ("step-tip", "step-on") not in chart.arrows
    card = check(journey).card("lap")
    ends = [line for line in Picture(svg(journey)).segments if line.right == card.left and line.top == line.bottom]
    assert [card.top < end.top < card.bottom for end in ends] == [True]


def test_a_date_that_is_past_can_end_the_journey() -> None:
    """Then the way out is drawn, though no step is there."""
    journey = written("- {id: visit, wait: {until: visit.at, if_past: exit}}\n- {id: ask, send: survey}")
    assert "Exit: past" in check(journey).texts
    assert ("step-visit", "step-visit-Xout") in Flowchart(mermaid(journey)).arrows


@pytest.mark.parametrize("name", [*ODD, *FOREIGN])
def test_any_name_is_shown_as_it_is_and_nothing_of_it_is_markup(name: str) -> None:
    """In titles, events, values and reasons of both kinds of picture."""
    step = {"id": "a", "wait_for": [{"event": name, "where": {"property": "p", "equals": f"{name}\n\x01\u202e"}}]}
    journey = of_steps(step, title=name, entry={"event": name}, exit_on=[name])
    picture = check(journey)
    assert {element.tag.removeprefix(SVG) for element in picture.root.iter()} <= KNOWN
    assert picture.texts.count(name) >= 2
    chart = Flowchart(mermaid(journey))
    assert set(chart.nodes) == {"begin", "note1", "note2", "step-a", "finish"}


@pytest.mark.parametrize("step", ["a--b", "a-", "a---", "end", "default", "style", "a-x-b", "a_-b"])
def test_no_step_id_is_a_word_of_mermaid(step: str) -> None:
    """Nor is any taken for an arrow, or for another step."""
    others = [f"{step[:62]}x", "a", "a-b", "a-x"]
    steps = [{"id": name, "wait": "1d"} for name in dict.fromkeys([step, *others])]
    chart = Flowchart(mermaid(of_steps(*steps)))
    assert len(set(chart.nodes)) == len(steps) + 3
    assert not any("--" in node or node.endswith("-") for node in chart.nodes)


def test_the_picture_stands_alone_and_adapts_to_dark_ground() -> None:
    """No script, no file beside it, and its rules are of nothing else on a page."""
    text = svg(onboarding())
    assert "prefers-color-scheme: dark" in text
    assert not [word for word in ("<script", "href", "url(", "@import", " id=", "http") if word in text[60:]]
    rules = [line for line in text.partition("<style>")[2].partition("</style>")[0].split("\n") if "{" in line]
    assert all(rule.startswith((".homing-journey", "@media")) for rule in rules)


def test_the_picture_can_be_listened_to() -> None:
    """It is one image, with the title and every step's title as its description."""
    picture = Picture(svg(onboarding()))
    title, description = picture.root.findtext(f"{SVG}title"), str(picture.root.findtext(f"{SVG}desc"))
    assert (picture.root.attrib["role"], title) == ("img", "From sign-up to habit")
    assert "Its steps: Send welcome; First use?; Send first use praise;" in description


def test_the_pictures_in_the_documents_are_those_of_today() -> None:
    """The journey that ships, as both kinds of picture."""
    assert (IMAGES / "onboarding.svg").read_text(encoding="utf-8") == svg(onboarding()), REDRAW
    assert (IMAGES / "onboarding.mmd").read_text(encoding="utf-8") == mermaid(onboarding()), REDRAW


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("one two", ("one two",)),
        ("one two three four", ("one two", "three four")),
        ("one_two_three_four", ("one_two_", "three_four")),  # where a name has its joints
        ("iiiiiiiiiiiiiiiiiiiiiiiiiii", ("iiiiiiiiiiiiiiiiiiii", "iiiiiii")),
        ("wwwwwwwwwwwwww", ("wwwwwww", "wwwwwww")),  # as many as fit
        ("one two three four five six seven", ("one two", "three four…")),
        ("e\u0301" * 14, ("e\u0301" * 11, "e\u0301" * 3)),  # a letter keeps its accent
    ],
)
def test_text_is_broken_where_it_is_too_wide(text: str, lines: tuple[str, ...]) -> None:
    """Between words, then at joints, then anywhere; what is too much is cut with a sign of it."""
    assert wrap(text, Font(10, 14), 75, 2) == lines


@given(st.text(), st.integers(1, 4))
def test_no_line_is_too_wide(text: str, most: int) -> None:
    """Whatever is written, and nothing unseen is in it."""
    font = Font(12, 16)
    lines = wrap(text, font, 100, most)
    assert len(lines) <= most
    assert all(font.width(line) <= 100 and plain(line) == line for line in lines)
