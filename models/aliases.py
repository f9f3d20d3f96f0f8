"""Previous ids of people: what comes under them counts for the person that they were merged into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel

from models import live
from models.base import instant


class Alias(SQLModel, table=True):
    """An id that somebody had before they were known."""

    __tablename__ = "aliases"
    __table_args__ = (Index("ix_aliases_person", "user_id"),)

    previous_id: str = Field(primary_key=True, max_length=128)
    user_id: str = Field(foreign_key="people.id", max_length=128)
    merged_at: datetime = instant()


@dataclass(frozen=True, slots=True)
class Moved:
    """An event that the previous id has brought along."""

    message_id: str
    name: str
    properties: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A running enrollment of the previous id, which ends."""

    id: str
    workflow_id: str


EVENTS = text("""
    with moved as (
        update events set user_id = :user where user_id = :previous and not exists (
            select from events as same where same.user_id = :user and same.message_id = events.message_id
        )
        returning id, message_id, name, properties, at
    )
    select message_id, name, properties, at from moved
    where exists (select from journey_versions as version where version.entry_event = moved.name) or exists (
        select from enrollments as one join journey_versions as version
            on version.journey = one.journey and version.version = one.version
        where one.user_id = :user and one.ended_at is null and version.events ? moved.name
    )
    order by at desc, id desc limit :most
""")
# Ways of the previous id count from 0 downwards: those of the known one stay the last.
ENROLLMENTS = text("""
    with numbered as (
        select id, ended_at is null as running, row_number() over (
            partition by journey, key order by entry desc
        ) as place, journey, key
        from enrollments where user_id = :previous
    )
    update enrollments set
        user_id = :user,
        entry = least(1, (
            select min(mine.entry) from enrollments as mine
            where mine.user_id = :user and mine.journey = numbered.journey and mine.key = numbered.key
        )) - numbered.place,
        ended_at = coalesce(enrollments.ended_at, :now),
        ended_reason = coalesce(enrollments.ended_reason, :reason)
    from numbered where enrollments.id = numbered.id
    returning enrollments.id, enrollments.workflow_id, numbered.running
""")
ADDRESSES = text("""
    insert into addresses (user_id, channel, address, ended_at, ended_reason)
    select :user, channel, address, ended_at, ended_reason from addresses where user_id = :previous
    on conflict (user_id, channel) do nothing
""")
ALIASES = text("""
    with pointed as (update aliases set user_id = :user where user_id = :previous)
    insert into aliases (previous_id, user_id, merged_at) values (:previous, :user, :now)
""")
GONE = (  # what the known one has already
    "delete from events where user_id = :previous",
    "delete from addresses where user_id = :previous",
)
CONSENTS = """
    update consents set user_id = :user where user_id = :previous and not exists (
        select from consents as same where same.user_id = :user and same.topic = consents.topic
        and same.channel = consents.channel and same.at = consents.at and same.given = consents.given
    )
"""
KEPT = (
    "update messages set user_id = :user where user_id = :previous",
    "update decisions set user_id = :user where user_id = :previous",
    "update inbox set user_id = :user where user_id = :previous",
    "update inbound_messages set user_id = :user where user_id = :previous",
    "update verifications set user_id = :user where user_id = :previous",
    "update audit_entries set user_id = :user where user_id = :previous",
    CONSENTS,
    "update pauses set user_id = :user where user_id = :previous",
    "update push_subscriptions set user_id = :user where user_id = :previous",
)


def move_events(session: Session, previous: str, user: str, most: int) -> list[Moved]:
    """Give the events of one person to another, each once; the newest that journeys may want to hear, oldest first."""
    values = {"previous": previous, "user": user, "most": most}
    found = session.connection().execute(EVENTS, values).all()
    return [Moved(*row) for row in reversed(found)]


def move_enrollments(session: Session, previous: str, user: str, reason: str, now: datetime) -> list[Left]:
    """Keep the enrollments of one person on record under another, and end those that run; these."""
    values = {"previous": previous, "user": user, "reason": reason, "now": now}
    found = session.connection().execute(ENROLLMENTS, values).all()
    return [Left(one, workflow_id) for one, workflow_id, running in found if running]


def move_rest(session: Session, previous: str, user: str, now: datetime) -> None:
    """Addresses that are lacking, messages and decisions; then nothing is left of the previous person but their id."""
    values = {"previous": previous, "user": user}
    connection = session.connection()
    connection.execute(ADDRESSES, values)
    for statement in (*KEPT, *GONE):
        connection.execute(text(statement), values)
    connection.execute(ALIASES, {**values, "now": now})
    connection.execute(text("delete from people where id = :previous"), {"previous": previous})
    live.tell(session, live.INBOX, [previous])
