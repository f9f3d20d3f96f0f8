"""Decisions: whether a message was to go out on a channel, by which rule, and what the rule looked at."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, select

from domain.delivery import Decision
from models.base import instant, json_field, row_number


class StoredDecision(SQLModel, table=True):
    """Why a message was, or was not, sent on a channel. A retry that decides the same leaves one row.

    One that is held leaves a row for each hour that it is held until.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint(
            *("enrollment_id", "step", "pass_number", "channel", "rule", "held_until"),
            name="uq_decisions_once",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_decisions_person", "user_id", "decided_at"),
    )

    id: int | None = row_number()
    enrollment_id: str = Field(foreign_key="enrollments.id", max_length=32)
    user_id: str = Field(max_length=128)
    step: str = Field(max_length=64)
    pass_number: int = Field(default=1)
    channel: str = Field(default="", max_length=20)  # "" when no channel was even named
    verdict: str = Field(max_length=20)
    rule: str = Field(max_length=60)
    inputs: dict[str, Any] = json_field()
    held_until: datetime | None = instant(optional=True)
    decided_at: datetime = instant()


RECORD = insert(StoredDecision).on_conflict_do_nothing()


class About(NamedTuple):
    """The message that was decided on: a step of somebody's way through a journey, and which lap of it."""

    enrollment_id: str
    user_id: str
    step: str
    pass_number: int


def record(session: Session, about: About, decided: Iterable[Decision], now: datetime) -> None:
    """Keep each decision once."""
    if rows := [about._asdict() | _columns(one) | {"decided_at": now} for one in decided]:
        session.connection().execute(RECORD, rows)


def _columns(decision: Decision) -> dict[str, Any]:
    return {
        "channel": decision.channel or "",
        "verdict": decision.verdict,
        "rule": decision.rule,
        "inputs": dict(decision.inputs),
        "held_until": decision.until,
    }


def newest(session: Session, user_id: str, most: int) -> list[StoredDecision]:
    """So many decisions about a person, oldest first."""
    mine = select(StoredDecision).where(StoredDecision.user_id == user_id)
    by_age = mine.order_by(col(StoredDecision.decided_at).desc(), col(StoredDecision.id).desc())
    return list(session.exec(by_age.limit(most)))[::-1]


def of_step(session: Session, about: About) -> list[StoredDecision]:
    """All decisions about one message, oldest first."""
    same = [getattr(StoredDecision, name) == value for name, value in about._asdict().items()]
    found = select(StoredDecision).where(*same)
    return list(session.exec(found.order_by(col(StoredDecision.decided_at), col(StoredDecision.id))))


def of_person(session: Session, user_id: str) -> list[StoredDecision]:
    """All decisions about a person, oldest first."""
    mine = select(StoredDecision).where(StoredDecision.user_id == user_id)
    return list(session.exec(mine.order_by(col(StoredDecision.decided_at), col(StoredDecision.id))))
