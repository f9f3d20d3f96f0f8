"""Recovery codes: of each only a hash under a key of the person's own, which is itself kept sealed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlmodel import Column, Field, Session, SQLModel, col, delete, func, select, update

from models.base import instant


class RecoverySet(SQLModel, table=True):
    """The codes that a person was shown last, and the key under which they are hashed."""

    __tablename__ = "recovery_sets"

    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True))
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    created_real_at: datetime = instant()


class RecoveryCode(SQLModel, table=True):
    """One code, good until it is used."""

    __tablename__ = "recovery_codes"

    user_id: str = Field(
        sa_column=Column(String(128), ForeignKey("recovery_sets.user_id", ondelete="CASCADE"), primary_key=True)
    )
    digest: str = Field(primary_key=True, max_length=64)
    used_real_at: datetime | None = instant(optional=True)


def find(session: Session, user_id: str) -> RecoverySet | None:
    """A person's set, None if they were never shown one."""
    return session.get(RecoverySet, user_id)


def replace(session: Session, user_id: str, sealed: str, digests: Iterable[str], now: datetime) -> None:
    """These codes from now on, and none of those before."""
    remove(session, user_id)
    session.add(RecoverySet(user_id=user_id, sealed=sealed, created_real_at=now))
    session.flush()
    session.add_all(RecoveryCode(user_id=user_id, digest=digest) for digest in digests)


def use(session: Session, user_id: str, digest: str, now: datetime) -> bool:
    """Use a code up. False if there is no such code, or it is used: of any number at once one succeeds."""
    mine = (col(RecoveryCode.user_id) == user_id, col(RecoveryCode.digest) == digest)
    unused = update(RecoveryCode).where(*mine, col(RecoveryCode.used_real_at).is_(None))
    used = unused.values(used_real_at=now).returning(col(RecoveryCode.digest))
    return session.execute(used).first() is not None


def left(session: Session, user_id: str) -> int:
    """How many are still good."""
    unused = (RecoveryCode.user_id == user_id, col(RecoveryCode.used_real_at).is_(None))
    return session.exec(select(func.count()).select_from(RecoveryCode).where(*unused)).one()


def remove(session: Session, user_id: str) -> None:
    """Forget them all."""
    session.execute(delete(RecoverySet).where(col(RecoverySet.user_id) == user_id))
