"""Words that the provider approves: one text, which is read the same with and without the provider's copy."""

import pytest

from domain.errors import BadInput
from domain.templates import Templates
from domain.templates.approved import read_approved

SID = "HX" + "0123456789abcdef" * 2
SEAT = """whatsapp:
  text: |
    Hi {{1}},

    your seat at {{ 2 }} is ready.
  variables:
    1: '{{ user.attributes.first_name | default: "there" }}'
    2: "{{ product.name }}"
"""
ACME = {"product": {"name": "Acme"}}


def test_the_text_and_its_variables_say_the_same() -> None:
    """Whoever wrote today reads our text, everybody else the provider's copy of it, filled with these."""
    there = Templates.parse({"seat/en.yaml": SEAT}, "en")
    sent = there.render("seat", "whatsapp", "en", ACME | {"user": {"attributes": {"first_name": "Ana\nMaria"}}})
    assert sent.text == "Hi Ana Maria,\n\nyour seat at Acme is ready."
    assert sent.content_variables == {"1": "Ana Maria", "2": "Acme"}  # a provider takes no line breaks in them
    assert there.variables("seat") == {"user.attributes.first_name", "product.name"}


def test_a_plain_text_is_its_own_only_variable() -> None:
    """An approved frame around any text, such as "News from Acme: {{1}}", takes the words that there are."""
    there = Templates.parse({"seat/en.yaml": "whatsapp: |\n  Hi.\n\n  It is ready."}, "en")
    assert there.render("seat", "whatsapp", "en", {}).content_variables == {"1": "Hi. It is ready."}


@pytest.mark.parametrize(
    ("text", "variables", "problem"),
    [
        ("Hi {{ user.id }}, {{1}}", "{1: a}", "whatsapp: a text with variables holds {{1}}, {{2}} and no other Liquid"),
        ("Hi {% if x %}{{1}}{% endif %}", "{1: a}", "a text with variables holds {{1}}"),
        ("Hi {{2}}", "{2: a}", "numbered from 1 without gaps, not 2"),
        ("Hi", "{}", "has a place such as {{1}}"),
        ("Hi {{1}}", "{1: a, 2: b}", "variables knows 1, not 2"),
        ("Hi {{1}} {{2}}", "{1: a}", "variables needs 2"),
        ("Hi {{1}}", "{1: '{{ user.attributes.first_name }}'}", "variable 1 is empty for a person of whom nothing is"),
    ],
)
def test_words_that_cannot_be_approved_are_refused(text: str, variables: str, problem: str) -> None:
    """Before the provider refuses them, one message after the other."""
    source = f"whatsapp:\n  text: '{text}'\n  variables: {variables}\n"
    with pytest.raises(BadInput) as refused:
        Templates.parse({"seat/en.yaml": source}, "en")
    assert problem.removeprefix("whatsapp: ") in str(refused.value)
    assert str(refused.value).startswith("seat/en.yaml:")


def test_the_providers_ids_are_told_by_template_and_locale() -> None:
    """They differ from account to account, so they stand in no template."""
    assert read_approved(f"seat: {{en: {SID}, pt-BR: {SID}}}", "ids.yaml") == {
        ("seat", "en"): SID,
        ("seat", "pt-BR"): SID,
    }
    for wrong in ("seat: HX1", f"seat: {SID}", "seat: {en: HX1}", "[seat]"):
        with pytest.raises(BadInput, match=r"ids.yaml:1: "):
            read_approved(wrong, "ids.yaml")
