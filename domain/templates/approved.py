"""Words that a provider has approved one by one, as WhatsApp does for people who have not written for a day.

What is approved is plain text in which `{{1}}`, `{{2}}` stand for what varies. A template's text is that very text, so
that people read the same whether it goes out as it is or as the provider's copy. Which copy that is, the provider's id
of it, differs from account to account: a file of the deployment tells it by template and locale.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import md5
from typing import Any, Protocol

from domain.errors import BadInput
from domain.yaml_source import Problem, read

FIELD = "variable "  # before the number, in the fields of a block
NAMES = "approved"  # under which the text finds its variables
PLACE = re.compile(r"\{\{\s*([1-9][0-9]?)\s*\}\}")
SID = re.compile(r"HX[0-9a-fA-F]{32}")

# What is known of everybody.
LEAST = {"locale": "en", "user": {"id": "id"}, "product": {"name": "name", "url": "https://example.com"}}


class Fillable(Protocol):
    """A text that may have variables."""

    def render(self, values: Mapping[str, Any]) -> str: ...


Approved = Mapping[tuple[str, str], str]  # the provider's id by template and locale


def derived(name: str, locale: str) -> str:
    """An id for a provider that takes any, the sandbox."""
    return f"HX{md5(f'{name}/{locale}'.encode(), usedforsecurity=False).hexdigest()}"


def numbers(text: str) -> tuple[list[str], str | None]:
    """The numbers that a text has a place for, in order, and what is wrong with it.

    >>> numbers("Hi {{1}}, your seat is {{ 2 }}")
    (['1', '2'], None)
    """
    found = sorted({match[1] for match in PLACE.finditer(text)}, key=int)
    if "{{" in PLACE.sub("", text) or "{%" in text:
        return found, "a text with variables holds {{1}}, {{2}} and no other Liquid: it is approved word by word"
    if found != [str(number) for number in range(1, len(found) + 1)]:
        return found, f"the places of a text are numbered from 1 without gaps, not {', '.join(found)}"
    return found, None if found else "a text with variables has a place such as {{1}} for each"


def as_liquid(text: str) -> str:
    """The text with its places as variables of Liquid, which takes a number for itself."""
    return PLACE.sub(rf"{{{{ {NAMES}.v\1 }}}}", text)


def named(filled: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The variables as `as_liquid` looks for them."""
    return {NAMES: {f"v{number}": value for number, value in filled.items()}} if filled else {}


def known(fields: Iterable[str]) -> dict[str, frozenset[str]]:
    """What a text among these fields finds its variables under, if there are any."""
    numbered = [field.removeprefix(FIELD) for field in fields if field.startswith(FIELD)]
    return {NAMES: frozenset(f"v{number}" for number in numbered)} if numbered else {}


def is_empty(field: str, text: Fillable) -> bool:
    """Whether a variable would be empty for a person of whom nothing is known."""
    return field.startswith(FIELD) and not text.render(LEAST).strip()


def read_approved(text: str, file: str) -> Approved:
    """A file of `template: {locale: HX...}`. Raises BadInput with a line for each problem."""
    source = read(text, file)
    problems, found = list(source.problems), {}
    for name, by_locale in (source.data if isinstance(source.data, dict) else {}).items():
        for locale, sid in (by_locale if isinstance(by_locale, dict) else {"": by_locale}).items():
            if not locale or not isinstance(sid, str) or not SID.fullmatch(sid):
                wanted = f"{name} must hold the provider's id by locale, such as {{en: HX and 32 hexadecimal digits}}"
                problems.append(Problem(file, source.line((name,)), wanted))
            else:
                found[name, locale] = sid
    if source.data is not None and not isinstance(source.data, dict):
        problems.append(Problem(file, 1, "the file must hold templates, such as welcome: {en: HX...}"))
    if problems:
        raise BadInput("\n".join(map(str, problems)))
    return found
