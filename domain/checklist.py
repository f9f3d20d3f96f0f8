"""A checklist of first steps, from `checklist.yaml` beside the templates: which event is which step done."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from domain.identifiers import check_locale
from domain.journey.names import EventName, Slug, Title
from domain.yaml_source import Problem, Source, read

FILE = "checklist.yaml"
WEB_LINK = re.compile(r"(?i:https?)://[^\s/\\?#]+[^\s\\]*")
MOST_ITEMS = 20  # more is no list of first steps


def is_web_link(link: str) -> bool:
    """Whether a page may open it: nothing that runs code, and nothing that leads nowhere.

    >>> [is_web_link(one) for one in ("https://acme.example/a", "javascript:alert(1)", "//acme.example", "https:")]
    [True, False, False, False]
    """
    return bool(WEB_LINK.fullmatch(link)) and link.isprintable()


def _link(given: str) -> str:
    if not is_web_link(given):
        raise ValueError("must be an address that begins with https:// or http://")
    return given


def _locale(given: str) -> str:
    found = check_locale(given)
    if found != given:
        raise ValueError(f"write it {found}")
    return given


class Item(BaseModel):
    """One step, its words by locale, and where it is done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug
    event: EventName
    title: Annotated[dict[Annotated[str, AfterValidator(_locale)], Title], Field(min_length=1)]
    link: Annotated[str, AfterValidator(_link)] | None = None

    def words(self, locales: Sequence[str]) -> str:
        """In the first of these locales that there is, else in the first of the file."""
        return next((self.title[one] for one in locales if one in self.title), next(iter(self.title.values())))


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps in their order; without a file there are none."""

    items: tuple[Item, ...] = ()

    @property
    def events(self) -> frozenset[str]:
        """All that complete a step."""
        return frozenset(item.event for item in self.items)


def read_checklist(text: str, problems: list[Problem]) -> Checklist:
    """The checklist of the file; what is wrong with it is added to `problems`."""
    source = read(text, FILE)
    problems += source.problems
    if source.problems:
        return Checklist()
    if not isinstance(source.data, list) or len(source.data) > MOST_ITEMS:
        problems.append(
            Problem(FILE, 1, f"must be a list of at most {MOST_ITEMS} steps, each with id, event and title")
        )
        return Checklist()
    found = [_item(source, place, one, problems) for place, one in enumerate(source.data)]
    items = tuple(item for item in found if item)
    _note_doubles(source, [one.get("id") for one in source.data if isinstance(one, Mapping)], problems)
    return Checklist(items)


def _item(source: Source, place: int, given: Any, problems: list[Problem]) -> Item | None:
    try:
        return Item.model_validate(given)
    except ValidationError as error:
        for one in error.errors():
            where = (place, *one["loc"])
            message = f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}".removeprefix(": ")
            problems.append(Problem(FILE, source.line(where), message))
        return None


def _note_doubles(source: Source, ids: Collection[Any], problems: list[Problem]) -> None:
    known: set[Any] = set()
    for place, one in enumerate(ids):
        if isinstance(one, str) and one in known:
            problems.append(Problem(FILE, source.line((place, "id")), f"another step is called {one} already"))
        known.add(one if isinstance(one, str) else None)
