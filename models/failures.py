"""Wrong codes in a row, by account and kind of code. Also of accounts that do not exist: an answer must not tell."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models.base import instant


class CodeFailures(SQLModel, table=True):
    """How many, and when the last one was. The right code sets it to none."""

    __tablename__ = "code_failures"

    user_id: str = Field(primary_key=True, max_length=128)  # of nobody's table, see above
    kind: str = Field(primary_key=True, max_length=20)
    failures: int = Field(default=0)
    failed_real_at: datetime = instant()


def look(session: Session, user_id: str, kind: str) -> CodeFailures | None:
    """As it is at this moment."""
    return session.get(CodeFailures, (user_id, kind), populate_existing=True)


def hold(session: Session, user_id: str, kind: str, now: datetime) -> CodeFailures:
    """The same, and nobody else is judged before this transaction ends: guesses at once come one after the other."""
    values = {"user_id": user_id, "kind": kind, "failures": 0, "failed_real_at": now}
    new = insert(CodeFailures).values(**values)
    keys = ["user_id", "kind"]
    held = new.on_conflict_do_update(index_elements=keys, set_={"kind": kind}).returning(CodeFailures)
    return session.scalars(held, execution_options={"populate_existing": True}).one()


def count(session: Session, held: CodeFailures, failures: int, now: datetime) -> None:
    """So many in a row from now on."""
    mine = (col(CodeFailures.user_id) == held.user_id, col(CodeFailures.kind) == held.kind)
    session.execute(update(CodeFailures).where(*mine).values(failures=failures, failed_real_at=now))


def of_person(session: Session, user_id: str) -> list[CodeFailures]:
    """All kinds in which somebody has failed."""
    mine = select(CodeFailures).where(CodeFailures.user_id == user_id, col(CodeFailures.failures) > 0)
    return list(session.exec(mine.order_by(col(CodeFailures.kind))))


def forget(session: Session, user_id: str) -> int:
    """Begin to count anew; how many failures there were."""
    gone = delete(CodeFailures).where(col(CodeFailures.user_id) == user_id).returning(col(CodeFailures.failures))
    return sum(int(failures) for failures in session.execute(gone).scalars())
