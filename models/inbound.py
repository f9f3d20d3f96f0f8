"""What people wrote to us, sealed: who may read it has a key, and PostgreSQL has none."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func
from sqlmodel import Column, Field, Session, SQLModel, col, select

from domain.addresses import forms
from models.base import instant
from models.messages import Message
from models.people import Address, Person


class InboundMessage(SQLModel, table=True):
    """One message to us. Its sender is a fingerprint, and the person if one is known at that address."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("channel", "provider_id"),
        Index("ix_inbound_messages_person", "user_id", "received_at"),
        Index("ix_inbound_messages_sender", "fingerprint", "received_at"),
    )

    id: str = Field(primary_key=True, max_length=32)
    channel: str = Field(max_length=20)
    provider_id: str = Field(max_length=200)
    fingerprint: str = Field(max_length=64)
    user_id: str | None = Field(
        default=None, sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=True)
    )
    sealed: str | None = Field(default=None, sa_column=Column(Text, nullable=True))  # text and subject
    attachments: int = Field(default=0)
    deed: str = Field(max_length=20)  # what was done with it
    received_at: datetime = instant()


def take_turn(session: Session, fingerprint: str) -> None:
    """What one sender writes is taken one after another, whichever process it came to."""
    session.connection().execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"inbound {fingerprint}", 0))))


def find(session: Session, channel: str, provider_id: str) -> InboundMessage | None:
    """The message as it was kept, None if it was not."""
    same = (InboundMessage.channel == channel, InboundMessage.provider_id == provider_id)
    return session.exec(select(InboundMessage).where(*same)).first()


def of_person(session: Session, user_id: str) -> list[InboundMessage]:
    """All that a person wrote, oldest first."""
    mine = select(InboundMessage).where(InboundMessage.user_id == user_id)
    return list(session.exec(mine.order_by(col(InboundMessage.received_at))))


def last_heard(session: Session, fingerprints: Collection[str]) -> dict[str, datetime]:
    """When each of these senders last wrote."""
    newest = func.max(col(InboundMessage.received_at))
    mine = select(InboundMessage.fingerprint, newest).where(col(InboundMessage.fingerprint).in_(fingerprints))
    return dict(session.exec(mine.group_by(col(InboundMessage.fingerprint))).all())


def people_at(session: Session, channel: str, address: str, limit: int) -> Sequence[Person]:
    """Who is reached there: first whoever we wrote to last, since that is what is answered, then the newest."""
    written = (
        select(func.max(col(Message.reserved_at)))
        .where(Message.user_id == Person.id, Message.channel == channel, col(Message.address) == col(Address.address))
        .scalar_subquery()
    )
    here = (col(Address.channel) == channel, func.lower(col(Address.address)).in_(forms(channel, address)))
    found = select(Person).join(Address, col(Address.user_id) == col(Person.id)).where(*here)
    newest_first = (written.desc().nulls_last(), col(Person.updated_at).desc(), col(Person.id))
    return session.exec(found.order_by(*newest_first).limit(limit)).all()
