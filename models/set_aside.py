"""The outbox as operators see it: how much waits, and what was set aside and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select, update

from domain.errors import NotFound
from models.outbox import Row

FIGURES = text("""
    select count(*) filter (where set_aside_real_at is null),
           extract(epoch from now() - min(created_real_at) filter (where set_aside_real_at is null)),
           count(*) filter (where set_aside_real_at is not null)
    from outbox
""")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows wait, since how many seconds the oldest does, and how many were set aside."""

    waiting: int
    oldest_s: float
    set_aside: int


def figures(session: Session) -> Figures:
    """As it is now. What is told is gone from the table, so this looks at little."""
    waiting, oldest, aside = session.connection().execute(FIGURES).one()
    return Figures(waiting, float(oldest or 0), aside)


def page(session: Session, limit: int, after: int) -> list[Row]:
    """Rows that were set aside, oldest first, after the row of this id."""
    aside = select(Row).where(col(Row.set_aside_real_at).is_not(None), col(Row.id) > after)
    return list(session.exec(aside.order_by(col(Row.id)).limit(limit)))


def retry(session: Session, row_id: int, now: datetime) -> str:
    """Let a row be told again, as if for the first time; whose it is. Raises NotFound if it was not set aside."""
    aside = update(Row).where(col(Row.id) == row_id, col(Row.set_aside_real_at).is_not(None))
    again = aside.values(set_aside_real_at=None, attempts=0, error=None, next_real_at=now).returning(col(Row.user_id))
    user_id: str | None = session.scalar(again)
    if user_id is None:
        raise NotFound(f"no row {row_id} is set aside")
    return user_id
