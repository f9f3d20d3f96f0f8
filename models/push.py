"""The browsers in which people want notifications: a subscription of each, as the browser has made it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Text, delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, select, update

from domain.push import endpoint_id
from models.base import instant

MOST = 10  # browsers of one person; the one that has not been heard of for longest goes


class PushSubscription(SQLModel, table=True):
    """One browser. Its id is made of its endpoint, so that a browser has one row, whoever uses it."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index("ix_push_subscriptions_person", "user_id"),)

    id: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False))
    endpoint: str = Field(sa_column=Column(Text, nullable=False))
    p256dh: str = Field(max_length=88)
    auth: str = Field(sa_column=Column(Text, nullable=False))  # sealed
    server_key: str = Field(max_length=88)  # our public key that it was made for; no other may push to it
    browser: str = Field(max_length=20)
    created_at: datetime = instant()
    registered_at: datetime = instant()  # when the browser has last told us of it
    used_at: datetime | None = instant(optional=True)  # when a push was last accepted for it
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # since then


def register(session: Session, row: PushSubscription) -> None:
    """Keep a browser's subscription, which from now on is of who uses it now."""
    new = insert(PushSubscription).values(**row.model_dump())
    kept = {"id", "created_at", "used_at"}
    changed = {name: new.excluded[name] for name in row.model_dump().keys() - kept}
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))
    mine = select(PushSubscription.id).where(PushSubscription.user_id == row.user_id)
    newest = mine.order_by(col(PushSubscription.registered_at).desc(), (col(PushSubscription.id) == row.id).desc())
    session.execute(delete(PushSubscription).where(col(PushSubscription.id).in_(newest.offset(MOST))))


def of_person(session: Session, user_id: str) -> Sequence[PushSubscription]:
    """All of a person's, the oldest first."""
    mine = select(PushSubscription).where(PushSubscription.user_id == user_id)
    return session.exec(mine.order_by(col(PushSubscription.created_at), col(PushSubscription.id))).all()


def forget(session: Session, user_id: str, endpoint: str) -> bool:
    """This browser is not to get anything any more; whether it was this person's."""
    mine = (col(PushSubscription.id) == endpoint_id(endpoint), col(PushSubscription.user_id) == user_id)
    return bool(session.execute(delete(PushSubscription).where(*mine).returning(col(PushSubscription.id))).all())


def settle(
    session: Session, used: Collection[str], failed: Collection[str], gone: Collection[str], now: datetime
) -> None:
    """What came of pushing to some."""
    ids = col(PushSubscription.id)
    if gone:
        session.execute(delete(PushSubscription).where(ids.in_(gone)))
    if used:
        session.execute(update(PushSubscription).where(ids.in_(used)).values(used_at=now, failures=0))
    if failed:
        more = col(PushSubscription.failures) + 1
        session.execute(update(PushSubscription).where(ids.in_(failed)).values(failures=more))
