"""A message as it would be sent, to look at: rendered as for sending, to a person of the database or to a sample."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from domain.errors import NotFound
from domain.identifiers import check_user_id
from domain.links.content import left_alone, shortened
from domain.links.scope import Scope
from domain.links.shortening import Numbering, Shortener
from domain.templates import Rendered, Templates
from domain.templates.filters import MARKED
from domain.templates.telling import CODE, SAMPLE, sample_of, told
from models import people
from models.database import Database
from runtime.settings import Folders

TOKEN = "sample".ljust(40, "-")  # as long as those of real links


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it; without an id nobody in particular."""

    attributes: Mapping[str, Any] = field(default_factory=lambda: {"first_name": SAMPLE["first_name"]})
    id: str = "u-1"
    locale: str | None = None
    zone: str | None = None


def reader_of(database: Database, user: str) -> Reader:
    """A person of the database. Raises NotFound."""
    with database.session() as session:
        person = people.find_person(session, check_user_id(user))
        if person is None:
            raise NotFound(f"nobody is known as {user}: starter.py signup {user}, or --attributes for somebody made up")
        return Reader(dict(person.attributes), person.id, person.locale, person.zone)


def preview(
    templates: Templates,
    settings: Folders,
    name: str,
    channel: str,
    locale: str | None,
    reader: Reader,
    now: datetime,
    *,
    short: bool = False,
) -> Rendered:
    """The message that this reader would get. Raises TemplateMissing or RenderError.

    The offer, the feature, the code and the links are samples; with `short` those as well that would be shortened.
    """
    untracked: set[str] = set()
    context = {**_context(settings, name, reader, now), **sample_of(name, channel), MARKED: untracked}
    message = templates.render(name, channel, locale or reader.locale or settings.default_locale, context)
    return message if name == CODE or not short else _short(message, settings, channel, untracked)


def _context(settings: Folders, name: str, reader: Reader, now: datetime) -> dict[str, Any]:
    base = settings.public_url or "https://homing.example"
    ways_out = {"unsubscribe": f"{base}/u/{TOKEN}", "preferences": f"{base}/p/{TOKEN}"}
    links = {} if name == CODE else ways_out
    return told(reader.id, reader.attributes, settings.product, now, zone=reader.zone, links=links)


def _short(message: Rendered, settings: Folders, channel: str, untracked: set[str]) -> Rendered:
    """With links as long as they will be, where they are shortened."""
    if settings.link_tracking is Scope.OFF or not settings.public_url:
        return message
    shortener = Shortener(settings.link_url or settings.public_url, b"sample", pages=(settings.public_url,))
    content = asdict(message)
    return Rendered(**shortened(content, channel, Numbering(shortener, "", left_alone(content, untracked))))
