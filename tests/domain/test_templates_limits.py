"""A template that loops for ever or grows without end is stopped, at once and with its name."""

import pytest

from domain.errors import BadInput
from domain.templates import RenderError, Templates

GROW = "{% assign s = 'xxxxxxxxxx' %}{% for i in (1..30) %}{% assign s = s | append: s %}{% endfor %}"
MANY = 10**12


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in (1..n) %}x{% endfor %}",
        "{% for i in (1..n) %}{% endfor %}",  # prints nothing, so only the loop limit sees it
        "{% for i in (1..n) reversed %}x{% endfor %}",  # Liquid alone would build the list first
        "{% assign r = (1..n) %}{% for i in r reversed %}x{% endfor %}",
        "{% for i in (1..100) %}{% for j in (1..100) %}{{ n }}{% endfor %}{% endfor %}",  # loops multiply
        "{% for i in product.items %}{{ product.text }}{% endfor %}",  # output
        GROW,  # variables
        "{{ product.text | replace: 'x', product.text }}",  # 10,000 times 10,000 characters
        "{{ product.items | join: product.text }}",
        "{{ (1..n) | join }}",
        "{% assign s = n %}{% for i in (1..40) %}{% assign s = s | times: s %}{% endfor %}",  # numbers
        "{{ huge }}",  # Python refuses to print it
        "{% for i in (1..infinite) %}x{% endfor %}",
        "{% for i in product.items %}{% endfor %}" * 1_500,  # many loops, one after the other
        "{% for i in product.items %}" + "{{ nobody }}" * 1_500 + "{% endfor %}",  # prints nothing
        "{% for i in product.items %}{% if " + "x or " * 500 + "x %}{% endif %}{% endfor %}",
        "{% for i in product.items %}{% assign t = product.text | upcase %}{% endfor %}",  # filters add up
        "{% for i in product.items %}" + "{% assign t = 5 | money: 'EUR' %}" * 500 + "{% endfor %}",
        "{% for i in product.items %}{% capture a %}{{ a }}x{{ a }}{% endcapture %}{% endfor %}",
        "".join(f"{{% assign a{n} = product.text %}}" for n in range(100)),  # variables add up
    ],
)
def test_what_runs_away_is_stopped(template: str) -> None:
    """The error names the template, the channel and the locale, and no value of the person."""
    values = {"n": MANY, "product": {"items": ["x"] * 500, "text": "x" * 10_000}}
    with pytest.raises(
        BadInput, match=r"(template hello \(sms, en\) cannot be rendered: )?hello/en\.yaml:1: "
    ) as stopped:
        Templates.parse({"hello/en.yaml": f'sms: "{template}"'}, "en").render(
            "hello", "sms", "pt-BR", {**values, "huge": 10**5000, "infinite": float("inf")}
        )
    assert "xxxx" not in str(stopped.value)


def test_ordinary_size_is_no_runaway() -> None:
    """A table of thirty by thirty and a long letter pass."""
    table = "{% for i in (1..30) %}{% for j in (1..30) %}{{ text }}{% endfor %}{% endfor %}"
    there = Templates.parse({"hello/en.yaml": f'email: {{subject: x, html: "{table}"}}'}, "en")
    assert len(there.render("hello", "email", "en", {"text": "x" * 200}).text) == 30 * 30 * 200


def test_deep_nesting_is_refused() -> None:
    """Neither Liquid's blocks nor its conditions can exhaust the stack."""
    path = "{{ " + "a[" * 2_000 + "b" + "]" * 2_000 + " }}"
    for deep in ("{% if x %}" * 200, "{% if " + "x or " * 2_000 + "x %}{% endif %}", path):
        with pytest.raises(BadInput):
            Templates.parse({"hello/en.yaml": f'sms: "{deep}"'}, "en")


def test_what_fails_with_a_persons_values_is_a_render_error() -> None:
    """It names template, channel, locale and line, and its causes, which Temporal stores, quote no values."""
    there = Templates.parse({"hello/en.yaml": 'sms: "{% for i in (1..n) %}x{% endfor %}"'}, "en")
    with pytest.raises(
        RenderError, match=r"^template hello \(sms, en\) cannot be rendered: hello/en\.yaml:1: "
    ) as failed:
        there.render("hello", "sms", "pt-BR", {"n": float("inf")})
    cause = failed.value.__cause__
    assert cause is not None
    assert cause.__cause__ is None


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("x" * 200_001, "has 200,001 characters; 200,000 are allowed"),
        ("{{ x }}" * 2_001, "has more than 2,000 tags"),
        ("{%" * 60_000, "has more than 2,000 tags"),  # the parser would take minutes
        ("{% if " + "(" * 50_000 + " %}", "a tag is longer than 5,000 characters"),
        ("{% if a == " * 1_999, "a tag is longer than 5,000 characters"),  # as would a pattern of ours
    ],
)
def test_what_would_take_the_parser_minutes_is_not_parsed(template: str, reason: str) -> None:
    """A file is refused at once, with what is wrong."""
    with pytest.raises(BadInput, match=reason):
        Templates.parse({"hello/en.yaml": f'sms: "{template}"'}, "en")
