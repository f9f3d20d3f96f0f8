"""Events that people's products reported, each taken once by its message id."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
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


def record_event(session: Session, event: Event) -> tuple[Event, bool]:
    """Keep the event; one with this message id that is there already stays as it is. The event kept, whether new."""
    statement = insert(Event).values(**event.model_dump(exclude={"id"})).on_conflict_do_nothing()
    new = session.execute(statement.returning(col(Event.id))).first() is not None
    same = select(Event).where(Event.user_id == event.user_id, Event.message_id == event.message_id)
    return session.exec(same).one(), new


def events_of(session: Session, user_id: str) -> list[Event]:
    """All of a person's events, oldest first by the sender's time, ties by arrival."""
    mine = select(Event).where(Event.user_id == user_id)
    return list(session.exec(mine.order_by(col(Event.at), col(Event.id))))
