"""Alembic's entry: runs on the connection that `Database.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString, SQLModel

from models import enrollments, events, journeys, messages, people  # noqa: F401  they fill the metadata


def _plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as SQLAlchemy's, so that migrations need nothing else."""
    return f"sa.String(length={item.length})" if kind == "type" and isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
