"""Links in texts and mails: found as people see them, replaced, and nothing else touched."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.links.rewriting import addresses, host, is_web, rewrite_html, rewrite_text
from domain.links.shortening import Numbering, Shortener

SHORT = "https://s.example/l/"
SHORTENER = Shortener("https://s.example/", b"key", pages=("https://homing.example/base",))
X = "https://x.example"


def numbered(address: str) -> str:
    return f"{SHORT}{len(address)}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Look: {X}/a?b=1&c=2#d.", [f"{X}/a?b=1&c=2#d"]),
        (f"({X}/a), <{X}/b>; [{X}/c]! “{X}/d”…", [f"{X}/a", f"{X}/b", f"{X}/c", f"{X}/d"]),
        (f"{X}/Link_(song)_1 and ({X}/Link_(song))", [f"{X}/Link_(song)_1", f"{X}/Link_(song)"]),
        (f"{X}/a👍 {X}/b\u200f {X}/c）。", [f"{X}/a", f"{X}/b", f"{X}/c"]),  # no sign is part of an address
        ("https://münchen.example/straße?ö=हिन्दी", ["https://münchen.example/straße?ö=हिन्दी"]),
        ("HTTPS://X.example:8443/A http://127.0.0.1:8080/l", ["HTTPS://X.example:8443/A", "http://127.0.0.1:8080/l"]),
        (f"{X}\n{X}/b\r\n\t{X}/c", [X, f"{X}/b", f"{X}/c"]),
        (f"it's {X}'s page, *{X}/b*", [X, f"{X}/b"]),
        # Nothing that only looks like one, and nothing of another kind.
        ("www.x.example x.example //x.example mailto:a@x.example tel:+1 ftp://x.example https:// http://", []),
        (f"javascript:location='{X}' x{X}", [X]),
        ("", []),
    ],
)
def test_the_links_of_a_text_are_those_that_a_person_would_press(text: str, found: list[str]) -> None:
    """Without the punctuation around them, in any language."""
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("html", "addresses_in_it"),
    [
        (f'<a href="{X}/a">A</a>', [f"{X}/a"]),
        (f"<A\n class=x HREF = '{X}/a' >A</A>", [f"{X}/a"]),
        (f'<a href={X}/a>A</a><a href=" {X}/b\n">B</a>', [f"{X}/a", f"{X}/b"]),
        (f'<a href="{X}/?a=1&amp;b=2&copy=3&lt;4">A</a>', [f"{X}/?a=1&b=2&copy=3<4"]),  # as browsers read it
        (f'<a href="{X}/1" href="{X}/2">A</a>', [f"{X}/1"]),  # they take the first
        (f'<a title="href={X}/t > " href="{X}/a">{X}/label</a> {X}/bare', [f"{X}/a"]),
        (f'<a data-track="off" href="{X}">A</a><a clicktracking=off href="{X}">A</a>', []),
        ('<a href="mailto:a@x.example">A</a><a href="tel:+1">A</a><a href="/a">A</a><a href="#">A</a><a>A</a>', []),
        (f'<!-- <a href="{X}">A</a> --><style>a[href="{X}"]{{}}</style><img src="{X}/i"><link href="{X}/c">', []),
        (f'<!--[if mso]><a href="{X}">A</a><![endif]--><![if !mso]><a href="{X}/b">B</a><![endif]>', [f"{X}/b"]),
        ('<a href="javascript:alert(1)">A</a><a href="https:///a">A</a><a href="https://a\\@x.example">A</a>', []),
        (f'<a href="{X}/{"a" * 2_000}">A</a><a href="{X}/a&#10;b">A</a>', []),  # too long; a line break
        (f'<a href="{X}', []),
    ],
)
def test_the_links_of_a_mail_are_what_its_anchors_lead_to(html: str, addresses_in_it: list[str]) -> None:
    """Labels, pictures, comments and styles are none, nor is what was marked as nobody's to count."""
    made, found = rewrite_html(html, numbered)
    assert found == addresses_in_it
    assert len(re.findall(SHORT, made)) == len(found)


