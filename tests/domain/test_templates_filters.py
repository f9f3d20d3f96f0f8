"""Money and time as the reader writes them, in the reader's zone; odd data is printed as it came."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import BadInput
from domain.templates import Templates

LATE = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)  # still February in Sao Paulo


def written(template: str, locale: str = "en", **values: Any) -> str:
    """What a text message with this template says."""
    sources = {f"hello/{locale}.yaml": f"sms: |\n  {template}"}
    return Templates.parse(sources, locale).render("hello", "sms", locale, values).text


@pytest.mark.parametrize(
    ("locale", "amount", "said"),
    [
        ("en", 1990.5, "R$1,990.50"),
        ("pt-BR", Decimal("1990.50"), "R$ 1.990,50"),
        ("tr", "1990.5", "R$1.990,50"),
        ("es", 12990, "12.990,00 BRL"),
        ("en", -5, "-R$5.00"),
        ("en", "1e999999", "1e999999"),  # would take the memory of the worker
        ("en", "nan", "nan"),
        ("en", "a lot", "a lot"),
        ("en", True, "true"),
        ("en", None, ""),
    ],
)
def test_money_is_written_as_the_reader_writes_it(locale: str, amount: Any, said: str) -> None:
    """The spaces are plain ones, so that an amount does not cost a text message its alphabet."""
    assert written('{{ amount | money: "BRL" }}', locale, amount=amount) == said


@pytest.mark.parametrize(
    ("locale", "discount", "said"),
    [
        ("en", "20%", "20%"),
        ("tr", "20%", "%20"),
        ("es", "12.5 %", "12,5 %"),
        ("en", "5 EUR", "5 EUR"),  # an amount, not a share
        ("en", 20, "20"),
        ("en", None, ""),
    ],
)
def test_a_percentage_is_written_as_the_reader_writes_it(locale: str, discount: Any, said: str) -> None:
    """The sign stands where the language puts it."""
    assert written("{{ discount | percent }}", locale, discount=discount) == said


@pytest.mark.parametrize(
    ("locale", "zone", "said"),
    [
        ("en", "America/Sao_Paulo", "February 28, 2026"),
        ("pt-BR", "America/Sao_Paulo", "28 de fevereiro de 2026"),
        ("id", "Asia/Jakarta", "1 Maret 2026"),
        ("tr", "Europe/Istanbul", "1 Mart 2026"),
        ("es", timezone(timedelta(hours=-6)), "28 de febrero de 2026"),
        ("en", None, "March 1, 2026"),  # UTC without a zone
    ],
)
def test_a_date_is_the_readers_day(locale: str, zone: Any, said: str) -> None:
    """One instant is two days, by the zone of who reads."""
    assert written('{{ when | date: "long" }}', locale, when=LATE, zone=zone) == said


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (LATE, "Feb 28, 2026, 10:30 PM"),
        ("2026-03-01T01:30:00Z", "Feb 28, 2026, 10:30 PM"),  # as JSON carries it
        ("2026-03-01T01:30:00", "Mar 1, 2026, 1:30 AM"),  # without an offset it is local already
        ("2026-03-01", "Mar 1, 2026"),  # a day has no zone
        (date(2026, 3, 1), "Mar 1, 2026"),
        ("soon", "soon"),
        ("9999-99-99", "9999-99-99"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),  # its local time is before the calendar
        (1772328600, "1772328600"),
        (None, ""),
    ],
)
def test_a_datetime_is_the_readers_clock(when: Any, said: str) -> None:
    """What cannot be read as a time is printed as it came."""
    assert written("{{ when | datetime }}", when=when, zone="America/Sao_Paulo") == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("Alice", "Hi Alice!"), (" Alice ", "Hi Alice!"), ("", "Hi!"), (" ", "Hi!"), (None, "Hi!"), (7, "Hi 7!")],
)
def test_after_says_nothing_when_there_is_nothing_to_say(value: Any, said: str) -> None:
    """The space before a name goes with the name."""
    assert written("Hi{{ name | after: ' ' }}!", name=value) == said


@pytest.mark.parametrize(
    ("template", "values", "reason"),
    [
        ("{{ 5 | money: currency }}", {}, 'money needs a currency, such as money: "BRL"'),
        ("{{ when | date }}", {"when": LATE, "zone": "Mars/Base"}, "time zone 'Mars/Base' is not known"),
    ],
)
def test_an_authors_mistake_is_an_error(template: str, values: dict[str, Any], reason: str) -> None:
    """It is not the person's data that is wrong, so nothing goes out."""
    with pytest.raises(BadInput, match=reason):
        written(template, **values)


