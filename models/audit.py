"""Who did what to somebody's account, and why. Rows are added and never changed."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from domain.errors import BadInput
from models.base import instant, row_number

MAX_REASON = 200


class AuditEntry(SQLModel, table=True):
    """One deed. The actor is an API key by its id, or an operator at the command line."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_user", "user_id", "real_at"),)

    id: int | None = row_number()
    real_at: datetime = instant()
    actor: str = Field(max_length=64)
    action: str = Field(max_length=64)
    user_id: str = Field(max_length=128)
    reason: str = Field(default="", max_length=MAX_REASON)


def check_reason(reason: str) -> str:
    """Why an operator does something. Raises BadInput if that is not said in one line."""
    if not reason.strip() or len(reason) > MAX_REASON or not reason.isprintable():
        raise BadInput(f"reason: say why, in one line of at most {MAX_REASON} characters and without personal data")
    return reason.strip()


def note(session: Session, actor: str, action: str, user_id: str, now: datetime, reason: str = "") -> None:
    """Keep what is done, in the transaction that does it."""
    session.add(AuditEntry(real_at=now, actor=actor, action=action, user_id=user_id, reason=reason))


def about(session: Session, user_id: str) -> list[AuditEntry]:
    """What was done to an account, oldest first."""
    mine = select(AuditEntry).where(AuditEntry.user_id == user_id)
    return list(session.exec(mine.order_by(col(AuditEntry.id))))
