"""The client's transactions: what is written before Temporal is told, and who is to be told."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from client.inputs import SIGNED_UP, Happened, Profile
from domain.entering import key_of, lets_in
from domain.errors import BadInput, NotFound
from domain.shown import shown
from models import enrollments, events, journeys, people
from models.database import Database
from models.enrollments import Opened
from models.events import Event
from models.journeys import ZONE
from models.people import Person

DEFAULT_LOCALE = "en"
UNKNOWN_ZONE = ""  # local times are then those of the journey's zone, or UTC


@dataclass(frozen=True, slots=True)
class Record:
    """An event as stored; the enrollments it opened, and the others that listen to it or look at what changed."""

    happened: Happened
    at: datetime
    new: bool
    opened: list[Opened]
    listening: list[Opened]
    affected: list[Opened] = field(default_factory=list)


def signup(database: Database, given: Profile, now: datetime) -> Record:
    """Store the person, their addresses, and `signed_up` with what it starts."""
    happened = Happened(user_id=given.user_id, name=SIGNED_UP, message_id=f"signup:{given.user_id}", at=given.at)
    with database.session() as session:
        _save(session, given, now)
        record = _take(session, happened, now)
        if not record.opened and not record.listening and not journeys.entered_by(session, SIGNED_UP):
            raise BadInput(f"no published journey starts on {SIGNED_UP}; run `starter.py journeys publish`")
        changed = [] if record.new else [*given.attributes, *([ZONE] if given.zone else [])]
        looking = enrollments.running(session, given.user_id, attributes=changed) if changed else []
        return replace(record, affected=[enrollments.on_version(session, row) for row in looking])


def event(database: Database, happened: Happened, now: datetime) -> Record:
    """Store an event of a known person with what it starts."""
    with database.session() as session:
        if people.find_person(session, happened.user_id) is None:
            raise NotFound(f"nobody is known by the id {happened.user_id}; sign them up first")
        return _take(session, happened, now)


def attributes(database: Database, user_id: str, values: dict[str, Any], now: datetime) -> list[Opened]:
    """Change a person's attributes; the running enrollments that look at one of them."""
    with database.session() as session:
        people.set_attributes(session, user_id, values, now)
        session.expire_all()
        rows = enrollments.running(session, user_id, attributes=list(values))
        return [enrollments.on_version(session, row) for row in rows]


def enter(database: Database, user_id: str, journey: str, key: str, now: datetime) -> Opened:
    """Enroll a person, if the journey's re-entry rule allows; otherwise the enrollment they had last."""
    with database.session() as session:
        return enrollments.open_newest(session, journey, user_id, key, now)


def running(database: Database, user_id: str, journey: str | None) -> list[Opened]:
    """A person's running enrollments, at least one."""
    with database.session() as session:
        if people.find_person(session, user_id) is None:
            raise NotFound(f"nobody is known by the id {user_id}")
        if journey is not None and journeys.newest(session, journey) is None:
            raise NotFound(f"there is no journey {shown(journey)}; see `starter.py journeys list`")
        rows = [row for row in enrollments.running(session, user_id) if journey in (None, row.journey)]
        if not rows:
            raise NotFound(f"{user_id} is in no running journey" + (f" {journey}" if journey else ""))
        return [enrollments.on_version(session, row) for row in rows]


def _take(session: Session, happened: Happened, now: datetime) -> Record:
    row = Event(
        user_id=happened.user_id,
        message_id=happened.message_id,
        name=happened.name,
        properties=happened.properties,
        at=happened.at or now,
        received_at=now,
    )
    kept, new = events.record_event(session, row)
    happened = happened.model_copy(update={"name": kept.name, "properties": kept.properties})
    opened = _open(session, kept) if new else _opened_before(session, kept)
    listening = _listening(session, kept, [one.row.id for one in opened if one.created] if new else None)
    told = {one.row.id for one in listening}
    return Record(happened, kept.at, new, [one for one in opened if one.row.id not in told], listening)


def _open(session: Session, event: Event) -> list[Opened]:
    """Enroll the person in the journeys that the event lets them into; those they are in already run, and stay."""
    person = session.get_one(Person, event.user_id)
    found = []
    for version in journeys.entered_by(session, event.name):
        entry = version.program().journey.entry
        if lets_in(entry, person.attributes, event.properties, event.at):
            key = key_of(entry, event.properties) or ""
            found.append(enrollments.open_newest(session, version.journey, event.user_id, key, event.received_at))
    return [one for one in found if one.row.ended_at is None]


def _opened_before(session: Session, event: Event) -> list[Opened]:
    """What the event entered when it came first: whoever stored that may have died before it was started."""
    found = [enrollments.on_version(session, row) for row in enrollments.running(session, event.user_id)]
    return [one for one in found if one.version.entry_event == event.name and _is_about(event, one)]


def _listening(session: Session, event: Event, opened: list[str] | None) -> list[Opened]:
    """The running enrollments that name the event, without those that it opened itself, or that began after it.

    `opened` are the ids of those that it opened just now, None when it is here again.
    """
    rows = enrollments.running(session, event.user_id, event=event.name)
    if opened is None:
        heard = [row for row in rows if row.started_at < event.received_at]
    else:
        heard = [row for row in rows if row.id not in opened]
    listening = [enrollments.on_version(session, row) for row in heard]
    return [one for one in listening if _is_about(event, one)]


def _is_about(event: Event, opened: Opened) -> bool:
    """Whether an event is for this enrollment: one that names another key is not, one that names none is for all."""
    return key_of(opened.version.program().journey.entry, event.properties) in (None, opened.row.key)


def _save(session: Session, given: Profile, now: datetime) -> None:
    person = Person(
        id=given.user_id,
        locale=given.locale or DEFAULT_LOCALE,
        zone=given.zone or UNKNOWN_ZONE,
        channels=[str(channel) for channel in given.channels],
        attributes=given.attributes,
        created_at=now,
        updated_at=now,
    )
    people.save_person(session, person, [name for name in ("locale", "zone", "channels") if getattr(given, name)])
    people.save_addresses(session, given.user_id, given.addresses)
    known = {endpoint.channel for endpoint in people.endpoints(session, given.user_id)}
    if lacking := [channel for channel in given.channels if channel not in known]:
        raise BadInput(f"channels: {', '.join(lacking)} needs a phone or an e-mail address that was never given")
