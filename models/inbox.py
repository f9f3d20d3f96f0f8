"""The inbox that people see in the customer's pages: what was sent in the app, and what they did with it.

Rows of one person are numbered in the order in which they are committed, so whoever has seen one number has seen all
before it. Times are real ones: people look at them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, func, text
from sqlmodel import Column, Field, Session, SQLModel, col, select, update

from models import live
from models.base import instant

Deed = Literal["delivered", "opened", "clicked", "dismissed"]
IMPLIED: dict[str, tuple[Deed, ...]] = {
    "delivered": ("delivered",),
    "opened": ("delivered", "opened"),
    "clicked": ("delivered", "opened", "clicked"),
    "dismissed": ("dismissed",),
}


class Item(SQLModel, table=True):
    """One message in a person's inbox; it goes with its message."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_person", "user_id", "number"),
        Index("ix_inbox_unread", "user_id", postgresql_where="opened_real_at is null and dismissed_real_at is null"),
    )

    message_id: str = Field(
        sa_column=Column(String(32), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    )
    number: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), unique=True, nullable=False)
    )
    user_id: str = Field(sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False))
    title: str
    text: str
    link: str | None = None
    put_real_at: datetime = instant()
    delivered_real_at: datetime | None = instant(optional=True)
    opened_real_at: datetime | None = instant(optional=True)
    clicked_real_at: datetime | None = instant(optional=True)
    dismissed_real_at: datetime | None = instant(optional=True)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be shown."""

    message_id: str
    title: str
    text: str
    link: str | None


# The message knows whose it is now: the person may have been merged into another since it was written.
WHOSE = text("""
    select people.id from messages join people on people.id = messages.user_id where messages.id = :message_id
    for key share of people
""")
MOST_TRIES = 2  # somebody who is merged in this moment is another one in the next
HOLD = text("select pg_advisory_xact_lock(hashtextextended('inbox:' || :user, 0))")
PUT = text("""
    insert into inbox (message_id, user_id, title, text, link, put_real_at)
    select id, user_id, :title, :text, :link, :now from messages where id = :message_id
    on conflict (message_id) do nothing
    returning user_id
""")


def put(session: Session, note: Note, now: datetime) -> bool:
    """Store it once, and tell whoever looks at that inbox; False if its message is gone, with its person."""
    about = {"message_id": note.message_id}
    values = {**about, "title": note.title, "text": note.text, "link": note.link, "now": now}
    connection = session.connection()
    owners = (connection.scalar(WHOSE, about) for _ in range(MOST_TRIES))
    owner = next(filter(None, owners), None)
    if owner is None:
        return False
    connection.execute(HOLD, {"user": owner})
    for user in connection.execute(PUT, values).scalars():
        live.tell(session, live.INBOX, [user])
    return True


def has(session: Session, message_id: str) -> bool:
    """Whether it is in somebody's inbox."""
    return session.get(Item, message_id) is not None


def page(session: Session, user_id: str, limit: int, before: int | None = None) -> list[Item]:
    """Newest first, without what was dismissed."""
    mine = select(Item).where(Item.user_id == user_id, col(Item.dismissed_real_at).is_(None))
    older = mine.where(col(Item.number) < before) if before is not None else mine
    return list(session.exec(older.order_by(col(Item.number).desc()).limit(limit)))


def after(session: Session, user_id: str, number: int, limit: int) -> list[Item]:
    """What came after that number, oldest first."""
    mine = select(Item).where(Item.user_id == user_id, col(Item.number) > number)
    return list(session.exec(mine.order_by(col(Item.number)).limit(limit)))


def newest(session: Session, user_id: str) -> int:
    """The highest number of a person's, 0 if there is none."""
    return session.exec(select(func.max(col(Item.number))).where(Item.user_id == user_id)).one() or 0


def unread(session: Session, user_id: str) -> int:
    """How many are neither opened nor dismissed."""
    return session.exec(select(func.count()).where(*_unread(user_id))).one()


def unread_ids(session: Session, user_id: str, limit: int) -> list[str]:
    """Those, the oldest first."""
    found = select(Item.message_id).where(*_unread(user_id)).order_by(col(Item.number)).limit(limit)
    return list(session.exec(found))


def mine(session: Session, user_id: str, message_id: str) -> bool:
    """Whether this is in the person's inbox."""
    item = session.get(Item, message_id)
    return item is not None and item.user_id == user_id


def mark(session: Session, user_id: str, ids: Collection[str], deed: Deed, now: datetime) -> list[str]:
    """Note what the person did with these, the first time of each; which were not so before."""
    session.connection().execute(HOLD, {"user": user_id})
    values: dict[str, Any] = {
        f"{one}_real_at": func.coalesce(getattr(Item, f"{one}_real_at"), now) for one in IMPLIED[deed]
    }
    fresh = (
        col(Item.user_id) == user_id,
        col(Item.message_id).in_(ids),
        col(getattr(Item, f"{deed}_real_at")).is_(None),
    )
    found = list(session.execute(update(Item).where(*fresh).values(**values).returning(col(Item.message_id))).scalars())
    if found and deed != "delivered":
        live.tell(session, live.INBOX, [user_id])
    return found


def _unread(user_id: str) -> list[Any]:
    return [Item.user_id == user_id, col(Item.opened_real_at).is_(None), col(Item.dismissed_real_at).is_(None)]
