"""The client's transactions: what is written before Temporal is told, and who is to be told."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from client.inputs import SIGNED_UP, Happened, Signup
from domain.errors import BadInput, NotFound
from models import enrollments, events, journeys, people
from models.database import Database
from models.enrollments import Opened
from models.events import Event
from models.people import Person


@dataclass(frozen=True, slots=True)
class Record:
    """An event as stored; the enrollments it opened, and the others that listen to it or look at what changed."""

    happened: Happened
    at: datetime
    new: bool
    opened: list[Opened]
    listening: list[Opened]
    affected: list[Opened] = field(default_factory=list)


def signup(database: Database, given: Signup, now: datetime) -> Record:
    """Store the person, their addresses, and `signed_up` with what it starts."""
    happened = Happened(user_id=given.user_id, name=SIGNED_UP, message_id=f"signup:{given.user_id}", at=given.at)
    with database.session() as session:
        people.save_person(session, _person(given, now))
        people.save_addresses(session, given.user_id, given.addresses)
        record = _take(session, happened, now)
        if not record.opened and not record.listening and not journeys.entered_by(session, SIGNED_UP):
            raise BadInput(f"no published journey starts on {SIGNED_UP}; run `starter.py journeys publish`")
        changed = [] if record.new else list(given.attributes)
        looking = enrollments.running(session, given.user_id, attributes=changed) if changed else []
        affected = [enrollments.on_version(session, row) for row in looking]
        return Record(happened, record.at, record.new, record.opened, record.listening, affected)


def event(database: Database, happened: Happened, now: datetime) -> Record:
    """Store an event of a known person with what it starts."""
    with database.session() as session:
        if people.find_person(session, happened.user_id) is None:
            raise NotFound(f"nobody is known by the id {happened.user_id}; sign them up first")
        return _take(session, happened, now)


def running(database: Database, user_id: str, journey: str | None) -> list[Opened]:
    """A person's running enrollments, at least one."""
    with database.session() as session:
        if people.find_person(session, user_id) is None:
            raise NotFound(f"nobody is known by the id {user_id}")
        rows = [row for row in enrollments.running(session, user_id) if journey in (None, row.journey)]
        if not rows:
            raise NotFound(f"{user_id} is in no running journey" + (f" {journey}" if journey else ""))
        return [enrollments.on_version(session, row) for row in rows]


def _take(session: Session, happened: Happened, now: datetime) -> Record:
    at = happened.at or now
    row = Event(
        user_id=happened.user_id,
        message_id=happened.message_id,
        name=happened.name,
        properties=happened.properties,
        at=at,
        received_at=now,
    )
    new = events.record_event(session, row)
    entered = journeys.entered_by(session, happened.name)
    opened = [enrollments.open_newest(session, one.journey, happened.user_id, "", now) for one in entered]
    ids = {one.row.id for one in opened}
    others = [one for one in enrollments.running(session, happened.user_id, event=happened.name) if one.id not in ids]
    listening = [enrollments.on_version(session, one) for one in others]
    return Record(happened, at, new, [one for one in opened if one.row.ended_at is None], listening)


def _person(given: Signup, now: datetime) -> Person:
    return Person(
        id=given.user_id,
        locale=given.locale,
        zone=given.zone,
        channels=given.preferred,
        attributes=given.attributes,
        created_at=now,
        updated_at=now,
    )
