"""What codes were sent where and who asked for them, to count by; which ranges of numbers are stopped; what fired.

No addresses: contact points and internet addresses are fingerprints. Times are real ones.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, col, delete, select, update

from domain.verification.limits import Limit, Scope
from domain.verification.pumping import GRACE, STOPPED_FOR, WINDOW, Traffic
from models.base import instant, row_number
from models.verifications import KEPT

ENOUGH_TO_JUDGE = 1000  # of the newest sends to a range; more would only cost time


class CodeSend(SQLModel, table=True):
    """One send, counted when it was reserved. What does not apply is null: a mail has no country."""

    __tablename__ = "code_sends"
    __table_args__ = (
        UniqueConstraint("verification_id", "number"),
        Index("ix_code_sends_sent", "sent_real_at"),
        *(Index(f"ix_code_sends_{name}", name, "sent_real_at") for name in ("contact", "account")),
        *(
            Index(f"ix_code_sends_{name}", name, "sent_real_at", postgresql_where=f"{name} is not null")
            for name in ("block", "range", "client")
        ),
    )

    id: int | None = row_number()
    verification_id: str = Field(
        sa_column=Column(String(32), ForeignKey("verifications.id", ondelete="CASCADE"), nullable=False)
    )
    number: int
    channel: str = Field(max_length=20)
    cause: str = Field(max_length=20)  # asked, resent, fell_back
    contact: str | None = Field(default=None, max_length=64)
    account: str = Field(max_length=64)
    client: str | None = Field(default=None, max_length=64)
    block: str | None = Field(default=None, max_length=20)
    range: str | None = Field(default=None, max_length=20)
    country: str | None = Field(default=None, max_length=2)
    approved: bool = Field(default=False)
    sent_real_at: datetime = instant()


class StoppedRange(SQLModel, table=True):
    """A range of numbers that looks like being pumped; no codes go there until then."""

    __tablename__ = "stopped_ranges"

    range: str = Field(primary_key=True, max_length=20)
    stopped_real_at: datetime = instant()
    until_real_at: datetime = instant()


class Alarm(SQLModel, table=True):
    """A limit that fired, a lock, or what an operator did about one. Never an address."""

    __tablename__ = "verification_alarms"
    __table_args__ = (Index("ix_verification_alarms_at", "real_at"),)

    id: int | None = row_number()
    kind: str = Field(max_length=40)
    account: str | None = Field(default=None, max_length=64)
    place: str | None = Field(default=None, max_length=20)  # a country, or a range of numbers
    detail: str = Field(default="", max_length=200)
    real_at: datetime = instant()


LOCK = text(
    "select pg_advisory_xact_lock(hashtextextended('code ' || one, 0)) from unnest(cast(:keys as text[])) as one"
)
BEFORE = "(select sent_real_at from code_sends where {where} order by sent_real_at desc offset {most} limit 1)"
# A range is judged by verifications, each once, however often it was sent.
TRAFFIC = text("""
    select count(distinct verification_id), count(distinct verification_id) filter (where approved)
    from (
        select verification_id, approved from code_sends
        where range = :range and sent_real_at > :since and sent_real_at <= :until
            and sent_real_at > coalesce((select until_real_at from stopped_ranges where range = :range), '-infinity')
        order by sent_real_at desc limit :enough
    ) as newest
""")


def serialize(session: Session, keys: Iterable[str]) -> None:
    """Let others who count by one of these wait until this transaction ends; always in the same order."""
    session.connection().execute(LOCK, {"keys": sorted(keys)})


def befores(session: Session, counted: Mapping[Scope, str], limits: Iterable[Limit]) -> dict[Limit, datetime | None]:
    """For each limit when the send was that is as many sends ago as it allows. One statement, by indexes only."""
    applying = [limit for limit in limits if limit.scope is Scope.OVERALL or limit.scope in counted]
    if not applying:
        return {}
    wheres = ["true" if limit.scope is Scope.OVERALL else f"{limit.scope} = :{limit.scope}" for limit in applying]
    parts = [BEFORE.format(where=where, most=one.most - 1) for where, one in zip(wheres, applying, strict=True)]
    named = {str(scope): value for scope, value in counted.items()}
    row = session.connection().execute(text(f"select {', '.join(parts)}"), named).one()
    return dict(zip(applying, row, strict=True))


def recent(session: Session, contact: str, since: datetime) -> tuple[int, datetime | None]:
    """How many sends a contact point had since then, and when the last was."""
    statement = text(
        "select count(*), max(sent_real_at) from code_sends where contact = :contact and sent_real_at > :since"
    )
    count, last = session.connection().execute(statement, {"contact": contact, "since": since}).one()
    return count, last


def add(session: Session, row: CodeSend) -> None:
    """Count a send."""
    session.add(row)


def withdraw(session: Session, verification_id: str, number: int) -> None:
    """A send that was reserved and never made counts no more."""
    mine = (col(CodeSend.verification_id) == verification_id, col(CodeSend.number) == number)
    session.execute(delete(CodeSend).where(*mine))


def of_verification(session: Session, verification_id: str) -> list[CodeSend]:
    """All sends of a verification, in their order."""
    mine = select(CodeSend).where(CodeSend.verification_id == verification_id)
    return list(session.exec(mine.order_by(col(CodeSend.number))))


def mark_approved(session: Session, verification_id: str) -> None:
    """Somebody typed this code: the range is used by people."""
    session.execute(update(CodeSend).where(col(CodeSend.verification_id) == verification_id).values(approved=True))


def traffic(session: Session, number_range: str, now: datetime) -> Traffic:
    """What went to a range of numbers lately, since it was last let in again."""
    values = {"range": number_range, "since": now - WINDOW, "until": now - GRACE, "enough": ENOUGH_TO_JUDGE}
    return Traffic(*session.connection().execute(TRAFFIC, values).one())


def stopped_until(session: Session, number_range: str, now: datetime) -> datetime | None:
    """Until when nothing goes to a range, None if it may."""
    row = session.get(StoppedRange, number_range)
    return row.until_real_at if row and now < row.until_real_at else None


def stop(session: Session, number_range: str, now: datetime) -> datetime:
    """Send nothing to a range for a while; until when."""
    values = {"range": number_range, "stopped_real_at": now, "until_real_at": now + STOPPED_FOR}
    new = insert(StoppedRange).values(**values)
    session.execute(new.on_conflict_do_update(index_elements=["range"], set_=values))
    return now + STOPPED_FOR


def resume(session: Session, number_range: str, now: datetime) -> bool:
    """An operator lets codes go to a range again; what was before counts no more. False if it was not stopped."""
    mine = update(StoppedRange).where(col(StoppedRange.range) == number_range, col(StoppedRange.until_real_at) > now)
    return session.execute(mine.values(until_real_at=now).returning(col(StoppedRange.range))).first() is not None


def alarm(session: Session, kind: str, now: datetime, **about: Any) -> None:
    """Keep that a limit fired."""
    session.add(Alarm(kind=kind, real_at=now, **about))


def forget(session: Session, now: datetime) -> None:
    """Remove alarms that are older than a month; sends go with their verifications."""
    session.execute(delete(Alarm).where(col(Alarm.real_at) < now - KEPT))
