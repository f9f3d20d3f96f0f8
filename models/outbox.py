"""What is still to be told to workflows: written with what it tells of, deleted when it is told.

Order is kept per person: only the oldest of a person's rows that is not set aside may be claimed, and whoever holds
it tells all of the person's rows in the order of their ids. So whoever adds rows holds the person first, which makes
the ids of one person's rows grow in the order of their commits. Times are real.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel

from models.base import instant, json_field, row_number

Kind = Literal["start", "event", "order", "attributes", "receipt", "erase"]

MAX_ERROR = 500


class Row(SQLModel, table=True):
    """One thing to tell one workflow. The payload of a signal is the signal's JSON, with an id that is taken once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "user_id", "id", postgresql_where="set_aside_real_at is null"),
        Index("ix_outbox_set_aside", "id", postgresql_where="set_aside_real_at is not null"),
    )

    id: int | None = row_number()
    user_id: str = Field(max_length=128)
    enrollment_id: str | None = Field(default=None, max_length=32)
    workflow_id: str = Field(max_length=400)
    kind: str = Field(max_length=20)
    payload: dict[str, Any] = json_field()
    attempts: int = Field(default=0)
    error: str | None = Field(default=None, max_length=MAX_ERROR)
    created_real_at: datetime = instant()
    next_real_at: datetime = instant()
    set_aside_real_at: datetime | None = instant(optional=True)


@dataclass(frozen=True, slots=True)
class Telling:
    """A row to be written."""

    user_id: str
    kind: Kind
    workflow_id: str
    enrollment_id: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


ADD = text("""
    insert into outbox (user_id, enrollment_id, workflow_id, kind, payload, attempts, created_real_at, next_real_at)
    select user_id, enrollment_id, workflow_id, kind, payload, 0, now(), now()
    from rows from (
        jsonb_to_recordset(cast(:rows as jsonb)) as (
            user_id text, enrollment_id text, workflow_id text, kind text, payload jsonb
        )
    ) with ordinality as given (user_id, enrollment_id, workflow_id, kind, payload, place)
    order by place
    returning id
""")


def add(session: Session, tellings: Sequence[Telling]) -> list[int]:
    """Write rows for persons that this transaction holds (`people.hold`); their ids, in the same order."""
    if not tellings:
        return []
    rows = [
        {
            "user_id": one.user_id,
            "enrollment_id": one.enrollment_id,
            "workflow_id": one.workflow_id,
            "kind": one.kind,
            "payload": one.payload,
        }
        for one in tellings
    ]
    return list(session.connection().execute(ADD, {"rows": json.dumps(rows)}).scalars())