def test_the_rest_of_a_mail_stays_as_it_is() -> None:
    """Byte for byte, whatever stands around."""
    page = "<p CLASS=x>&nbsp;ü<br/>\r\n<a  href = \"{}\"   class='b'>A &amp; B</a><![if x]>\n<a href={}>C</a>"
    made, _ = rewrite_html(page.format(f"{X}/?a&amp;b", f"{X}/c"), numbered)
    assert made == page.format(f"{SHORT}{len(X) + 5}", f"{SHORT}{len(X) + 2}")


ANCHORS = [f'<a href="{X}/a">', f"<a href='{X}/b?a&amp;b'>", f"<a\nhref={X}/c>", f"<a b='>' href=\"{X}/d\"/>"]
SHREDS = [*("<![", "<!--", "-->", "<", ">", '"', "'", "=", "&amp;", "&", "\n", "é", "<a ", "href=", " ", "</a>", X)]
PIECES = st.sampled_from([*ANCHORS, *SHREDS, "<p>", "<br/>", "<style>", "</style>", "<script>", "<title>"])


@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join))
@settings(max_examples=200)
def test_however_odd_a_mail_is_only_addresses_change(html: str) -> None:
    """Put the addresses back, and it is the mail that it was."""
    taken: list[str] = []

    def make(address: str) -> str:
        taken.append(address)
        return f"\ue000{len(taken) - 1}\ue001"

    made, found = rewrite_html(html.replace("\ue000", "").replace("\ue001", ""), make)
    assert found == taken
    parts = re.split("\ue000([0-9]+)\ue001", made)
    backwards = "".join(
        re.escape(part)
        if at % 2 == 0
        else f"(?:{re.escape(taken[int(part)])}|{re.escape(escape(taken[int(part)]))}|.+?)"
        for at, part in enumerate(parts)
    )
    assert re.fullmatch(backwards, html.replace("\ue000", "").replace("\ue001", ""), re.DOTALL)


@given(
    st.lists(st.sampled_from([X, f"{X}/a(b)", "(", ")", ".", ",", "ü", "👍", " ", "\n"]) | st.text(max_size=5)).map(
        "".join
    )
)
@settings(max_examples=200)
def test_however_odd_a_text_is_only_addresses_change(text: str) -> None:
    """The same, and what is replaced is always an address of the web."""
    made, found = rewrite_text(text, lambda address: f"\x00{address}\x00")
    assert made.replace("\x00", "") == text.replace("\x00", "") or "\x00" in text
    assert all(is_web(one) and one in text for one in found)


def test_the_same_address_has_one_short_link_and_our_own_pages_have_none() -> None:
    """So that a mail and its plain text lead alike; and unsubscribing is nobody's click."""
    make = Numbering(SHORTENER, "m" * 32, {f"{X}/terms"})
    first, again, other = make(f"{X}/a"), make(f"{X}/a"), make(f"{X}/b")
    assert first == again != other
    assert first == SHORTENER.url(SHORTENER.id("m" * 32, 1)) != SHORTENER.url(SHORTENER.id("n" * 32, 1))
    assert re.fullmatch(r"https://s\.example/l/[0-9A-Za-z]{12}", str(first))
    assert list(make.found) == [f"{X}/a", f"{X}/b"]
    ours = [f"https://homing.example/base/{page}/token" for page in "upvl"] + ["https://s.example/l/abc"]
    assert [make(one) for one in [*ours, f"{X}/terms", "mailto:a@x.example", "javascript:x"]] == [None] * 8


def test_a_site_is_told_without_who_logs_in_there() -> None:
    """What journeys hear of a click."""
    assert [host(one) for one in (f"{X}:8/a", "https://me:pw@Shop.example/", "http://[::1]:8/", "tel:+1")] == [
        "x.example",
        "shop.example",
        "[::1]",
        "",
    ]
