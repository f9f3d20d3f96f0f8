"""Authenticator apps that people have set up. Their secrets are kept sealed, and each step of time is used up once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlmodel import Column, Field, Session, SQLModel, col, delete, select, update

from domain.authenticators.steps import NEVER
from models.base import instant
from models.people import Person


class AuthenticatorDevice(SQLModel, table=True):
    """One app of one person. Until it is confirmed it opens nothing."""

    __tablename__ = "authenticator_devices"

    id: str = Field(primary_key=True, max_length=16)
    user_id: str = Field(
        sa_column=Column(String(128), ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(max_length=64)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    last_step: int = Field(default=NEVER, sa_column=Column(BigInteger, nullable=False))
    created_real_at: datetime = instant()
    confirmed_real_at: datetime | None = instant(optional=True)
    last_used_real_at: datetime | None = instant(optional=True)


DEVICE = AuthenticatorDevice


def hold(session: Session, user_id: str) -> bool:
    """Keep others from changing what this person has, until the transaction ends. False if nobody has this id."""
    statement = select(Person.id).where(Person.id == user_id).with_for_update(key_share=True)
    return session.exec(statement).first() is not None


def identify(session: Session, user_id: str) -> None:
    """Whoever has an app is nobody's anonymous past: from now on they are not merged into anybody, app and all."""
    unknown = update(Person).where(col(Person.id) == user_id, col(Person.identified).is_(False))
    session.execute(unknown.values(identified=True))


def of_person(session: Session, user_id: str) -> list[AuthenticatorDevice]:
    """A person's devices, oldest first, also those that are not confirmed."""
    mine = select(DEVICE).where(DEVICE.user_id == user_id)
    return list(session.exec(mine.order_by(col(DEVICE.created_real_at), col(DEVICE.id))))


def confirmed(session: Session, user_id: str) -> list[AuthenticatorDevice]:
    """Those that open something."""
    return [device for device in of_person(session, user_id) if device.confirmed_real_at]


def find(session: Session, user_id: str, device_id: str) -> AuthenticatorDevice | None:
    """One device, if it is this person's."""
    return session.exec(select(DEVICE).where(*_one(user_id, device_id))).first()


def use(session: Session, device_id: str, step: int, now: datetime) -> bool:
    """Use up a step and all before it. False if somebody was faster: of any number at once one succeeds."""
    unused = update(DEVICE).where(col(DEVICE.id) == device_id, col(DEVICE.last_step) < step)
    changed = unused.values(last_step=step, last_used_real_at=now).returning(col(DEVICE.id))
    return session.execute(changed).first() is not None


def confirm(session: Session, device_id: str, now: datetime) -> bool:
    """From now on it opens. False if it did before."""
    new = update(DEVICE).where(col(DEVICE.id) == device_id, col(DEVICE.confirmed_real_at).is_(None))
    return session.execute(new.values(confirmed_real_at=now).returning(col(DEVICE.id))).first() is not None


def remove(session: Session, user_id: str, device_id: str) -> bool:
    """Forget a device. False if there is none."""
    gone = delete(DEVICE).where(*_one(user_id, device_id)).returning(col(DEVICE.id))
    return session.execute(gone).first() is not None


def remove_all(session: Session, user_id: str) -> int:
    """Forget all of a person's devices; how many there were."""
    gone = delete(DEVICE).where(col(DEVICE.user_id) == user_id).returning(col(DEVICE.id))
    return len(session.execute(gone).all())


def forget_unconfirmed(session: Session, user_id: str, before: datetime) -> None:
    """Remove what was begun before this and never confirmed."""
    begun = (col(DEVICE.confirmed_real_at).is_(None), col(DEVICE.created_real_at) < before)
    session.execute(delete(DEVICE).where(col(DEVICE.user_id) == user_id, *begun))


def _one(user_id: str, device_id: str) -> tuple[Any, Any]:
    return col(DEVICE.user_id) == user_id, col(DEVICE.id) == device_id
