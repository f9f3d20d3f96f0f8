"""People and the addresses at which they can be reached."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    CompoundSelect,
    Index,
    Text,
    UniqueConstraint,
    bindparam,
    cast,
    func,
    literal,
    null,
    text,
    true,
    union_all,
)
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, Session, SQLModel, col, select, update

from domain.addresses import fingerprint, forms
from domain.delivery import ChannelName, Endpoint
from models import suppressions
from models.base import instant, json_field, row_number
from models.push import PushSubscription


class Person(SQLModel, table=True):
    """A user of the customer's product, under the customer's own opaque id."""

    __tablename__ = "people"

    id: str = Field(primary_key=True, max_length=128)
    locale: str = Field(max_length=35)
    zone: str = Field(max_length=64)
    channels: list[str] = json_field(list)  # as the person prefers them; empty if they have not said
    attributes: dict[str, Any] = json_field()
    created_at: datetime = instant()
    updated_at: datetime = instant()
    # Whether the id is one that somebody has signed up with; others are anonymous, and may be merged into one.
    identified: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))


class Address(SQLModel, table=True):
    """Where a person is reached on one channel; ended when a provider said that it never will be again."""

    __tablename__ = "addresses"
    __table_args__ = (
        UniqueConstraint("user_id", "channel"),
        Index("ix_addresses_found", "channel", text("lower(address)")),
    )

    id: int | None = row_number()
    user_id: str = Field(foreign_key="people.id", max_length=128)
    channel: str = Field(max_length=20)
    address: str = Field(max_length=320)
    ended_at: datetime | None = instant(optional=True)
    ended_reason: str | None = Field(default=None, max_length=60)
    verified_at: datetime | None = instant(optional=True)  # when the person has shown that it is theirs


def save_person(session: Session, person: Person, said: Collection[str]) -> Person:
    """Create the person, or change of a known one only the columns in `said`; attributes are merged by name."""
    new = insert(Person).values(**person.model_dump())
    changed: dict[str, Any] = {name: new.excluded[name] for name in (*said, "updated_at")}
    changed["attributes"] = col(Person.attributes).op("||")(new.excluded["attributes"])
    statement = new.on_conflict_do_update(index_elements=["id"], set_=changed).returning(Person)
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def save_addresses(session: Session, user_id: str, addresses: Mapping[str, str]) -> None:
    """Set the address of each channel named. A new address begins afresh; the same one stays ended if it was."""
    for channel, address in addresses.items():
        new = insert(Address).values(user_id=user_id, channel=channel, address=address)
        session.execute(
            new.on_conflict_do_update(
                index_elements=["user_id", "channel"],
                set_={"address": address, "ended_at": None, "ended_reason": None, "verified_at": None},
                where=col(Address.address) != address,
            )
        )


def set_attributes(session: Session, user_id: str, values: Mapping[str, Any], now: datetime) -> None:
    """Change some attributes of a person and keep the others."""
    attributes = col(Person.attributes).op("||")(cast(dict(values), JSONB))
    session.execute(update(Person).where(col(Person.id) == user_id).values(attributes=attributes, updated_at=now))


def find_person(session: Session, user_id: str) -> Person | None:
    """The person, None if unknown."""
    return session.get(Person, user_id)


def get_person(session: Session, user_id: str) -> Person:
    """The person, who is there as long as an enrollment of theirs is locked."""
    return session.get_one(Person, user_id)


def _reached_at() -> CompoundSelect[Any]:
    """One statement. A browser has been subscribed by who was logged in there, which verifies it."""
    user: BindParameter[str] = bindparam("user")
    pushed = col(PushSubscription.user_id)
    known = select(Address.channel, Address.address, Address.ended_reason, Address.verified_at)
    push, nothing = literal(str(ChannelName.PUSH)), cast(null(), Text)
    browsers = core_select(push, pushed, nothing, col(PushSubscription.created_at)).where(pushed == user).limit(1)
    return union_all(known.where(col(Address.user_id) == user), core_select(browsers.subquery()))


REACHED_AT = _reached_at()


def endpoints(session: Session, user_id: str) -> list[Endpoint]:
    """All of a person's addresses, ended and suppressed ones too, and their browsers, which are known by their id."""
    rows = session.connection().execute(REACHED_AT, {"user": user_id}).all()
    fingerprints = {row.channel: fingerprint(row.channel, row.address) for row in rows}
    suppressed = suppressions.reasons(session, fingerprints.values())
    return [
        Endpoint(
            row.channel,
            row.address,
            row.ended_reason,
            tuple(suppressed.get(fingerprints[row.channel], ())),
            verified=row.verified_at is not None,
        )
        for row in rows
    ]


def end_address(session: Session, user_id: str, address: str, channel: str, reason: str, now: datetime) -> None:
    """Never use this address on this channel again."""
    row = session.exec(
        select(Address).where(Address.user_id == user_id, Address.channel == channel, Address.address == address)
    ).first()
    if row and not row.ended_at:
        row.ended_at, row.ended_reason = now, reason
        session.add(row)


def verify_address(session: Session, user_id: str, address: str, now: datetime) -> None:
    """The person has shown that this address is theirs, on each channel that leads to it; the first time stays."""
    mine = (col(Address.user_id) == user_id, col(Address.address) == address, col(Address.verified_at).is_(None))
    session.execute(update(Address).where(*mine).values(verified_at=now))


def revive_addresses(session: Session, channel: str, address: str, reason: str) -> None:
    """Use this address again, whoever's it is, if it has ended for this reason."""
    here = (col(Address.channel) == channel, func.lower(col(Address.address)).in_(forms(channel, address)))
    ended = update(Address).where(*here, col(Address.ended_reason) == reason)
    session.execute(ended.values(ended_at=None, ended_reason=None))


def ended_for(session: Session, channel: str, address: str, reason: str) -> bool:
    """Whether this address has ended for this reason, for anybody."""
    here = (col(Address.channel) == channel, func.lower(col(Address.address)).in_(forms(channel, address)))
    found = select(Address.id).where(*here, col(Address.ended_reason) == reason).limit(1)
    return session.exec(found).first() is not None


def attribute_names(session: Session, sample: int) -> set[str]:
    """The names of the attributes that some people have."""
    some = select(Person.attributes).limit(sample).subquery()
    return set(session.exec(select(func.jsonb_object_keys(some.c.attributes)).distinct()))


def everyone(session: Session, limit: int, after: str = "") -> Sequence[Person]:
    """People in the order of their ids, a page at a time."""
    return session.exec(select(Person).where(Person.id > after).order_by(col(Person.id)).limit(limit)).all()
