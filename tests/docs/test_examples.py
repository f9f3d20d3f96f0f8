"""Examples are not only read: journeys, steps and templates in the pages are held against the language."""

import re
import textwrap

import pytest

from domain.checklist import read_checklist
from domain.journey.conditions import CONDITION_KINDS
from domain.journey.file import check_templates, load
from domain.journey.language import STEP_KINDS
from domain.templates import Templates
from domain.yaml_source import Problem
from runtime.settings import ROOT
from runtime.template_files import read_templates
from tests.docs.pages import PAGES, page

BLOCKS = [(one.name, block) for one in PAGES for block in one.blocks("yaml")]
HEAD = "journey: example\ntitle: An example\nentry: {event: signed_up}\ntopic: onboarding\nsteps:\n"
BLOCK = ("email:", "voice:", "whatsapp:")  # of a template
CHECKLIST = "# checklist.yaml"
LAYOUT = {"layouts/email.html.liquid": "{{ content }}"}


def as_journey(block: str) -> str:
    """A whole journey of an example, which may be some steps of one."""
    return block if block.startswith("journey:") else HEAD + textwrap.indent(block, "  ")


@pytest.mark.parametrize(
    ("where", "block"), [(where, block) for where, block in BLOCKS if block.startswith(("journey:", "- "))]
)
def test_journeys_and_steps_are_right_and_send_what_exists(where: str, block: str) -> None:
    """Whoever copies one can publish it."""
    _, source = load(as_journey(block), where)
    templates = Templates.parse(read_templates(ROOT / "templates"), "en")
    assert check_templates(source, {name: templates.channels(name) for name in templates.names()}) == []


@pytest.mark.parametrize(("where", "block"), [(where, block) for where, block in BLOCKS if block.startswith(BLOCK)])
def test_templates_are_right(where: str, block: str) -> None:
    """Each of their channels can be parsed."""
    assert Templates.parse({"example/en.yaml": block, **LAYOUT}, "en").channels("example")


@pytest.mark.parametrize("block", [block for _, block in BLOCKS if block.startswith(CHECKLIST)])
def test_checklists_are_right(block: str) -> None:
    """As the file that ships."""
    problems: list[Problem] = []
    assert (read_checklist(block, problems).items != (), problems) == (True, [])


def test_no_example_is_passed_over() -> None:
    """A block that begins with something else would be held against nothing."""
    assert [block for _, block in BLOCKS if not block.startswith(("journey:", "- ", CHECKLIST, *BLOCK))] == []


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_every_kind_of_step_has_an_example(kind: str) -> None:
    """What is not shown is not used."""
    assert any(re.search(rf"\b{kind}:\s", block) for block in page("docs/journeys.md").blocks("yaml"))


@pytest.mark.parametrize("kind", CONDITION_KINDS)
def test_every_kind_of_condition_is_told_of(kind: str) -> None:
    """In the table of conditions."""
    rows = page("docs/journeys.md").table("condition")
    assert any(re.search(rf"[{{`]{kind}: ", row[0]) for row in rows)
