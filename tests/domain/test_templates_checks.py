"""What is doubtful about templates is told before anybody gets them, all at once, each with its file and line."""

import pytest

from domain.templates.checks import examine
from runtime.settings import ROOT
from runtime.template_files import read_templates


def doubts(sources: dict[str, str], attributes: list[str] | None = None, most_segments: int = 2) -> list[str]:
    """The warnings about these sources, which have no errors."""
    found = examine(sources, "en", attributes, most_segments)
    assert found.errors == []
    return list(map(str, found.warnings))


def test_what_ships_is_beyond_doubt() -> None:
    """The words that ship keep to what is asked of others."""
    assert doubts(read_templates(ROOT / "templates")) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sms: |\n  Hi\n  {{ usr.id }}", "a/en.yaml:3: nobody knows usr.id; do you mean user?"),
        ("sms: '{{ plan }}'", "a/en.yaml:1: nobody knows plan; do you mean user.attributes.plan?"),
        ("sms: '{{ user.name }}'", "a/en.yaml:1: nobody knows user.name; do you mean user.attributes or user.id?"),
        (
            "sms: '{{ code }}'",
            "a/en.yaml:1: nobody knows code; do you mean user.attributes.code?",  # that is of the template `code` alone
        ),
        ("sms: '{{ user.attributes.plam }}'", "a/en.yaml:1: nobody has an attribute plam; is that how your services"),
        ("sms: |\n  at http://x.example!", "a/en.yaml:2: http://x.example! is no https link"),
        ("email:\n  subject: x\n  html: <a href='javascript:x'>", "a/en.yaml:3: javascript: is no https link"),
        (f"sms: {'x' * 307}", "a/en.yaml:1: is 3 SMS in GSM-7"),
        (f"sms: {'x' * 150} ş{{{{ now | date }}}}", "a/en.yaml:1: is 3 SMS in UCS-2, because of ş"),
        (f"push: {{title: {'x' * 51}, text: x}}", "a/en.yaml:1: the title of push has 51 characters, of which 50"),
        (f"push: {{title: x, text: {'x' * 151}}}", "a/en.yaml:1: the text of push has 151 characters, of which 150"),
        ("in_app: {title: x, text: x, link: start}", "a/en.yaml:1: 'start' leads nowhere: write an https address, or"),
        (f"email: {{subject: {'x' * 79}, html: x}}", "a/en.yaml:1: the subject of email has 79 characters, of which"),
    ],
)
def test_each_kind_of_doubt_is_named_with_its_line(text: str, said: str) -> None:
    """One template, one doubt."""
    [doubt] = doubts({"a/en.yaml": text}, attributes=["first_name", "plan"])
    assert doubt.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "sms: '{{ user.attributes.anything }}{{ product.url }}{{ offer.code }}{{ links.unsubscribe }}{{ now | date }}'",
        "sms: '{% assign x = 1 %}{{ x }}{% for one in user.attributes.things %}{{ one.name }}{% endfor %}'",
        "sms: 'at http://localhost:3000/'",
        "sms: 'call javascript: a language'",
        "whatsapp: {text: 'Hi {{1}} at {{ 2 }}', variables: {1: friend, 2: '{{ product.name }}'}}",
    ],
)
def test_what_is_in_order_is_not_doubted(text: str) -> None:
    """Variables of the template's own, and attributes when nobody was asked who has them."""
    assert doubts({"a/en.yaml": text}) == []


def test_words_that_a_language_lacks_are_named() -> None:
    """Per channel against the other locales, and per template against the other templates; pt serves pt-BR."""
    both = "sms: hi\nwhatsapp: hi"
    found = doubts({"a/en.yaml": both, "a/tr.yaml": "sms: hi", "a/pt.yaml": both, "a/pt-BR.yaml": "sms: hi"})
    assert found == ["a/tr.yaml:1: has no whatsapp, which a has in en, pt"]
    assert doubts({"a/en.yaml": both, "b/en.yaml": "sms: hi", "b/tr.yaml": "sms: hi"}) == [
        "a/tr.yaml:1: is missing; other templates have words in tr"
    ]


def test_keys_of_a_call_that_mean_something_else_in_a_language_are_named() -> None:
    """Journeys look at what was pressed by its word, whatever was read out."""
    call = "voice: {{text: Hi, keys: {{1: {}}}}}"
    found = doubts({"a/en.yaml": call.format("yes_please"), "a/tr.yaml": call.format("evet"), "b/en.yaml": "sms: hi"})
    assert "a/tr.yaml:1: the keys of voice say something else than in en" in found
    assert not [one for one in doubts({"a/en.yaml": call.format("a"), "a/tr.yaml": call.format("a")}) if "keys" in one]


def test_errors_of_all_files_are_told_together_with_what_is_too_long() -> None:
    """Also of the layout; what cannot be read is not looked at any further, all else is."""
    layout = "<p>{{ content }}{{ footer }}</p>"
    found = examine(
        {"a/en.yaml": "sms: '{{ x'", "b/en.yaml": f"sms: {'x' * 1_601}", "layouts/email.html.liquid": layout}, "en"
    )
    assert [str(problem) for problem in found.errors] == [
        "a/en.yaml:1: expected '}}', found end of file",
        "b/en.yaml:1: comes to 1,601 characters; sms takes 1,600",
    ]
    assert [str(problem) for problem in found.warnings] == [
        "layouts/email.html.liquid:1: nobody knows footer; do you mean user.attributes.footer?"
    ]
