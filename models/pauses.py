"""Until when people want no messages: each wish as it was made, never changed; the newest one counts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlmodel import Column, Field, Session, SQLModel, col, select

from models.base import instant, row_number


class Pause(SQLModel, table=True):
    """Nothing until then. One that ends when it begins takes those before it back."""

    __tablename__ = "pauses"
    __table_args__ = (Index("ix_pauses_person", "user_id", "at"),)

    id: int | None = row_number()
    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False))
    at: datetime = instant()
    until_at: datetime = instant()
    source: str = Field(default="", max_length=200)
    by: str = Field(default="", max_length=64)


def record(session: Session, user_id: str, at: datetime, until: datetime, source: str, by: str) -> None:
    """Keep a wish."""
    session.add(Pause(user_id=user_id, at=at, until_at=until, source=source, by=by))


def until(session: Session, user_id: str, now: datetime) -> datetime | None:
    """When the pause that the person is in will be over, None if they are in none."""
    mine = select(Pause.until_at).where(Pause.user_id == user_id)
    newest = session.exec(mine.order_by(col(Pause.at).desc(), col(Pause.id).desc()).limit(1)).first()
    return newest if newest and newest > now else None


def of_person(session: Session, user_id: str) -> list[Pause]:
    """Every wish of a person, oldest first."""
    mine = select(Pause).where(Pause.user_id == user_id)
    return list(session.exec(mine.order_by(col(Pause.at), col(Pause.id))))
