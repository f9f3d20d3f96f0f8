"""The lines in which messages wait for a sender, shared by all workers: one row for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from domain.line import Line
from models.base import Instant, instant


class Sender(SQLModel, table=True):
    """One sender of a channel, `twilio/sms/+14155550100`, or all of a provider's, `twilio`; `rate` is for people."""

    __tablename__ = "senders"

    key: str = Field(primary_key=True, max_length=400)
    rate: str = Field(default="", max_length=20)
    next_slot_real_at: datetime | None = instant(optional=True)
    next_urgent_slot_real_at: datetime | None = instant(optional=True)
    not_before_real_at: datetime | None = instant(optional=True)
    failures: int = Field(default=0)
    down_real_since: datetime | None = instant(optional=True)
    reason: str | None = Field(default=None, max_length=60)

    @property
    def line(self) -> Line:
        """As the rules take it."""
        slots = (self.next_slot_real_at, self.next_urgent_slot_real_at, self.not_before_real_at)
        return Line(*slots, self.failures, self.down_real_since, self.reason)


EVERY = select(Sender).order_by(col(Sender.key))
HOLD = select(Sender).where(col(Sender.key) == bindparam("sender")).with_for_update()
STORE = (
    update(Sender)
    .where(col(Sender.key) == bindparam("sender"))
    .values(
        next_slot_real_at=bindparam("slot", type_=Instant),
        next_urgent_slot_real_at=bindparam("urgent", type_=Instant),
        not_before_real_at=bindparam("not_before", type_=Instant),
        failures=bindparam("failed"),
        down_real_since=bindparam("since", type_=Instant),
        reason=bindparam("because"),
    )
)


def register(session: Session, rates: Mapping[str, str]) -> None:
    """Make the rows of these senders, with their rates as the settings have them now; no others are left.

    At another rate the line begins anew: its slots were given at the old one. A row that somebody else still needs,
    such as a worker with the settings of before, comes back when they `hold` it.
    """
    session.execute(delete(Sender).where(col(Sender.key).not_in(rates)))
    if not rates:
        return
    made = insert(Sender).values([{"key": key, "rate": rate, "failures": 0} for key, rate in sorted(rates.items())])
    same = col(Sender.rate) == made.excluded.rate
    anew = {name: case((same, getattr(Sender, name))) for name in ("next_slot_real_at", "next_urgent_slot_real_at")}
    session.execute(made.on_conflict_do_update(index_elements=["key"], set_={"rate": made.excluded.rate, **anew}))


def every(session: Session) -> Sequence[Sender]:
    """All of them, by key."""
    return session.exec(EVERY).all()


def hold(session: Session, key: str) -> Line:
    """A sender's line, which is this transaction's until it ends."""
    row = session.exec(HOLD, params={"sender": key}).one_or_none()
    if row is None:
        session.execute(insert(Sender).values(key=key, rate="", failures=0).on_conflict_do_nothing())
        row = session.exec(HOLD, params={"sender": key}).one()
    return row.line


def store(session: Session, key: str, line: Line) -> None:
    """Keep what has become of a line."""
    values = {
        "sender": key,
        "slot": line.next_slot,
        "urgent": line.next_urgent_slot,
        "not_before": line.not_before,
        "failed": line.failures,
        "since": line.since,
        "because": line.reason,
    }
    session.connection().execute(STORE, values)