def test_a_template_cannot_change_its_locale() -> None:
    """The locale of numbers and dates is that of the words, whatever a template assigns."""
    assert written('{% assign locale = "tr" %}{{ 5.5 | money: "BRL" }}') == "R$5.50"


@pytest.mark.parametrize(
    ("locale", "amount", "said"),
    [
        ("en", 1234.5, "1,234.5"),
        ("pt-BR", 1234.5, "1.234,5"),
        ("tr", "1234567", "1.234.567"),
        ("en", "many", "many"),
        ("en", None, ""),
    ],
)
def test_a_number_is_written_as_the_reader_writes_it(locale: str, amount: Any, said: str) -> None:
    """Whoever counts in thousands marks them in their own way."""
    assert written("{{ amount | number }}", locale, amount=amount) == said


ENGLISH = 'one: "# message", other: "# messages"'
POLISH = 'one: "# plik", few: "# pliki", many: "# plików", other: "# pliku"'


@pytest.mark.parametrize(
    ("locale", "forms", "count", "said"),
    [
        ("en", ENGLISH, 1, "1 message"),
        ("en", ENGLISH, 0, "0 messages"),
        ("en", ENGLISH, "1", "1 message"),
        ("en", ENGLISH, 1.0, "1 message"),  # as JSON may carry it
        ("en", ENGLISH, 1.5, "1.5 messages"),
        ("en", ENGLISH, -1, "-1 message"),
        ("en", ENGLISH, 12345, "12,345 messages"),
        ("en", ENGLISH, "some", "some"),
        ("en", ENGLISH, None, ""),
        ("pt-BR", 'one: "# dia", other: "# dias"', 0, "0 dia"),  # in Portuguese of Brazil nought is one
        ("pt-BR", 'one: "# dia", other: "# dias"', 1_000_000, "1.000.000 dias"),  # its form for millions may be missing
        ("tr", 'other: "# mesaj"', 1, "1 mesaj"),
        ("id", 'other: "# pesan"', 2, "2 pesan"),
        ("pl", POLISH, 3, "3 pliki"),
        ("pl", POLISH, 12, "12 plików"),
        ("pl", POLISH, 1.5, "1,5 pliku"),
    ],
)
def test_words_go_by_the_number_as_each_language_counts(locale: str, forms: str, count: Any, said: str) -> None:
    """The rules are those of CLDR; what is no number is printed as it came."""
    assert written(f"{{{{ count | plural: {forms} }}}}", locale, count=count) == said


@pytest.mark.parametrize(
    ("locale", "forms", "reason"),
    [
        ("en", 'one: "# message"', "plural needs other in en"),
        ("id", 'one: "# pesan", other: "# pesan"', "plural has no form one in id; there is other"),
        ("en", 'few: "#", other: "#"', "plural has no form few in en; there is one, other"),
        ("pl", ENGLISH, "plural needs few and many in pl"),
    ],
)
def test_plurals_are_held_against_the_language(locale: str, forms: str, reason: str) -> None:
    """Even where nobody gets to in the trial without data; the line is that of the filter."""
    template = f"one\n  {{% if count > 5 %}}{{{{ count | plural: {forms} }}}}{{% endif %}}"
    with pytest.raises(BadInput, match=rf"^hello/{locale}\.yaml:3: {reason}$"):
        written(template, locale)


def test_the_forms_of_a_plural_are_html_and_what_they_are_filled_with_is_not() -> None:
    """A form may be emphasised; a value that is no number is escaped as any other."""
    html = '{{ count | plural: one: "<b>#</b>", other: "<b>#</b>" }}'
    there = Templates.parse({"x/en.yaml": f"email:\n  subject: x\n  html: |\n    {html}"}, "en")
    said = [there.render("x", "email", "en", {"count": count}).html for count in (2, "<i>")]
    assert said == ["<b>2</b>", "&lt;i&gt;"]
