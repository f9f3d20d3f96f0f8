"""Which words a person gets, and that nothing in their data can change more than the words."""

from typing import Any

import pytest

from domain.templates import Rendered, TemplateMissing, Templates

FRAME = "<html><head><title>{{ subject }}</title></head><body>{{ content }}<p>{{ product.name }}</p></body></html>"
MAIL = """\
email:
  subject: Hi {{ user.attributes.first_name }}
  html: |
    <p>Hi {{ user.attributes.first_name }}</p>
sms: Hi {{ user.attributes.first_name }}
"""


def templates(**files: str) -> Templates:
    """One template, hello, with a file per locale (pt_BR stands for pt-BR)."""
    sources = {f"hello/{locale.replace('_', '-')}.yaml": text for locale, text in files.items()}
    return Templates.parse(sources, default_locale="en")


def alice(first_name: Any = "Alice") -> dict[str, Any]:
    """The context of a message to Alice."""
    return {"user": {"id": "alice-1", "attributes": {"first_name": first_name}}, "product": {"name": "Homing"}}


def mail(first_name: str) -> Rendered:
    """The mail of `MAIL` to a person of this name."""
    sources = {"hello/en.yaml": MAIL, "layouts/email.html.liquid": FRAME}
    return Templates.parse(sources, "en").render("hello", "email", "en", alice(first_name))


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("pt-BR", "pt-BR"),  # the person's own
        ("pt-PT", "pt"),  # the language without a region
        ("pt", "pt"),
        ("es-MX", "en"),  # es-ES is another region: no guess, the default
        ("en-GB", "en"),
        ("zh-Hant-TW", "zh-Hant"),  # one part less at a time
        ("xx", "en"),
    ],
)
def test_a_person_gets_the_nearest_locale_there_is(asked: str, chosen: str) -> None:
    """The chain goes from the person's locale to its language to the default, never sideways."""
    there = templates(en="sms: en", pt="sms: pt", pt_BR="sms: pt-BR", es_ES="sms: es-ES", zh_Hant="sms: zh-Hant")
    assert there.render("hello", "sms", asked, {}) == Rendered(chosen, chosen)


def test_each_channel_falls_back_by_itself() -> None:
    """A locale without words for one channel still serves the others."""
    there = templates(en="sms: en\nwhatsapp: en", pt="sms: pt")
    assert (there.render("hello", "sms", "pt", {}).locale, there.render("hello", "whatsapp", "pt", {}).locale) == (
        "pt",
        "en",
    )


def test_the_default_locale_has_a_chain_of_its_own() -> None:
    """A deployment in en-GB is served by en."""
    assert Templates.parse({"hello/en.yaml": "sms: en"}, "en-GB").render("hello", "sms", "tr", {}).locale == "en"


def test_a_missing_text_names_where_it_was_looked_for() -> None:
    """The error says which file to write it into."""
    with pytest.raises(TemplateMissing, match=r"hello has no sms text in pt-BR, pt, en; add sms to hello/en\.yaml"):
        templates(tr="sms: tr").render("hello", "sms", "pt-BR", {})


def test_an_unknown_template_names_the_nearest() -> None:
    """A slip of the pen is mended without a search."""
    with pytest.raises(TemplateMissing, match="no template 'helo'; there is hello"):
        templates(en="sms: en").render("helo", "sms", "en", {})


def test_a_catalogue_tells_what_it_holds() -> None:
    """Names, channels, locales and variables are what a journey is checked against."""
    there = templates(en=MAIL, tr="sms: '{% assign x = 1 %}{{ x }}{{ offer.code }}'")
    assert there.names() == ("hello",)
    assert there.channels("hello") == ("email", "sms")
    assert there.locales("hello", "sms") == ("en", "tr")
    assert there.locales("hello", "whatsapp") == ()
    assert there.variables("hello") == {"user.attributes.first_name", "offer.code"}


