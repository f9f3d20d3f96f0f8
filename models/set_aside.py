"""The outbox as operators see it: how much waits, and what was set aside and why."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.errors import NotFound
from models import crowd
from models.outbox import Row

FIGURES = text("""
    select count(*) filter (where set_aside_real_at is null),
           extract(epoch from now() - min(created_real_at) filter (where set_aside_real_at is null)),
           count(*) filter (where set_aside_real_at is not null)
    from outbox
""")
AGAIN = text("""
    with taken as (delete from outbox where id = :id and set_aside_real_at is not null returning *)
    insert into outbox (user_id, enrollment_id, workflow_id, kind, payload, attempts, created_real_at, next_real_at)
    select user_id, enrollment_id, workflow_id, kind, payload, 0, created_real_at, now() from taken
    returning id
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


def retry(session: Session, row_id: int) -> str:
    """Let a row be told again, as if for the first time, behind the person's others, which have gone on; whose it is.

    It gets a new id: a relay that has a person relies on it that nothing older comes in. Raises NotFound if it was
    not set aside.
    """
    user = session.exec(select(Row.user_id).where(Row.id == row_id)).first()
    crowd.hold(session, [user] if user else [])
    if user is None or session.connection().execute(AGAIN, {"id": row_id}).first() is None:
        raise NotFound(f"no row {row_id} is set aside")
    return user
