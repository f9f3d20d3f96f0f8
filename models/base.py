"""The columns that tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Named constraints, so that migrations and `on conflict` can speak of them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def row_number() -> Any:
    """A primary key that PostgreSQL counts up, wide enough for years of traffic."""
    return Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))


def json_field(default: type = dict) -> Any:
    """A JSONB column that is never null."""
    return Field(default_factory=default, sa_column=Column(JSONB, nullable=False))


def optional_json() -> Any:
    """A JSONB column that may be null."""
    return Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))


class Instant(TypeDecorator[datetime]):
    """A moment in time. PostgreSQL would take a naive one for UTC without asking; here it is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way in."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way out: always in UTC, whatever the session's zone is."""
        return value and value.astimezone(UTC)


def instant(*, optional: bool = False) -> Any:
    """A time-zone-aware instant."""
    column = Column(Instant, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def storable(text: str, length: int) -> str:
    """One line of somebody else's words, as far as PostgreSQL can keep and a terminal can show them."""
    return "".join(character if character.isprintable() else "?" for character in text[:length])
