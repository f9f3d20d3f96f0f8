"""Short links: where each leads, and how often it was followed. They go with their messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, select

from models import messages  # noqa: F401  the table that the key below refers to
from models.base import instant


def _count() -> int:
    count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    return count


class Link(SQLModel, table=True):
    """One address of one message. What waits to be judged are clicks of which nobody can tell yet whose they are."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint("url ~* '^https?://'", name="ck_links_web"),
        Index("ix_links_message", "message_id"),
        Index("ix_links_waiting", "waiting_real_at", postgresql_where="waiting_real_at is not null"),
    )

    id: str = Field(primary_key=True, max_length=16)
    message_id: str = Field(sa_column=Column(String(32), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False))
    position: int  # of the addresses in its message, from 1
    url: str = Field(sa_column=Column(Text, nullable=False))
    clicks: int = _count()  # of people
    machine_clicks: int = _count()
    first_clicked_at: datetime | None = instant(optional=True)  # by a person
    waiting: int = _count()
    waiting_real_at: datetime | None = instant(optional=True)  # since when; null if none does
    hit_real_at: datetime | None = instant(optional=True)  # the last time, by whomever


@dataclass(frozen=True, slots=True)
class Click:
    """Clicks on one link that are to be judged, and what they are judged by."""

    link_id: str
    message_id: str
    position: int
    url: str
    waiting: int
    real_at: datetime
    channel: str
    sent_at: datetime
    others: bool


RECORD = insert(Link)
# A link that a person has followed before needs no judgement any more: it is only counted.
HIT = text("""
    update links set
        clicks = clicks + case when :machine or first_clicked_at is null then 0 else 1 end,
        machine_clicks = machine_clicks + case when :machine then 1 else 0 end,
        waiting = waiting + case when :machine or first_clicked_at is not null then 0 else 1 end,
        waiting_real_at = case
            when :machine or first_clicked_at is not null then waiting_real_at
            else coalesce(waiting_real_at, :now)
        end,
        hit_real_at = :now
    where id = :id
    returning url
""")
DUE = text("""
    select links.id, links.message_id, links.position, links.url, links.waiting, links.waiting_real_at,
        messages.channel, coalesce(messages.settled_at, messages.reserved_at),
        exists (
            select from links as other where other.message_id = links.message_id and other.id <> links.id
            and other.hit_real_at between links.waiting_real_at - :burst and links.waiting_real_at + :burst
        )
    from links join messages on messages.id = links.message_id
    where links.waiting_real_at is not null and (
        messages.channel <> 'email' or links.waiting_real_at <= :now - :burst or not exists (
            select from links as other where other.message_id = links.message_id and other.id <> links.id
        )
    )
    order by links.waiting_real_at limit :most
""")
# What came meanwhile waits for the next time.
JUDGED = text("""
    update links set
        clicks = clicks + case when :machine then 0 else :waiting end,
        machine_clicks = machine_clicks + case when :machine then :waiting else 0 end,
        first_clicked_at = case when :machine then first_clicked_at else coalesce(first_clicked_at, :at) end,
        waiting = waiting - :waiting,
        waiting_real_at = case when waiting = :waiting then null else waiting_real_at end
    where id = :id and waiting >= :waiting and waiting_real_at = :real_at
""")


def record(session: Session, rows: Sequence[Link]) -> None:
    """Keep the links of a message that is written already."""
    if rows:
        session.connection().execute(RECORD, [row.model_dump() for row in rows])


def target(session: Session, link_id: str) -> str | None:
    """Where a link leads, None if it is none; nothing is counted."""
    return session.exec(select(Link.url).where(Link.id == link_id)).first()


def hit(session: Session, link_id: str, real_now: datetime, *, machine: bool) -> str | None:
    """Somebody follows a link: where it leads, None if it is none."""
    values = {"id": link_id, "now": real_now, "machine": machine}
    url: str | None = session.connection().execute(HIT, values).scalar()
    return url


def due(session: Session, real_now: datetime, burst: timedelta, most: int) -> list[Click]:
    """What can be judged now."""
    rows = session.connection().execute(DUE, {"now": real_now, "burst": burst, "most": most})
    return [Click(*row) for row in rows]


def waits(session: Session) -> bool:
    """Whether anything is to be judged, now or in a moment."""
    return bool(
        session.connection().scalar(text("select exists (select from links where waiting_real_at is not null)"))
    )


def judged(session: Session, one: Click, at: datetime, *, machine: bool) -> None:
    """Count clicks as what they are, once, whoever has judged them beside us."""
    values = {"id": one.link_id, "waiting": one.waiting, "real_at": one.real_at, "at": at, "machine": machine}
    session.connection().execute(JUDGED, values)
