"""Alembic's entry: runs on the connection that `Database.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString, SQLModel

from models import (  # noqa: F401  they fill the metadata
    aliases,
    audit,
    authenticators,
    consents,
    decisions,
    enrollments,
    erasure,
    events,
    failures,
    inbound,
    inbox,
    journeys,
    keys,
    links,
    messages,
    outbox,
    pauses,
    people,
    push,
    receipts,
    recovery,
    requests,
    senders,
    sends,
    suppressions,
    verifications,
)
from models.base import Instant


def _plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our types and SQLModel's as SQLAlchemy's, so that migrations need nothing else."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
