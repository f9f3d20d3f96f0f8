"""Requests that carried an `Idempotency-Key`, with what was answered, for a day."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, col, delete, select, update

from models.base import instant

KEPT = timedelta(hours=24)
HELD = timedelta(seconds=15)  # longer than requests take; after that whoever began it has died


class IdempotentRequest(SQLModel, table=True):
    """One request, by the key that called and the sender's own key. Without a status it is still being answered."""

    __tablename__ = "idempotent_requests"
    __table_args__ = (Index("ix_idempotent_requests_began", "began_real_at"),)

    key_id: str = Field(sa_column=Column(String(12), ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True))
    idempotency_key: str = Field(primary_key=True, max_length=255)
    request_hash: str = Field(max_length=64)
    began_real_at: datetime = instant()
    status: int | None = Field(default=None)
    headers: str = Field(default="")  # JSON, of those that are said again
    body: str = Field(default="")


def claim(
    session: Session, key_id: str, idempotency_key: str, request_hash: str, now: datetime
) -> IdempotentRequest | None:
    """None if the request is ours to answer from now on; otherwise the one that came first.

    One that is older than a day counts no more, and one that was never answered may be answered by somebody else.
    """
    values = {
        "key_id": key_id,
        "idempotency_key": idempotency_key,
        "request_hash": request_hash,
        "began_real_at": now,
        "status": None,
        "headers": "",
        "body": "",
    }
    began, status = col(IdempotentRequest.began_real_at), col(IdempotentRequest.status)
    same = col(IdempotentRequest.request_hash) == request_hash
    free = (began < now - KEPT) | (status.is_(None) & same & (began < now - HELD))
    changed: dict[str, Any] = {name: values[name] for name in values if name not in ("key_id", "idempotency_key")}
    new = insert(IdempotentRequest).values(**values)
    keys = ["key_id", "idempotency_key"]
    ours = new.on_conflict_do_update(index_elements=keys, set_=changed, where=free).returning(began)
    if session.execute(ours).first() is not None:
        return None
    first = session.exec(select(IdempotentRequest).where(*_one(key_id, idempotency_key))).one_or_none()
    return first or claim(session, key_id, idempotency_key, request_hash, now)  # released in this very moment


def answer(
    session: Session, key_id: str, idempotency_key: str, began: datetime, status: int, headers: str, body: str
) -> None:
    """Keep what was answered, unless somebody else has taken the request over meanwhile."""
    mine = update(IdempotentRequest).where(
        *_one(key_id, idempotency_key), col(IdempotentRequest.began_real_at) == began
    )
    session.execute(mine.values(status=status, headers=headers, body=body))


def release(session: Session, key_id: str, idempotency_key: str, began: datetime) -> None:
    """Forget a request that was not answered: sent again, it is a new one."""
    mine = _one(key_id, idempotency_key)
    session.execute(delete(IdempotentRequest).where(*mine, col(IdempotentRequest.began_real_at) == began))


def forget(session: Session, now: datetime) -> None:
    """Remove what is older than a day."""
    session.execute(delete(IdempotentRequest).where(col(IdempotentRequest.began_real_at) < now - KEPT))


def _one(key_id: str, idempotency_key: str) -> tuple[Any, Any]:
    return col(IdempotentRequest.key_id) == key_id, col(IdempotentRequest.idempotency_key) == idempotency_key
