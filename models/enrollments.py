"""Enrollments: one person's way through one journey."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Index, UniqueConstraint, bindparam, func
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlmodel import Field, Session, SQLModel, col, select, update

from domain.errors import BadInput, NotFound
from models import crowd
from models.base import Instant, instant, json_field, optional_json, storable
from models.journeys import JourneyVersion, newest
from models.people import Person
from models.ways import Last, next_entry

MAX_REASON = 200


class Enrollment(SQLModel, table=True):
    """Its unique key outlives Temporal's retention, so that `reentry: never` means never."""

    __tablename__ = "enrollments"
    __table_args__ = (
        UniqueConstraint("journey", "user_id", "key", "entry"),
        Index("ix_enrollments_running", "user_id", postgresql_where="ended_at is null"),
    )

    id: str = Field(primary_key=True, max_length=32)
    user_id: str = Field(foreign_key="people.id", max_length=128)
    journey: str = Field(max_length=64)
    version: str = Field(max_length=64)
    key: str = Field(default="", max_length=128)
    entry: int = Field(default=1)
    workflow_id: str = Field(max_length=400)
    started_at: datetime = instant()
    ended_at: datetime | None = instant(optional=True)
    ended_reason: str | None = Field(default=None, max_length=MAX_REASON)
    progress: dict[str, Any] = json_field()  # goal, milestones and shares of splits, written when it ends
    held: dict[str, Any] | None = optional_json()  # its message that waits for room, see `models.waiting`


LOCK = select(Enrollment.user_id).where(col(Enrollment.id) == bindparam("enrollment")).with_for_update(key_share=True)
CLOSE = (
    update(Enrollment)
    .where(col(Enrollment.id) == bindparam("enrollment"))
    .values(
        ended_at=func.coalesce(col(Enrollment.ended_at), bindparam("now", type_=Instant)),
        ended_reason=func.coalesce(col(Enrollment.ended_reason), bindparam("because")),
        progress=bindparam("reached", type_=JSONB),
    )
)


def workflow_id_of(journey: str, user_id: str, key: str = "", entry: int = 1) -> str:
    """The id of the workflow that takes this person through this journey for the `entry`th time.

    Neither user ids nor keys hold a slash, so no two enrollments ever share one: `u//2` is the second time of `u`.
    """
    parts = ["journey", journey, user_id, *([key] if key or entry > 1 else []), *([str(entry)] if entry > 1 else [])]
    return "/".join(parts)


@dataclass(frozen=True, slots=True)
class Opened:
    """An enrollment with the journey version that it is on."""

    row: Enrollment
    version: JourneyVersion
    attributes: dict[str, Any]  # those of the person's that the journey looks at
    zone: str | None
    created: bool


def open_newest(
    session: Session, journey: str, user_id: str, key: str, now: datetime, workflow_id: str | None = None
) -> Opened:
    """Enroll a person in the newest version, or find the enrollment that they have already, by the re-entry rule.

    Raises NotFound for an unknown person or a journey that was never published, BadInput for no name at all.
    """
    if not f"{journey}{user_id}{key}{workflow_id or ''}".isprintable() or "/" in key:
        raise BadInput("journey, user, key and workflow id must be one line of text each, and a key without a slash")
    if not crowd.hold(session, [user_id]):
        raise NotFound(f"nobody is known by the id {user_id}; sign them up first")
    version = newest(session, journey)
    if version is None:
        raise NotFound(f"journey {journey} is not published; run `starter.py journeys publish`")
    last = _last(session, journey, user_id, key)
    before = Last(last.entry, last.ended_at, last.ended_reason) if last else None
    entry = next_entry(version.program().journey.reentry, before, now)
    if last and entry is None:
        return on_version(session, last)
    row = Enrollment(
        id=uuid4().hex,
        user_id=user_id,
        journey=journey,
        version=version.version,
        key=key,
        entry=entry or 1,
        workflow_id=workflow_id or workflow_id_of(journey, user_id, key, entry or 1),
        started_at=now,
    )
    session.add(row)
    session.flush()
    return on_version(session, row, created=True)


def _last(session: Session, journey: str, user_id: str, key: str) -> Enrollment | None:
    """The last enrollment of this person, who is held, and key."""
    mine = select(Enrollment).where(Enrollment.journey == journey, Enrollment.user_id == user_id, Enrollment.key == key)
    return session.exec(mine.order_by(col(Enrollment.entry).desc()).limit(1)).first()


def on_version(session: Session, row: Enrollment, *, created: bool = False) -> Opened:
    """An enrollment with its journey version and the person's attributes that it looks at."""
    version = session.get_one(JourneyVersion, (row.journey, row.version))
    person = session.get_one(Person, row.user_id)
    attributes = {name: person.attributes[name] for name in version.attributes if name in person.attributes}
    return Opened(row, version, attributes, person.zone or None, created)


def lock(session: Session, enrollment_id: str) -> str | None:
    """Let no other transaction work on this enrollment until this one ends. Whose it is, None if there is none such."""
    owner: str | None = session.connection().scalar(LOCK, {"enrollment": enrollment_id})
    return owner


def close(session: Session, enrollment_id: str, reason: str, now: datetime, progress: dict[str, Any]) -> None:
    """End the enrollment with how far it came; the first end and its reason stay."""
    values = {"enrollment": enrollment_id, "now": now, "because": storable(reason, MAX_REASON), "reached": progress}
    session.connection().execute(CLOSE, values)


def running(
    session: Session, user_id: str, *, event: str | None = None, attributes: list[str] | None = None
) -> list[Enrollment]:
    """A person's running enrollments; only those whose version names the event, or one of the attributes, if given."""
    matches = (JourneyVersion.journey == Enrollment.journey) & (JourneyVersion.version == Enrollment.version)
    statement = select(Enrollment).join(JourneyVersion, matches)  # type: ignore[arg-type]
    statement = statement.where(Enrollment.user_id == user_id, col(Enrollment.ended_at).is_(None))
    if event is not None:
        statement = statement.where(col(JourneyVersion.events).contains([event]))
    if attributes is not None:
        statement = statement.where(col(JourneyVersion.attributes).has_any(array(attributes)))  # type: ignore[attr-defined]
    return list(session.exec(statement))


def of_person(session: Session, user_id: str) -> list[Enrollment]:
    """All of a person's enrollments, oldest first."""
    mine = select(Enrollment).where(Enrollment.user_id == user_id)
    return list(session.exec(mine.order_by(col(Enrollment.started_at))))


def count_by_version(session: Session, journey: str) -> dict[str, tuple[int, int]]:
    """How many people are on each version of a journey, and how many have ended on it."""
    ended = func.count(col(Enrollment.ended_at))
    statement = select(Enrollment.version, func.count(), ended).where(Enrollment.journey == journey)
    rows = session.exec(statement.group_by(Enrollment.version)).all()
    return {version: (total - ended, ended) for version, total, ended in rows}


def count_running(session: Session, user_ids: Sequence[str]) -> dict[str, int]:
    """How many journeys each of these people is in."""
    by_person = (
        select(Enrollment.user_id, func.count())
        .where(col(Enrollment.user_id).in_(user_ids), col(Enrollment.ended_at).is_(None))
        .group_by(Enrollment.user_id)
    )
    return dict(session.exec(by_person).all())
