"""Telling processes that serve people's pages: PostgreSQL passes it on when, and only if, the transaction commits.

What is told is whom it concerns, never what: whoever is interested reads that. What nobody listens to is lost, which is
no loss.
"""

from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import Engine, text
from sqlmodel import Session

from domain.errors import Unreachable

CHANNEL = "homing_live"
Kind = Literal["inbox", "checklist"]
INBOX: Kind = "inbox"
CHECKLIST: Kind = "checklist"
# A connection whose other end is gone without a word is noticed within about half a minute.
OPTIONS = {"application_name": "homing-live", "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5}
TELL = text("select pg_notify(:channel, :kind || ' ' || one) from unnest(cast(:users as text[])) as one")


def tell(session: Session, kind: Kind, users: Collection[str]) -> None:
    """Whoever shows something of these people is to look again, once this transaction is committed."""
    if users:
        session.connection().execute(TELL, {"channel": CHANNEL, "kind": kind, "users": sorted(users)})


class Ear:
    """A connection of its own, to which PostgreSQL passes on what is told."""

    def __init__(self, engine: Engine) -> None:
        """Raises Unreachable."""
        self._error = engine.dialect.loaded_dbapi.Error
        _, given = engine.dialect.create_connect_args(engine.url)
        try:
            connection: Any = engine.dialect.connect(**{**given, **OPTIONS})
            self._connection = connection
            self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(f"listen {CHANNEL}")
        except self._error as error:
            raise Unreachable("PostgreSQL does not answer") from error

    def fileno(self) -> int:
        """What becomes readable when something is told, or when the connection ends."""
        return int(self._connection.fileno())

    def heard(self) -> list[tuple[str, str]]:
        """What was told since: the kind, and whom it concerns. Raises Unreachable when the connection has ended."""
        try:
            self._connection.poll()
        except self._error as error:
            raise Unreachable("PostgreSQL has gone away") from error
        told = [one.payload.partition(" ") for one in self._connection.notifies]
        self._connection.notifies.clear()
        return [(kind, user) for kind, _, user in told]

    def close(self) -> None:
        """Listen no more."""
        self._connection.close()
