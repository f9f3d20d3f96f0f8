"""What people agreed to, and what they took back: each statement as it was made, never changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, col, select

from models.base import instant, row_number


class Consent(SQLModel, table=True):
    """One statement: about a topic on a channel (`""` for all channels), when, and where it was made."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("user_id", "topic", "channel", "at"),)

    id: int | None = row_number()
    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False))
    topic: str = Field(max_length=64)
    channel: str = Field(default="", max_length=20)
    given: bool
    at: datetime = instant()
    source: str = Field(default="", max_length=200)


def record(session: Session, user_id: str, statements: Iterable[Mapping[str, Any]]) -> None:
    """Keep each statement once."""
    values = [{"user_id": user_id, **statement} for statement in statements]
    if values:
        session.execute(insert(Consent).values(values).on_conflict_do_nothing())


def current(session: Session, user_id: str) -> list[Consent]:
    """The newest statement about each topic and channel."""
    mine = select(Consent).where(Consent.user_id == user_id)
    newest = {(row.topic, row.channel): row for row in session.exec(mine.order_by(col(Consent.at), col(Consent.id)))}
    return [newest[place] for place in sorted(newest)]


def of_person(session: Session, user_id: str) -> list[Consent]:
    """Every statement of a person, oldest first."""
    return list(session.exec(select(Consent).where(Consent.user_id == user_id).order_by(col(Consent.at))))