@pytest.mark.parametrize(
    ("name", "html", "text"),
    [
        ("<b>Bob</b>", "&lt;b&gt;Bob&lt;/b&gt;", "<b>Bob</b>"),  # HTML is shown, not obeyed
        ('"><script>', "&#34;&gt;&lt;script&gt;", '"><script>'),
        ("{{ 7 | times: 7 }}", "{{ 7 | times: 7 }}", "{{ 7 | times: 7 }}"),  # Liquid in a value is text
        ("{% raw %}", "{% raw %}", "{% raw %}"),
        ("&amp;", "&amp;amp;", "&amp;"),  # what the person wrote, not what it would mean
        ("נועה", "נועה", "נועה"),  # right to left
        ("O'Hara & Söhne", "O&#39;Hara &amp; Söhne", "O'Hara & Söhne"),
    ],
)
def test_values_are_escaped_in_html_and_nowhere_else(name: str, html: str, text: str) -> None:
    """A name stands in HTML escaped, and in subject and text as it is, the text derived from HTML included."""
    sent = mail(name)
    assert sent.html is not None
    assert f"<p>Hi {html}</p>" in sent.html
    assert (sent.subject, sent.text) == (f"Hi {text}", f"Hi {text}\n\nHoming")
    assert templates(en=MAIL).render("hello", "sms", "en", alice(name)).text == f"Hi {text}"


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Bob\r\nBcc: eve@example.com", "Hi Bob Bcc: eve@example.com"),  # no second header
        ("Bob\u2028Eve", "Hi Bob Eve"),
        ("Bob\x00\x1b[1m", "Hi Bob[1m"),
        ("\u202ebob", "Hi bob"),  # would turn round what follows
        ("نور", "Hi نور"),  # a name written from right to left is no disguise
        (" Bob ", "Hi Bob"),
    ],
)
def test_a_subject_is_one_line(name: str, subject: str) -> None:
    """Line breaks become a space; control characters and marks that turn text round are gone."""
    assert mail(name).subject == subject


@pytest.mark.parametrize("nothing", [None, "", "  ", "\n"])
def test_a_blank_value_is_a_missing_one(nothing: str | None) -> None:
    """Templates need one test for an attribute, whatever the sender of the data means by nothing."""
    name = "user.attributes.first_name"
    there = templates(en=f"sms: |\n  Hi{{{{ {name} | after: ' ' }}}}, {{% if {name} %}}a{{% else %}}b{{% endif %}}")
    assert there.render("hello", "sms", "en", alice(nothing)).text == "Hi, b"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ user.attributes.nickname | default: 'friend' }}", "friend"),
        ("a{{ nobody.knows[0].this }}b", "ab"),
        ("a{{ now }}{{ today }}b", "ab"),  # Liquid's own would read the machine's clock
        ("{{ user.attributes.first_name.__class__ }}x", "x"),  # no way into Python
        ("{{ locale }}", "en"),
    ],
)
def test_a_missing_variable_is_nothing(template: str, text: str) -> None:
    """Templates are lenient with data: what is not there prints as nothing."""
    assert templates(en=f'sms: "{template}"').render("hello", "sms", "en", alice()).text == text


def test_a_text_of_its_own_keeps_its_lines_and_gets_the_frame() -> None:
    """A mail whose author wrote the plain text by hand still ends with the footer."""
    text = "  text: |\n    Hi <{{ user.attributes.first_name }}>\n      * one\n\n    Bye\n"
    sources = {"hello/en.yaml": MAIL.replace("sms:", f"{text}sms:"), "layouts/email.html.liquid": FRAME}
    sent = Templates.parse(sources, "en").render("hello", "email", "en", alice())
    assert sent.text == "Hi <Alice>\n  * one\n\nBye\n\nHoming"


def test_without_a_frame_html_is_sent_as_written() -> None:
    """The frame is a choice, not a condition."""
    sent = templates(en=MAIL).render("hello", "email", "en", alice())
    assert (sent.html, sent.text) == ("<p>Hi Alice</p>\n", "Hi Alice")


@pytest.mark.parametrize(
    "name",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscr\nipt:alert(1)",  # browsers pass over these
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "\u202e",  # nothing but a mark
        "x" * 100_001,
        [["x"] * 1_000] * 1_000,
        dict.fromkeys(map(str, range(1_001)), "x"),
    ],
)
def test_what_is_no_word_of_a_message_is_missing(name: Any) -> None:
    """Scripts in place of links, and what is larger than any message, are not there for templates at all."""
    there = templates(en="sms: |\n  Hi{% for one in user.attributes.first_name %} {{ one }}{% endfor %}")
    assert there.render("hello", "sms", "en", alice(name)).text == "Hi"


def test_values_that_are_too_deep_end_where_they_are() -> None:
    """No depth of a person's data exhausts the stack."""
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert templates(en="sms: Hi{{ deep.a.b }}").render("hello", "sms", "en", {"deep": deep}).text == "Hi"
