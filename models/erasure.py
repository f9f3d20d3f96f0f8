"""People who were erased: everything of theirs goes, and a keyed hash of each id stays, so that they stay gone."""

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Field, Session, SQLModel

from models.base import instant

# Every table with a `user_id`, in an order in which rows can be deleted. Whoever adds such a table adds it here.
TABLES = (
    "inbox",
    *("inbound_messages", "messages", "decisions", "events", "addresses", "consents", "enrollments", "aliases"),
    *("pauses", "push_subscriptions"),
    *("authenticator_devices", "verifications", "audit_entries"),
)
# The same, of which nothing is handed out: they say nothing of the person, and help whoever tries to be them.
UNTOLD = ("recovery_sets", "code_failures")
SECRETS = "array['sealed', 'secret', 'hashes', 'auth']"  # columns that say nothing of the person either


class Erasure(SQLModel, table=True):
    """Somebody was erased. Without the key nobody can tell who."""

    __tablename__ = "erasures"

    digest: str = Field(primary_key=True, max_length=64)
    erased_at: datetime = instant()


FOUND = text("select digest from erasures where digest = any(cast(:digests as text[]))")
KEEP = text("""
    insert into erasures (digest, erased_at) select unnest(cast(:digests as text[])), :now on conflict do nothing
""")
# They go with their messages.
RECEIPTS = text("""
    select to_jsonb(one) from receipts as one join messages on messages.id = one.message_id
    where messages.user_id = :user order by one.id
""")
LINKS = text("""
    select to_jsonb(one) from links as one join messages on messages.id = one.message_id
    where messages.user_id = :user order by one.message_id, one.position
""")
# A row that a relay has at hand is left to it: its workflow is ended by the row that follows.
FORGET_TELLINGS = text("""
    delete from outbox where id in (
        select id from outbox where user_id = any(cast(:ids as text[])) for update skip locked
    )
""")


def digest(key: str, user_id: str) -> str:
    """What stays of an id."""
    return hmac.digest(key.encode(), user_id.encode(), "sha256").hex()


def erased(session: Session, key: str, ids: Collection[str]) -> set[str]:
    """Which of these ids belonged to somebody who was erased."""
    digests = {digest(key, one): one for one in ids}
    return {digests[one] for one in session.connection().execute(FOUND, {"digests": list(digests)}).scalars()}


def anybody(session: Session) -> bool:
    """Whether anybody ever was."""
    return bool(session.connection().scalar(text("select exists (select from erasures)")))


def previous_ids(session: Session, user_id: str) -> list[str]:
    """The ids that were merged into this one."""
    statement = text("select previous_id from aliases where user_id = :user order by previous_id")
    return list(session.connection().execute(statement, {"user": user_id}).scalars())


def workflows(session: Session, user_id: str) -> list[str]:
    """All workflows that ever took this person anywhere, held: a worker that is at one of them waits, or is waited for.

    Otherwise it could write a decision or a message between their removal and that of the enrollment.
    """
    statement = text("select workflow_id from enrollments where user_id = :user order by started_at for update")
    return list(session.connection().execute(statement, {"user": user_id}).scalars())


def remove(session: Session, key: str, user_id: str, previous: Collection[str], now: datetime) -> None:
    """Everything of a person who is held goes, in this transaction."""
    connection = session.connection()
    ids = [user_id, *previous]
    connection.execute(FORGET_TELLINGS, {"ids": ids})
    for table in (*TABLES, *UNTOLD):
        connection.execute(text(f"delete from {table} where user_id = :user"), {"user": user_id})  # noqa: S608
    connection.execute(text("delete from people where id = :user"), {"user": user_id})
    connection.execute(KEEP, {"digests": [digest(key, one) for one in ids], "now": now})


def everything(session: Session, user_id: str) -> dict[str, list[dict[str, Any]]]:
    """All rows about a person, by table, as JSON. What is sealed stays so."""
    connection = session.connection()
    found = {}
    for table in ("people", *TABLES):
        by = "id" if table == "people" else "user_id"
        statement = text(f"select to_jsonb(one) - {SECRETS} from {table} as one where {by} = :user order by 1")  # noqa: S608
        found[table] = list(connection.execute(statement, {"user": user_id}).scalars())
    for table, statement in (("receipts", RECEIPTS), ("links", LINKS)):
        found[table] = list(connection.execute(statement, {"user": user_id}).scalars())
    return found
