"""Words that go by a number, as each language counts: `{{ count | plural: one: "# message", other: "# messages" }}`.

Which forms a language has is said by CLDR (https://cldr.unicode.org/index/cldr-spec/plural-rules), by way of Babel.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, KeywordArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

from domain.templates.filters import AMOUNT, locale_of, plain_spaces

FORMS = ("zero", "one", "two", "few", "many", "other")
COUNTED = range(1_000)  # what people have so many of; beyond it some languages have a form for millions
NUMBER = "#"  # where the number goes in a form


@with_context
def number(value: Any, *, context: RenderContext) -> Any:
    """`{{ 1234.5 | number }}` is 1,234.5, for a reader of German 1.234,5. What is no number stays as it is."""
    found = AMOUNT.fullmatch(str(value))
    return plain_spaces(format_decimal(Decimal(found[0]), locale=locale_of(context))) if found else value


@with_context
def plural(value: Any, *, context: RenderContext, **forms: Any) -> Any:
    """The form that goes with the number, with the number in place of each #. What is no number stays as it is."""
    if "other" not in forms:
        raise FilterArgumentError('plural needs other: "# ..."', token=None)
    found = AMOUNT.fullmatch(str(value))
    if found is None:
        return value
    count, locale = _plain(Decimal(found[0])), locale_of(context)
    form = forms.get(locale.plural_form(count), forms["other"])
    return form.replace(NUMBER, plain_spaces(format_decimal(count, locale=locale))) if isinstance(form, str) else form


def mistakes(template: BoundTemplate, locale: str) -> Iterator[tuple[int, str]]:
    """Where in a template a plural has forms that this language does not, or lacks some, also where nobody gets to."""
    for one in _plurals(template.nodes):
        given = {argument.name for argument in one.args if isinstance(argument, KeywordArgument)}
        if message := _mistake(given, locale):
            yield one.token.start_index, message


@cache
def _forms(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """The forms of a language, and those that people meet in it."""
    rules = Locale.parse(locale, sep="-").plural_form
    return frozenset({*rules.tags, "other"}), frozenset(map(rules, COUNTED))


def _mistake(given: Collection[str], locale: str) -> str | None:
    known, counted = _forms(locale)
    there = ", ".join(form for form in FORMS if form in known)
    if strange := [form for form in given if form not in known]:
        return f"plural has no form {strange[0]} in {locale}; there is {there}"
    # Without `one` the number 1 takes `other`, which is right in many languages.
    missing = [form for form in FORMS if form not in given and (form == "other" or form in counted) and form != "one"]
    return f"plural needs {' and '.join(missing)} in {locale}" if missing else None


def _plain(amount: Decimal) -> Decimal:
    """1.0 of an event's properties is the whole number: to CLDR a visible fraction is another form."""
    whole = amount.to_integral_value()
    return whole if amount == whole else amount


def _plurals(nodes: Iterable[Node]) -> Iterator[Filter]:
    for node in nodes:
        for expression in node.expressions():
            filters = expression.filters if isinstance(expression, FilteredExpression) else None
            yield from (one for one in filters or () if one.name == "plural")
        yield from _plurals(node.children(None, include_partials=False))  # type: ignore[arg-type]  # needed for includes
