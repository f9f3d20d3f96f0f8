"""The checklist of first steps: its words, and what is wrong with its file."""

import pytest

from domain.checklist import Checklist, read_checklist
from domain.errors import BadInput
from domain.templates import Templates

GOOD = "- id: use\n  event: first_use\n  title: {en: Use it, pt: Use}\n  link: https://acme.example\n"


def test_a_step_is_told_in_the_persons_language() -> None:
    """In the first that there is."""
    [item] = read_checklist(GOOD, []).items
    assert [item.words(order) for order in (["pt-BR", "pt"], ["tr", "en"], ["ja"])] == ["Use", "Use it", "Use it"]
    assert Checklist((item,)).events == {"first_use"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("use: first_use\n", 1),  # no list
        (GOOD + "- event: x\n  title: {en: X}\n", 5),  # without an id
        (GOOD.replace("id: use", "id: Use!"), 1),
        (GOOD.replace("https://acme.example", "javascript:alert(1)"), 4),
        (GOOD.replace("en: Use it", "xx-nowhere: Use it"), 3),
        (GOOD.replace("pt: Use", "pt: ''"), 3),
        (GOOD.replace("{en: Use it, pt: Use}", "{}"), 3),
        (GOOD + "  colour: red\n", 5),
        (GOOD * 2, 5),  # the same id twice
        ("- just words\n", 1),
        (GOOD * 21, 1),  # too many
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_line(text: str, line: int) -> None:
    """By the same check as templates."""
    with pytest.raises(BadInput, match=rf"^checklist\.yaml:{line}: "):
        Templates.parse({"welcome/en.yaml": "sms: Hello\n", "checklist.yaml": text}, "en")
