"""Addresses that must not be written to on a channel, whoever's they are. Kept as fingerprints: they outlive people.

Each reason is a fact of its own, with the last time it was given and the last time it was taken back, so that it does
not matter in which order both are heard of.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, or_, select

from domain.suppression import Reason
from models.base import instant, row_number


class Suppression(SQLModel, table=True):
    """One reason not to write to one address on one channel; holds until it is ended at a later time."""

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("channel", "fingerprint", "reason"),
        Index("ix_suppressions_fingerprint", "fingerprint"),
    )

    id: int | None = row_number()
    channel: str = Field(max_length=20)
    fingerprint: str = Field(max_length=64)
    reason: str = Field(max_length=40)
    since_at: datetime = instant()
    ended_at: datetime | None = instant(optional=True)


HOLDS = or_(col(Suppression.ended_at).is_(None), col(Suppression.ended_at) < col(Suppression.since_at))


STANDING = select(Suppression.fingerprint, Suppression.reason).where(
    col(Suppression.fingerprint).in_(bindparam("fingerprints", expanding=True)), HOLDS
)


def suppress(session: Session, channel: str, fingerprint: str, reason: Reason, at: datetime) -> None:
    """Nothing goes there any more, unless it was freed later than `at`."""
    new = insert(Suppression).values(channel=channel, fingerprint=fingerprint, reason=reason, since_at=at)
    later = func.greatest(col(Suppression.since_at), new.excluded["since_at"])
    place = ["channel", "fingerprint", "reason"]
    session.execute(new.on_conflict_do_update(index_elements=place, set_={"since_at": later}))


def free(session: Session, channel: str, fingerprint: str, reasons: Collection[Reason], at: datetime) -> None:
    """Take these reasons back, unless they were given later than `at`."""
    for reason in sorted(reasons):
        known = {"channel": channel, "fingerprint": fingerprint, "reason": reason}
        new = insert(Suppression).values(**known, since_at=at, ended_at=at)
        later = func.greatest(col(Suppression.ended_at), new.excluded["ended_at"])
        session.execute(new.on_conflict_do_update(index_elements=list(known), set_={"ended_at": later}))


def reasons(session: Session, fingerprints: Collection[str]) -> dict[str, list[Reason]]:
    """Why nothing goes to these addresses, for those to which nothing does."""
    found: dict[str, list[Reason]] = {}
    for fingerprint, reason in session.connection().execute(STANDING, {"fingerprints": list(fingerprints)}):
        found.setdefault(fingerprint, []).append(Reason(reason))
    return found


def of_addresses(session: Session, fingerprints: Collection[str]) -> list[Suppression]:
    """All that is known of these addresses, also what holds no more."""
    about = select(Suppression).where(col(Suppression.fingerprint).in_(fingerprints))
    return list(session.exec(about.order_by(col(Suppression.since_at), col(Suppression.id))))
