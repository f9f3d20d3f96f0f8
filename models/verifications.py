"""One-time codes: what was asked for, what is kept of the code, and what became of it.

No code is kept: only its keyed hash to judge it by, and the sealed secret to send the same one again, until the
verification is over. Whatever counts is decided by one statement on the row, so that parallel guesses are judged one
after another, and a right code is accepted once. Times are real ones.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from domain.verification.life import MOST_CHECKS, MOST_SENDS, State
from models.base import instant, json_field

KEPT = timedelta(days=30)


class Verification(SQLModel, table=True):
    """One code, or one for the phone and another for the mailbox, on its way to somebody.

    A `decoy` stands for somebody who does not exist or cannot be reached: it looks the same, and sends nothing.
    """

    __tablename__ = "verifications"
    __table_args__ = (
        Index("ix_verifications_pending", "account", "purpose", postgresql_where="state = 'pending'"),
        Index("ix_verifications_person", "user_id"),
        Index("ix_verifications_created", "created_real_at"),
    )

    id: str = Field(primary_key=True, max_length=32)
    user_id: str | None = Field(default=None, max_length=128)  # also of nobody: no foreign key
    account: str = Field(max_length=64)  # the fingerprint of the user, or of the contact point if there is none
    purpose: str = Field(max_length=64)
    locale: str = Field(max_length=35)
    channels: list[str] = json_field(list)  # in the order of trying
    addresses: dict[str, str] = json_field()  # by channel
    decoy: bool
    link: bool  # whether messages carry a link as well
    state: str = Field(max_length=20)
    secret: str  # sealed; "" when it is over
    hashes: dict[str, str] = json_field()  # of the code of each contact point that one was sent to
    counters: dict[str, int] = json_field()  # by contact point
    checks: int = Field(default=0)
    sends: int = Field(default=0)
    proven: str | None = Field(default=None, max_length=20)  # the contact point whose code was right
    created_real_at: datetime = instant()
    expires_real_at: datetime = instant()
    ended_real_at: datetime | None = instant(optional=True)
    reported_real_at: datetime | None = instant(optional=True)  # when the event of it was taken in


def find(session: Session, verification_id: str) -> Verification | None:
    """As it is now, None if there is none."""
    one = select(Verification).where(Verification.id == verification_id)
    return session.exec(one.execution_options(populate_existing=True)).one_or_none()


def newest(session: Session, user_id: str, purpose: str) -> Verification | None:
    """The last one of a user for a purpose, None if there is none."""
    mine = select(Verification).where(Verification.user_id == user_id, Verification.purpose == purpose)
    return session.exec(mine.order_by(col(Verification.created_real_at).desc()).limit(1)).first()


def hold(session: Session, verification_id: str) -> Verification | None:
    """As it is now; until the transaction ends nobody else changes it."""
    one = select(Verification).where(Verification.id == verification_id).with_for_update(key_share=True)
    return session.exec(one.execution_options(populate_existing=True)).one_or_none()


def judge(session: Session, verification_id: str, now: datetime) -> Verification | None:
    """Use up one of its checks; None if there is none left, or it is over. The row is held from here on."""
    mine = update(Verification).where(*_open(verification_id, now), col(Verification.checks) < MOST_CHECKS)
    return _changed(session, mine.values(checks=col(Verification.checks) + 1))


def approve(session: Session, verification_id: str, proven: str, now: datetime) -> Verification | None:
    """It was right; None if it is over already, so that only the first of two is told so."""
    mine = update(Verification).where(*_open(verification_id, now))
    return _changed(session, mine.values(**_over(State.APPROVED, now), proven=proven))


def end(session: Session, verification_id: str, state: State, now: datetime) -> Verification | None:
    """Over without a right code; None if it is over already."""
    mine = update(Verification).where(col(Verification.id) == verification_id, col(Verification.state) == State.PENDING)
    return _changed(session, mine.values(**_over(state, now)))


def expire(session: Session, verification_id: str, now: datetime) -> None:
    """Its time is over, if it is."""
    late = col(Verification.expires_real_at) <= now
    mine = update(Verification).where(
        col(Verification.id) == verification_id, col(Verification.state) == State.PENDING, late
    )
    session.execute(mine.values(**_over(State.EXPIRED, now)))


def supersede(session: Session, account: str, purpose: str, now: datetime) -> None:
    """A newer one for the same purpose takes the place of those that are pending: one account, one good code."""
    mine = update(Verification).where(
        col(Verification.account) == account,
        col(Verification.purpose) == purpose,
        col(Verification.state) == State.PENDING,
    )
    session.execute(mine.values(**_over(State.CANCELED, now)))


def add_send(
    session: Session, verification_id: str, hashes: Mapping[str, str], counters: Mapping[str, int], now: datetime
) -> Verification | None:
    """One more send, with what is known of its code; None if it is over, or was sent as often as it may be."""
    mine = update(Verification).where(*_open(verification_id, now), col(Verification.sends) < MOST_SENDS)
    values = {"hashes": dict(hashes), "counters": dict(counters), "sends": col(Verification.sends) + 1}
    return _changed(session, mine.values(**values))


def reported(session: Session, verification_id: str, now: datetime) -> None:
    """The event of it was taken in."""
    session.execute(update(Verification).where(col(Verification.id) == verification_id).values(reported_real_at=now))


def remove(session: Session, verification_id: str) -> None:
    """As if it had never been begun."""
    session.execute(delete(Verification).where(col(Verification.id) == verification_id))


def forget(session: Session, now: datetime) -> None:
    """Remove what is older than a month, with its sends and messages."""
    session.execute(delete(Verification).where(col(Verification.created_real_at) < now - KEPT))


def _open(verification_id: str, now: datetime) -> tuple[Any, ...]:
    return (
        col(Verification.id) == verification_id,
        col(Verification.state) == State.PENDING,
        col(Verification.expires_real_at) > now,
    )


def _over(state: State, now: datetime) -> dict[str, Any]:
    return {"state": state, "secret": "", "ended_real_at": now}


def _changed(session: Session, statement: Any) -> Verification | None:
    changed = statement.returning(Verification)
    return session.scalars(changed, execution_options={"populate_existing": True}).one_or_none()
