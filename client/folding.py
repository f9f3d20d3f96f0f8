"""News of people, one after another, in memory: what changes about them, what they enter, and who is to be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from client.inputs import Profile
from client.library import Edition, Name
from domain.entering import key_of, lets_in
from domain.errors import BadInput
from models.crowd import Known
from models.enrollments import workflow_id_of
from models.journeys import ZONE
from models.outbox import Telling
from models.ways import Last, Place, Way, next_entry

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class News:
    """An event as it is stored."""

    user: str
    name: str
    properties: dict[str, Any]
    message_id: str
    at: datetime


@dataclass(slots=True)
class Crowd:
    """What was read of people before the news are taken in: themselves, the ways that listen, and their last ones."""

    people: dict[str, Known]
    newest: Sequence[Edition]
    library: Mapping[Name, Edition]
    running: dict[str, list[Way]]
    last: dict[Place, Last]


@dataclass(slots=True)
class Outcome:
    """What is to be written."""

    changed: dict[str, Known] = field(default_factory=dict)
    opened: list[Way] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)


class Fold:
    """Takes in news of a crowd that is held. `now` is journey time."""

    def __init__(self, crowd: Crowd, now: datetime, *, lenient: bool, besides: str | None = None) -> None:
        self.outcome = Outcome()
        self._crowd = crowd
        self._now = now
        self._lenient = lenient
        self._besides = besides  # the workflow that caused it, and knows of changed attributes already

    def profile(self, user: str, given: Profile, channels: Sequence[str]) -> bool:
        """News of a person; whether anything is new. Running journeys that look at what changes are told."""
        known = self._crowd.people[user]
        said = {"locale": given.locale, "zone": given.zone, "channels": list(channels)}
        changes: dict[str, Any] = {name: one for name, one in said.items() if one and one != getattr(known, name)}
        if given.signup and not known.identified:
            changes["identified"] = True
        attributes = changed_attributes(known.attributes, given.attributes)
        return self.change(user, changes, attributes)

    def change(self, user: str, changes: Mapping[str, Any], attributes: Mapping[str, Any]) -> bool:
        """Change columns and attributes of a person, and tell those who look at them."""
        if not (changes or attributes):
            return False
        known = self._crowd.people[user]
        for name, value in changes.items():
            setattr(known, name, value)
        known.attributes = {**known.attributes, **attributes}
        self.outcome.changed[user] = known
        self._tell_of_change(known, {*attributes, *([ZONE] if "zone" in changes else [])})
        return True

    def event(self, news: News) -> None:
        """A new event: who it lets enter, and the other running journeys that name it."""
        entered = {way.id for edition in self._crowd.newest for way in self._enter_by(edition, news)}
        for way in self._running(news.user):
            edition = self._crowd.library[way.journey, way.version]
            if way.id not in entered and news.name in edition.events and self._is_about(news, way, edition):
                self._tell(way, "event", heard(edition, news))

    def enter(self, user: str, edition: Edition, key: str, entry: dict[str, Any] | None) -> Way | None:
        """Let a person enter, if the re-entry rule does; `entry` is the event that led here."""
        journey = edition.row.journey
        place = (journey, user, key)
        number = next_entry(edition.program.journey.reentry, self._crowd.last.get(place), self._now)
        if number is None:
            return None
        workflow_id = workflow_id_of(journey, user, key, number)
        way = Way(uuid4().hex, user, journey, edition.row.version, key, number, workflow_id)
        self._crowd.last[place] = Last(number, None, None)
        self._running(user).append(way)
        self.outcome.opened.append(way)
        self._tell(way, "start", {**looked_at(edition, self._crowd.people[user]), "entry": entry})
        return way

    def _enter_by(self, edition: Edition, news: News) -> Iterable[Way]:
        """Those entered by it: one, or none."""
        entry = edition.program.journey.entry
        if entry.event != news.name:
            return []
        attributes = self._crowd.people[news.user].attributes
        try:
            if not lets_in(entry, attributes, news.properties, news.at):
                return []
            key = key_of(entry, news.properties) or ""
        except BadInput as error:
            self._excuse(error, edition)
            return []
        way = self.enter(news.user, edition, key, heard(edition, news))
        return [way] if way else []

    def _is_about(self, news: News, way: Way, edition: Edition) -> bool:
        """Whether an event is for this way: one that names another key is not, one that names none is for all."""
        try:
            return key_of(edition.program.journey.entry, news.properties) in (None, way.key)
        except BadInput as error:
            self._excuse(error, edition)
            return False

    def _excuse(self, error: BadInput, edition: Edition) -> None:
        if not self._lenient:
            raise error
        log.warning("intake.key_refused", journey=edition.row.journey)

    def _tell_of_change(self, known: Known, changed: set[str]) -> None:
        for way in self._running(known.id):
            edition = self._crowd.library[way.journey, way.version]
            if changed & edition.attributes and way.workflow_id != self._besides:
                self._tell(way, "attributes", {**looked_at(edition, known), "id": uuid4().hex})

    def _tell(self, way: Way, kind: Any, payload: dict[str, Any]) -> None:
        self.outcome.tellings.append(Telling(way.user_id, kind, way.workflow_id, way.id, payload))

    def _running(self, user: str) -> list[Way]:
        return self._crowd.running.setdefault(user, [])


def heard(edition: Edition, news: News) -> dict[str, Any]:
    """An event as a journey hears it: with the properties that it looks at, and no others."""
    properties = {name: value for name, value in news.properties.items() if name in edition.program.heard}
    return {"name": news.name, "at": news.at.isoformat(), "id": news.message_id, "properties": properties}


def looked_at(edition: Edition, known: Known) -> dict[str, Any]:
    """What a journey looks at of a person."""
    attributes = {name: known.attributes[name] for name in edition.row.attributes if name in known.attributes}
    return {"attributes": attributes, "zone": known.zone or None}


def changed_attributes(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Those given that are not known so."""
    return {name: value for name, value in given.items() if name not in known or not _same(known[name], value)}


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are; true is not 1, but 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
