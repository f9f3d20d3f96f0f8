"""Whatever a person is called, the message goes out and their name stays a name."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.templates import RenderError, Templates
from domain.templates.plain import plain
from domain.templates.sandbox import FILTERS, OUR_FILTERS
from runtime.settings import ROOT
from runtime.template_files import read_templates

SHIPPED = Templates.parse(read_templates(ROOT / "templates"), "en")
ANY_TEXT = st.text() | st.text("<>&\"'{}%|\r\n;=/ax\u202e\x00")
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


class Tags(HTMLParser):
    """The tags and attributes of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def person(first_name: Any, code: Any = "A") -> dict[str, Any]:
    """A context with these values in it."""
    offer = {"code": code, "discount": code, "expires": code}
    return {"user": {"attributes": {"first_name": first_name}}, "product": {"name": "Homing"}, "offer": offer}


@given(name=ANY_VALUE, code=ANY_VALUE)
@settings(max_examples=50)
def test_no_value_stops_a_shipped_message_or_changes_its_html(name: Any, code: Any) -> None:
    """The tags of the mail are those of its template, the subject is one line, and nothing raises."""
    usual = SHIPPED.render("win_back", "email", "tr", person("Alice")).html
    for channel in ("sms", "whatsapp", "email"):
        sent = SHIPPED.render("win_back", channel, "tr", person(name, code))
        assert sent.text
        assert len((sent.subject or "").splitlines()) <= 1
        assert sent.html is None or set(Tags(sent.html).found) <= set(Tags(str(usual)).found)


def filtered(form: str) -> Templates:
    """A mail that prints `a` through a filter, unless there is no `a`."""
    html = f"{{% if a %}}{{{{ a | {form} }}}}{{% endif %}}"
    return Templates.parse({"x/en.yaml": f"email: {{subject: x, html: '{html}'}}"}, "en")


FORMS = [
    filtered(name + args)
    for name in sorted(FILTERS | OUR_FILTERS.keys())
    for args in ("", ": b", ": b, b")
    if name != "plural"
]
FORMS += [filtered('plural: one: "#", other: b'), filtered('plural: one: b, other: "#"')]


@given(a=ANY_VALUE, b=ANY_VALUE, there=st.sampled_from(FORMS))
@settings(max_examples=300)
def test_no_filter_unescapes_html_or_fails_strangely(a: Any, b: Any, there: Templates) -> None:
    """A filter given anything prints it escaped or raises RenderError."""
    try:
        html = there.render("x", "email", "en", {"a": a, "b": b}).html
    except RenderError:
        return
    assert not set("<>\"'") & set(str(html).replace("<br />", ""))


@given(ANY_TEXT)
def test_plain_text_can_be_had_of_anything(html: str) -> None:
    """No HTML, however broken, stops a mail."""
    plain(html)
