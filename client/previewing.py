"""A message as it would be sent, to look at: rendered as for sending, to a person of the database or to a sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.errors import NotFound
from domain.identifiers import check_user_id
from domain.templates import Rendered, Templates
from domain.templates.telling import CODE, SAMPLE, sample_of, told
from models import people
from models.database import Database
from runtime.settings import Folders


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
    templates: Templates, settings: Folders, name: str, channel: str, locale: str | None, reader: Reader, now: datetime
) -> Rendered:
    """The message that this reader would get. Raises TemplateMissing or RenderError.

    The offer, the feature, the code and the links are samples.
    """
    base = settings.public_url or "https://homing.example"
    ways_out = {"unsubscribe": f"{base}/u/sample", "preferences": f"{base}/p/sample"}
    links = {} if name == CODE else ways_out
    context = told(reader.id, reader.attributes, settings.product, now, zone=reader.zone, links=links)
    language = locale or reader.locale or settings.default_locale
    return templates.render(name, channel, language, {**context, **sample_of(name, channel)})
