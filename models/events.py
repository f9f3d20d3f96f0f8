"""Events that people's products reported, each taken once by its message id."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.base import instant, json_field, row_number


class Event(SQLModel, table=True):
    """What a person did, when by the sender's clock, and when we heard of it."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("user_id", "message_id"), Index("ix_events_person", "user_id", "at"))

    id: int | None = row_number()
    user_id: str = Field(foreign_key="people.id", max_length=128)
    message_id: str = Field(max_length=200)
    name: str = Field(max_length=120)
    properties: dict[str, Any] = json_field()
    at: datetime = instant()
    received_at: datetime = instant()


RECORD = text("""
    insert into events (user_id, message_id, name, properties, at, received_at)
    select user_id, message_id, name, properties, at, :now
    from rows from (
        jsonb_to_recordset(cast(:rows as jsonb)) as (
            user_id text, message_id text, name text, properties jsonb, at timestamptz
        )
    ) with ordinality as given (user_id, message_id, name, properties, at, place)
    order by place
    on conflict do nothing
    returning user_id, message_id
""")


def record(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> set[tuple[str, str]]:
    """Keep events of people who are held, in one statement; the person and message id of each that is new.

    A row has user_id, message_id, name, properties, and at as ISO 8601 text.
    """
    if not rows:
        return set()
    found = session.connection().execute(RECORD, {"rows": json.dumps(rows), "now": now})
    return {(user, message) for user, message in found}


def events_of(session: Session, user_id: str) -> list[Event]:
    """All of a person's events, oldest first by the sender's time, ties by arrival."""
    mine = select(Event).where(Event.user_id == user_id)
    return list(session.exec(mine.order_by(col(Event.at), col(Event.id))))


FIRST = text("""
    select name, min(at) from events where user_id = :user and name = any(cast(:names as text[])) group by name
""")


def first_times(session: Session, user_id: str, names: Collection[str]) -> dict[str, datetime]:
    """When a person did each of these for the first time, as far as they did."""
    found = session.connection().execute(FIRST, {"user": user_id, "names": sorted(names)}) if names else ()
    return {str(name): at for name, at in found}
