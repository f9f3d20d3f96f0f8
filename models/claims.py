"""Claiming of the outbox by relays, of which several may run.

A claim locks the heads of some people: their oldest rows that are not set aside. Whoever has the head has the person.
A head is found by one step in an index, so neither the rows that wait nor those of one person make a claim slower.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

MOST_ATTEMPTS = 5  # refusals of one row, before it is set aside
FIRST_PAUSE_S = 0.5  # after the first refusal of a row; then twice as long each time
MAX_ERROR = 500


@dataclass(frozen=True, slots=True)
class Head:
    """A person's oldest row."""

    id: int
    user_id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row with the enrollment that it is about; `journey` is None if there is none any more."""

    id: int
    user_id: str
    kind: str
    workflow_id: str
    enrollment_id: str | None
    payload: dict[str, Any]
    journey: str | None
    version: str | None
    key: str | None
    ended: bool


HEADS_FROM = text("""
    with recursive heads as (
        (
            select user_id, id from outbox where set_aside_real_at is null and user_id > :after
            order by user_id, id limit 1
        )
        union all
        select next.user_id, next.id from heads cross join lateral (
            select user_id, id from outbox where set_aside_real_at is null and user_id > heads.user_id
            order by user_id, id limit 1
        ) as next
    )
    select id, user_id from heads limit :most
""")
HEADS_OF = text("""
    select head.id, given.user_id from unnest(cast(:users as text[])) as given (user_id)
    cross join lateral (
        select id from outbox where user_id = given.user_id and set_aside_real_at is null order by id limit 1
    ) as head
""")
# What was a head a moment ago may be told or set aside by now, but nothing older ever comes before it.
CLAIM = text("""
    select id, user_id from outbox
    where id = any(cast(:ids as bigint[])) and set_aside_real_at is null and next_real_at <= now()
    order by user_id limit :most for update skip locked
""")
READ = text("""
    select one.id, one.user_id, one.kind, one.workflow_id, one.enrollment_id, one.payload,
        enrollment.journey, enrollment.version, enrollment.key, enrollment.ended_at is not null
    from unnest(cast(:users as text[])) as given (user_id)
    cross join lateral (
        select * from outbox where user_id = given.user_id and set_aside_real_at is null order by id limit :most
    ) as one
    left join enrollments as enrollment on enrollment.id = one.enrollment_id
    order by one.id
""")
DELETE = text("delete from outbox where id = any(cast(:ids as bigint[]))")
REFUSE = text("""
    update outbox set attempts = attempts + 1, error = :error,
        next_real_at = now() + make_interval(secs => :pause * power(2, attempts)),
        set_aside_real_at = case when attempts + 1 >= :most then now() end
    where id = :id returning set_aside_real_at is not null
""")
PUT_OFF = text("update outbox set next_real_at = now() + make_interval(secs => :pause) where id = :id")


def heads_from(session: Session, after: str, most: int) -> list[Head]:
    """The heads of the people whose ids follow this one, in their order."""
    found = session.connection().execute(HEADS_FROM, {"after": after, "most": most})
    return [Head(*row) for row in found]


def heads_of(session: Session, users: Collection[str]) -> list[Head]:
    """The heads of these people."""
    return [Head(*row) for row in session.connection().execute(HEADS_OF, {"users": list(users)})]


def claim(session: Session, heads: Collection[Head], most: int) -> list[Head]:
    """Lock those that are due and that nobody else has, until the transaction ends."""
    if not heads:
        return []
    values = {"ids": [head.id for head in heads], "most": most}
    return [Head(*row) for row in session.connection().execute(CLAIM, values)]


def read(session: Session, heads: Collection[Head], most: int) -> dict[str, list[Waiting]]:
    """The first rows of each person whose head is locked, in their order."""
    found: dict[str, list[Waiting]] = {head.user_id: [] for head in heads}
    values = {"users": list(found), "most": most}
    for row in session.connection().execute(READ, values) if found else ():
        found[row[1]].append(Waiting(*row))
    return found


def delete(session: Session, ids: Collection[int]) -> None:
    """They are told."""
    if ids:
        session.connection().execute(DELETE, {"ids": list(ids)})


def refuse(session: Session, row_id: int, error: str) -> bool:
    """Try a row again later, or set it aside after too many times; whether it was."""
    values = {"id": row_id, "error": error[:MAX_ERROR], "pause": FIRST_PAUSE_S, "most": MOST_ATTEMPTS}
    return bool(session.connection().scalar(REFUSE, values))


def put_off(session: Session, row_id: int, seconds: float) -> None:
    """Look at a row again later; that counts for nothing."""
    session.connection().execute(PUT_OFF, {"id": row_id, "pause": seconds})
