"""What people agreed to, and what they took back: each statement as it was made, never changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, col, select

from domain.contact.consent import OptIn, Statement, standing
from models.base import instant, row_number


class Consent(SQLModel, table=True):
    """One statement: about a topic (`*` for all) on a channel (`""` for all channels), when, how and to whom.

    `kind` is how it was given, `by` who wrote it down: the person on a page of ours, or one of your services.
    """

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("user_id", "topic", "channel", "at", "given"),)

    id: int | None = row_number()
    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False))
    topic: str = Field(max_length=64)
    channel: str = Field(default="", max_length=20)
    given: bool
    at: datetime = instant()
    source: str = Field(default="", max_length=200)
    kind: str = Field(default=OptIn.EXPRESS, sa_column=Column(String(20), nullable=False, server_default="express"))
    by: str = Field(default="", sa_column=Column(String(64), nullable=False, server_default=""))


def record(session: Session, user_id: str, statements: Iterable[Mapping[str, Any]]) -> None:
    """Keep each statement once."""
    values = [{"user_id": user_id, **statement} for statement in statements]
    if values:
        session.execute(insert(Consent).values(values).on_conflict_do_nothing())


def current(session: Session, user_id: str) -> list[Consent]:
    """The newest statement about each topic and channel."""
    newest = {(row.topic, row.channel): row for row in of_person(session, user_id)}
    return [newest[place] for place in sorted(newest)]


def statements(session: Session, user_id: str) -> list[Statement]:
    """What the contact policy looks at."""
    said = of_person(session, user_id)
    return standing(Statement(row.topic, row.channel, row.given, row.at, OptIn(row.kind)) for row in said)


def of_person(session: Session, user_id: str) -> list[Consent]:
    """Every statement of a person, oldest first; of two at the same instant, what was taken back is the newer."""
    mine = select(Consent).where(Consent.user_id == user_id)
    return list(session.exec(mine.order_by(col(Consent.at), col(Consent.given).desc(), col(Consent.id))))
