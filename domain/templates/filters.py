"""The filters that Homing adds to Liquid: amounts and times as the reader's language writes them, and `after`.

A value that cannot be read as one is printed as it is, because a person's odd data must not stop their message; a
mistake of the template's author (an unknown style, a missing currency) is an error.
"""

import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency, format_percent
from liquid import RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

from domain.errors import BadInput
from domain.identifiers import zone

MARKED = "untracked"  # where a set of whoever renders takes up what was marked so
STYLES = ("short", "medium", "long", "full")
# Plain decimals only: "19.90" and 0.1 + 0.2 are amounts, "1e999999" would take the memory of the worker.
AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")
CURRENCY = re.compile(r"[A-Z]{3}")
SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) ?%")


def after(value: Any, lead: Any) -> Any:
    """The value behind `lead`, or nothing when there is no value.

    `Hi{{ user.attributes.first_name | after: " " }},` is "Hi Alice," or "Hi,". Escaped HTML stays escaped, because
    the sum of safe and unsafe text escapes the unsafe part.
    """
    text = "" if value is None else value.strip() if isinstance(value, str) else str(value)
    return lead + text if text else ""


@with_context
def untracked(value: Any, *, context: RenderContext) -> Any:
    """`{{ "https://acme.example/terms" | untracked }}`: whoever shortens links leaves those in this text alone."""
    marked = context.globals.get(MARKED)
    if isinstance(marked, set):
        marked.add(str(value))
    return value


@with_context
def money(value: Any, currency: Any, *, context: RenderContext) -> Any:
    """An amount in major units: `{{ 1990.5 | money: "BRL" }}` is R$ 1.990,50 for a reader of pt-BR."""
    amount = AMOUNT.fullmatch(str(value))
    if (amount or currency) and not CURRENCY.fullmatch(str(currency)):
        raise FilterArgumentError('money needs a currency, such as money: "BRL"', token=None)
    if not amount:
        return value
    return plain_spaces(format_currency(Decimal(str(value)), currency, locale=locale_of(context)))


@with_context
def percent(value: Any, *, context: RenderContext) -> Any:
    """`{{ offer.discount | percent }}`: 20% is %20 for a reader of Turkish. What is no percentage stays as it is."""
    share = SHARE.fullmatch(str(value))
    if share is None:
        return value
    return plain_spaces(format_percent(Decimal(share[1]) / 100, locale=locale_of(context), decimal_quantization=False))


@with_context
def local_date(value: Any, style: Any = "medium", *, context: RenderContext) -> Any:
    """`{{ offer.expires | date: "long" }}`: the day in the reader's zone and language."""
    _check_style(style)
    moment = _moment(value, _zone(context))
    if moment is None:
        return value
    return plain_spaces(format_date(moment, style, locale=locale_of(context)))


@with_context
def local_datetime(value: Any, style: Any = "medium", *, context: RenderContext) -> Any:
    """`{{ appointment.starts_at | datetime }}`: day and time, without seconds; a value without a time is a day."""
    _check_style(style)
    moment = _moment(value, _zone(context))
    if moment is None:
        return value
    locale = locale_of(context)
    day = format_date(moment, style, locale=locale)
    if not isinstance(moment, datetime):
        return plain_spaces(day)
    pattern = str(get_datetime_format(style, locale=locale)).replace("'", "")
    time = format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale)
    return plain_spaces(pattern.replace("{0}", time).replace("{1}", day))


def _moment(value: Any, local: tzinfo) -> datetime | date | None:
    """The value as a local time, or a plain day, which has no zone. A time without an offset is local already."""
    try:
        if isinstance(value, str):
            value = date.fromisoformat(value) if len(value) <= len("2026-01-31") else datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value.astimezone(local) if value.tzinfo else value.replace(tzinfo=local)
    except (ValueError, OverflowError):
        return None
    return value if isinstance(value, date) else None


def _zone(context: RenderContext) -> tzinfo:
    given = context.globals.get("zone") or UTC
    try:
        return given if isinstance(given, tzinfo) else zone(str(given))
    except BadInput as error:
        raise FilterArgumentError(str(error), token=None) from error


def locale_of(context: RenderContext) -> Locale:
    """The language of the words."""
    # From the globals, which a template cannot assign.
    return Locale.parse(str(context.globals["locale"]), sep="-")


def _check_style(style: Any) -> None:
    if style not in STYLES:
        raise FilterArgumentError(f"the style is one of {', '.join(STYLES)}, not {style}", token=None)


def plain_spaces(text: str) -> str:
    """The text with spaces that SMS have."""
    # CLDR writes "3:00 PM" and "R$ 5" with spaces outside GSM-7: one would more than halve the room in an SMS.
    return text.replace("\u202f", " ").replace("\xa0", " ")
