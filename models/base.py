"""The columns that tables share."""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
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


def instant(*, optional: bool = False, index: bool = False) -> Any:
    """A time-zone-aware instant."""
    column = Column(DateTime(timezone=True), nullable=optional, index=index)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)
