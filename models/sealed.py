"""Every column that holds something sealed, so that all of it can be sealed anew when keys change."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column, and the key of its rows. Whoever adds such a column adds it to the list below."""

    table: str
    key: str
    column: str


COLUMNS = (
    Sealed("authenticator_devices", "id", "sealed"),
    Sealed("recovery_sets", "user_id", "sealed"),
    Sealed("inbound_messages", "id", "sealed"),
    Sealed("push_subscriptions", "id", "auth"),
    Sealed("verifications", "id", "secret"),  # empty when it is over
)


def page(session: Session, place: Sealed, after: str, limit: int) -> list[tuple[str, str]]:
    """Rows by key, as they are sealed now."""
    statement = text(f"""
        select {place.key}, {place.column} from {place.table}
        where {place.key} > :after and coalesce({place.column}, '') <> '' order by {place.key} limit :limit
    """)  # noqa: S608  names of our own
    rows = session.connection().execute(statement, {"after": after, "limit": limit})
    return [(str(key), str(sealed)) for key, sealed in rows]


def replace(session: Session, place: Sealed, key: str, old: str, new: str) -> None:
    """Sealed anew, unless somebody has changed the row meanwhile: then they have sealed it themselves."""
    statement = text(f"""
        update {place.table} set {place.column} = :new where {place.key} = :key and {place.column} = :old
    """)  # noqa: S608
    session.connection().execute(statement, {"key": key, "old": old, "new": new})
