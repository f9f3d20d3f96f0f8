"""A templates folder with mistakes is refused as a whole, and every mistake is listed with its file and line."""

import pytest

from domain.errors import BadInput
from domain.templates import Templates

HEAD = "email:\n  subject: hello\n"


def problems(sources: dict[str, str]) -> list[str]:
    """The lines of the error that these sources are refused with."""
    with pytest.raises(BadInput) as refused:
        Templates.parse(sources, "en")
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("sms: [", 1, "not valid YAML: expected the node content"),
        ("", 1, "the file is empty"),
        ("just text", 1, "the file must hold sms, whatsapp, email, voice"),
        ("sms: hi\nfax: hi", 2, "the file knows sms, whatsapp, email, voice, messenger, push, in_app, not fax"),
        ("sms: hi\nsms: ho", 2, "'sms' is given twice"),
        ("sms:\n", 1, "sms is empty"),
        ("sms: '  '", 1, "sms is empty"),
        ("sms: 42", 1, "sms must be text; put a number or true in quotes"),
        ("sms: {text: hi}", 1, "sms must be text; put a number or true in quotes"),
        ("email: hi", 1, "email must hold subject and html, and may hold text"),
        ("sms: '{{ x | untracked: 3 }}'", 1, "untracked: it does not take what stands behind it"),
        ("email:\n  subject: hi", 1, "email needs html"),
        ("email:\n  text: hi", 1, "email needs subject and html"),  # plain text stands beside HTML, not instead
        ("email:\n  subject: hi\n  html: hi\n  body: hi", 4, "email knows subject, html, text, not body"),
        (HEAD + "  html: |\n    <p>\n    {{ name\n", 5, "expected '}}', found end of file"),
        (HEAD + "  html: |\n    <p>\n    {{ name[key }}\n    </p>", 5, "expected ']', found end of expression"),
        (
            HEAD + "  html: |  # a comment\n\n    {% if x %}\n    </p>\n",
            6,
            "expected tag endif, found end of expression",
        ),
        (HEAD + "  html: >\n    one\n    {% nope %}", 3, "unexpected tag 'nope'"),  # folded: the line of its key
        ("sms: |\n  {% include 'secrets' %}", 2, "unexpected tag 'include'"),
        ("sms: |\n  {% render 'secrets' %}", 2, "unexpected tag 'render'"),
        ("sms: |\n  {{ x | safe }}", 2, "unknown filter 'safe'"),
        ("sms: |\n  a\n  {{ x | date: '%Y' }}", 3, "the style is one of short, medium, long, full, not %Y"),
        ("sms: |\n  {{ price | money }}", 2, "money: "),
        ("sms: |\n  {{ price | money: 'reais' }}", 2, 'money needs a currency, such as money: "BRL"'),
        ("sms: |\n  {{ 1 | divided_by: visits }}", 2, "divided_by: can't divide by 0"),  # for a stranger
        ("sms: |\n  a\n  {% if x != blank %}a{% endif %}", 3, "write {% if x %} instead of a test for blank"),
        ("sms: |\n  {% unless x == empty %}a{% endunless %}", 2, "write {% if x %} instead of a test for empty"),
    ],
)
def test_a_mistake_is_named_with_its_line(source: str, line: int, message: str) -> None:
    """Each kind of mistake is found before anybody is written to."""
    (problem,) = problems({"hello/en.yaml": source})
    assert problem.startswith(f"hello/en.yaml:{line}: {message}")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("hello/en.yml", "is neither a template, <name>/<locale>.yaml, nor layouts/email.html.liquid"),
        ("hello.yaml", "is neither a template"),
        ("layouts/en.yaml", "is neither a template"),
        ("a/b/en.yaml", "is neither a template"),
        ("layouts/mail.html.liquid", "is neither a template"),
        ("Hello/en.yaml", "template name 'Hello' must be lower-case letters, digits, _ or -"),
        ("hello/pt_br.yaml", "name it hello/pt-BR.yaml"),
        ("hello/english.yaml", "locale 'english' is not known"),
    ],
)
def test_a_file_in_the_wrong_place_is_not_passed_over(file: str, message: str) -> None:
    """A template that nobody would find is a mistake, too."""
    (problem,) = problems({file: "sms: hi"})
    assert problem.startswith(f"{file}:1: {message}")


def test_a_frame_without_a_place_for_the_mail_is_refused() -> None:
    """Otherwise every mail would arrive empty."""
    assert problems({"layouts/email.html.liquid": "<p>"}) == [
        "layouts/email.html.liquid:1: never prints {{ content }}, so mails would arrive empty"
    ]


def test_every_mistake_of_every_file_is_listed_at_once() -> None:
    """An author mends a folder in one go, reading from the top."""
    found = problems(
        {
            "win_back/en.yaml": "sms: {{ x\nfax: 1",
            "hello/tr.yaml": "email:\n  subject: '{{ x'\n  html: |\n    {{ y\nwhatsapp: '{% z %}'\npush: a",
            "hello/en.yaml": "sms: fine",
        }
    )
    assert [line.rpartition(": ")[0].split(": ")[0] for line in found] == [
        *("hello/tr.yaml:2", "hello/tr.yaml:4", "hello/tr.yaml:5", "hello/tr.yaml:6", "win_back/en.yaml:2"),
    ]
