"""The words that ship: every template, in every channel and language, for people known well and not at all."""

import re
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from domain.templates import Templates
from domain.templates.segments import Encoding, segments
from runtime.settings import ROOT
from runtime.template_files import read_templates

SOURCES = read_templates(ROOT / "templates")
TEMPLATES = Templates.parse(SOURCES, "en")
LOCALES = ("en", "es", "id", "pt-BR", "tr")
CODE_CHANNELS = ("email", "sms", "whatsapp")
NOTIFICATIONS = ("push", "in_app")
CHANNELS = (*CODE_CHANNELS, "messenger", *NOTIFICATIONS)
ONLY_CODES = "voice"  # a journey calls nobody; its words say so if yours shall
NAMES = (
    *("check_in", "feature_news", "first_use_praise", "first_use_reminder", "support_offer"),
    *("thank_you", "tips", "welcome", "win_back"),
)
# Marketing by SMS tells how to leave; an answer to what the person just did or asked does not need to.
WITH_WAY_OUT = {"welcome", "first_use_reminder", "win_back", "tips", "feature_news"}
# Sent by verifications, not by journeys: it knows its code, and nothing of the person.
CODE = "code"
CODES = {
    "code": "755224",
    "spoken": "7\n5\n5\n2\n2\n4",
    "minutes": 10,
    "domain": "acme.example",
    "link": "https://homing.example/v/abc",
}
SHOWN_OF_A_TITLE = 50
SHOWN_OF_A_PUSH = 150
LEFTOVERS = {
    "Liquid": r"\{\{|\}\}|\{%|%\}",
    "a space before a stop": r"\s[,.!?;:](\s|$)",
    "two stops": r"[,.!?;:]\s*[,.;:]",
    "two spaces": r"\S {2,}\S",
    "nothing in quotes or links": r"href=\"\"|None|null|Undefined",
    "three line breaks": r"\n\n\n",
}
ALL = list(product(NAMES, CHANNELS, LOCALES))
EVERYWHERE = list(product(NAMES, LOCALES))


def context(first_name: str | None, *, full: bool) -> dict[str, Any]:
    """What a template may be told: everything, or the least there is."""
    person = {"id": "alice-1", "attributes": {"first_name": first_name} if first_name is not None else {}}
    least = {
        "user": person,
        "product": {"name": "Homing"},
        "journey": "onboarding",
        "now": datetime(2026, 5, 1, tzinfo=UTC),
    }
    if not full:
        return least
    return least | {
        "product": {"name": "Homing", "url": "https://homing.example", "address": "1 Main Street, Springfield"},
        "zone": "America/Sao_Paulo",
        "offer": {"code": "HOME-7K2P", "discount": "20%", "expires": "2026-05-24T12:00:00Z"},
        "feature": {"name": "Shared notes", "summary": "Hi."},
        "links": {"unsubscribe": "https://homing.example/u/1", "preferences": "https://homing.example/p/1"},
    }


PEOPLE = [
    context("Alice", full=True),
    context("Alice", full=False),
    context("", full=True),
    context(" ", full=False),
    context(None, full=True),
    context(None, full=False),
]


def test_every_template_has_every_channel_in_every_language() -> None:
    """Nobody gets English because a translation was forgotten."""
    assert set(TEMPLATES.names()) == {*NAMES, CODE}
    for name, channels in [*((name, CHANNELS) for name in NAMES), (CODE, (*CODE_CHANNELS, ONLY_CODES))]:
        assert set(TEMPLATES.channels(name)) == set(channels)
        assert all(TEMPLATES.locales(name, channel) == LOCALES for channel in channels)


@pytest.mark.parametrize(("name", "channel", "locale"), ALL)
def test_nothing_is_left_over_whatever_is_known(name: str, channel: str, locale: str) -> None:
    """No "Hi ,", no empty link and no template code, for a person with and without a name."""
    for person in PEOPLE:
        sent = TEMPLATES.render(name, channel, locale, person)
        for what, pattern in LEFTOVERS.items():
            for text in (sent.subject or "", sent.title or "", sent.text):
                assert not re.search(pattern, text), (what, text)
        assert sent.locale == locale
        assert (sent.html is None) == (sent.subject is None) == (channel != "email")
        assert (sent.title is None) == (channel not in NOTIFICATIONS)


@pytest.mark.parametrize(("name", "locale"), EVERYWHERE)
def test_an_sms_stays_short(name: str, locale: str) -> None:
    """One segment where the language's letters are in GSM-7, never more than two, whatever the name."""
    plain_name = TEMPLATES.render(name, "sms", locale, context("Alice", full=True)).text
    if locale != "tr":
        assert segments(plain_name).encoding is Encoding.GSM_7
        assert len(segments(plain_name).parts) == 1
    long_name = TEMPLATES.render(name, "sms", locale, context("Gökçe", full=True)).text
    assert len(segments(long_name).parts) <= 2


@pytest.mark.parametrize(("name", "locale"), EVERYWHERE)
def test_a_notification_is_read_at_a_glance(name: str, locale: str) -> None:
    """Browsers cut a title at about 50 characters and a text at about 150; in the product there is more room."""
    for person in PEOPLE:
        push, in_app = (TEMPLATES.render(name, channel, locale, person) for channel in NOTIFICATIONS)
        assert len(push.title or "") <= SHOWN_OF_A_TITLE
        assert "\n" not in push.text
        assert len(push.text) <= SHOWN_OF_A_PUSH
        assert len(in_app.title or "") <= SHOWN_OF_A_TITLE
        assert push.link == in_app.link == person["product"].get("url")


@pytest.mark.parametrize(("name", "locale"), EVERYWHERE)
def test_marketing_by_sms_tells_how_to_leave(name: str, locale: str) -> None:
    """STOP is the word that every carrier and Homing itself understand, in any language."""
    for person in PEOPLE:
        assert ("STOP" in TEMPLATES.render(name, "sms", locale, person).text) == (name in WITH_WAY_OUT)


@pytest.mark.parametrize(("name", "locale"), EVERYWHERE)
def test_a_mail_has_one_button_and_a_way_out(name: str, locale: str) -> None:
    """The button leads to the product; the footer, in HTML and in plain text, out of the list."""
    sent = TEMPLATES.render(name, "email", locale, PEOPLE[0])
    assert sent.html is not None
    assert f'<html lang="{locale}">' in sent.html
    assert re.findall(r'<a class="button" href="([^"]+)">[^<]+</a>', sent.html) == ["https://homing.example"]
    for text in (sent.html, sent.text):
        assert "https://homing.example/u/1" in text
        assert "1 Main Street, Springfield" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_code_by_sms_is_filled_in_by_the_browser(locale: str) -> None:
    """The last line binds the code to the site (WebOTP, iOS); the code stands first, where notifications show it."""
    text = TEMPLATES.render(CODE, "sms", locale, {**PEOPLE[0], **CODES}).text
    assert text.endswith("\n\n@acme.example #755224")
    assert text.startswith("755224")
    assert "10" in text
    cut = segments(text)
    assert (cut.encoding is Encoding.GSM_7, len(cut.parts)) == ((False, 2) if locale == "tr" else (True, 1))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_code_by_phone_is_said_twice_and_digit_by_digit(locale: str) -> None:
    """Who has found a pen by then hears it from the beginning; it is nowhere read as one number."""
    text = TEMPLATES.render(CODE, ONLY_CODES, locale, {**PEOPLE[1], **CODES}).text
    assert [line for line in text.splitlines() if len(line) == 1] == [*"755224", *"755224"]
    assert "755224" not in text
    assert not re.search(r"\n\n|  |\{|\*|https?:|@", text)
    assert all(len(line.split()) > 1 for line in text.splitlines() if len(line) > 1)
    assert "10" in text


@pytest.mark.parametrize(("channel", "locale"), list(product(CODE_CHANNELS, LOCALES)))
def test_a_code_reads_well_with_and_without_a_link(channel: str, locale: str) -> None:
    """Nothing is left over, the code is there, and a link only where there is room for it."""
    without = {name: value for name, value in CODES.items() if name not in ("link", "domain")}
    for told in (CODES, without):
        sent = TEMPLATES.render(CODE, channel, locale, {**PEOPLE[1], **told})
        assert "755224" in sent.text
        assert ("homing.example/v/abc" in sent.text) == (told is CODES and channel != "sms")
        for what, pattern in LEFTOVERS.items():
            for text in (sent.subject or "", sent.text):
                assert not re.search(pattern, text), (what, text)


def test_every_language_has_a_footer_of_its_own() -> None:
    """A language that ships is not forgotten in the frame."""
    footers = {TEMPLATES.render("welcome", "email", locale, PEOPLE[0]).text.split("\n\n")[-2] for locale in LOCALES}
    assert len(footers) == len(LOCALES)


def test_copy_reads_only_what_it_may_count_on() -> None:
    """Each variable of the shipped copy is in the context that templates/README.md promises."""
    used = frozenset().union(*(TEMPLATES.variables(name) for name in TEMPLATES.names()))
    readme = (ROOT / "templates" / "README.md").read_text(encoding="utf-8")
    assert {variable for variable in used if f"`{variable}`" not in readme} == set()
