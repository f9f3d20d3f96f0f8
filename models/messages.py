"""Messages: what is reserved before a provider hears of it, and what has become of it since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint, Update, bindparam, false, func, or_
from sqlalchemy.orm import defer
from sqlmodel import Column, Field, Session, SQLModel, col, select, update

from domain.delivery import MessageState
from models import verifications  # noqa: F401  the table that the key below refers to
from models.base import Instant, instant, json_field


class Message(SQLModel, table=True):
    """One message on one channel, of a journey's step or of a verification.

    Its key is what a retry runs into instead of sending again. The text of a code is not kept.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "step", "pass_number", "channel"),
        UniqueConstraint("channel", "provider_id"),
        Index("ix_messages_person", "user_id", "reserved_at"),
        Index("ix_messages_verification", "verification_id", postgresql_where="verification_id is not null"),
        Index("ix_messages_address", "address", "reserved_real_at"),
        Index("ix_messages_provider", "provider_id"),
    )

    id: str = Field(primary_key=True, max_length=32)
    enrollment_id: str | None = Field(default=None, foreign_key="enrollments.id", max_length=32)
    verification_id: str | None = Field(
        default=None, sa_column=Column(String(32), ForeignKey("verifications.id", ondelete="CASCADE"), nullable=True)
    )
    user_id: str = Field(max_length=128)  # "" for who is none of ours yet
    step: str = Field(max_length=64)
    pass_number: int = Field(default=1)
    channel: str = Field(max_length=20)
    template: str = Field(max_length=64)
    locale: str = Field(max_length=35)
    topic: str = Field(max_length=64)
    # Exempt from quiet hours and caps, so that it takes nobody's room either.
    transactional: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    address: str = Field(max_length=320)
    content: dict[str, Any] = json_field()  # subject, text, html as rendered; a retry sends the very same
    state: str = Field(max_length=20)  # a MessageState
    attempts: int = Field(default=1)
    reason: str | None = Field(default=None, max_length=60)
    detail: str | None = Field(default=None, max_length=500)
    provider_id: str | None = Field(default=None, max_length=200)
    reserved_at: datetime = instant()
    reserved_real_at: datetime = instant()  # when the provider may first have heard of it, for asking
    held_real_until: datetime | None = instant(optional=True)  # until then an attempt may be with the provider
    slot_real_at: datetime | None = instant(optional=True)  # when it may go, as its sender's line has it
    settled_at: datetime | None = instant(optional=True)
    doubted_real_at: datetime | None = instant(optional=True)  # since when a receipt is waited for, to know if it went
    # What receipts have said since.
    receipt: str | None = Field(default=None, max_length=20)  # the furthest ReceiptState
    delivered_at: datetime | None = instant(optional=True)
    opened_at: datetime | None = instant(optional=True)
    clicked_at: datetime | None = instant(optional=True)
    failed_at: datetime | None = instant(optional=True)
    failed_reason: str | None = Field(default=None, max_length=60)


BY_AGE = (col(Message.reserved_at), col(Message.reserved_real_at))  # two channels may be tried at one journey time
PLACE = ("user_id", "enrollment_id", "verification_id", "step", "pass_number")
WORDLESS = defer(col(Message.content))  # type: ignore[arg-type]

OF_STEP = (
    select(Message)
    .where(
        col(Message.enrollment_id) == bindparam("enrollment"),
        col(Message.step) == bindparam("step"),
        col(Message.pass_number) == bindparam("pass_number"),
    )
    .order_by(col(Message.reserved_real_at))
    .with_for_update(key_share=True)
)
ACCEPT = (
    update(Message)
    .where(col(Message.id) == bindparam("message"))
    .values(
        state=MessageState.ACCEPTED,
        reason=None,
        detail=None,
        held_real_until=None,
        provider_id=bindparam("provider"),
        settled_at=bindparam("now", type_=Instant),
    )
)


def _update(session: Session, statement: Update) -> None:
    """Without looking for objects of this session that it would change: nobody has any, and it is done often."""
    session.execute(statement, execution_options={"synchronize_session": False})


def change(session: Session, message_id: str, **values: Any) -> None:
    """Set some columns of a message."""
    _update(session, update(Message).where(col(Message.id) == message_id).values(**values))


def accept(session: Session, message_id: str, provider_id: str, now: datetime) -> None:
    """A provider has it, and has given it this id."""
    session.connection().execute(ACCEPT, {"message": message_id, "provider": provider_id, "now": now})


def change_open(session: Session, message: Message, **values: Any) -> None:
    """Set some columns of a message that this attempt is still at.

    It stays as it is if it was settled meanwhile, or taken up by a later attempt.
    """
    mine = (col(Message.id) == message.id, col(Message.state) == MessageState.SENDING)
    _update(session, update(Message).where(*mine, col(Message.attempts) == message.attempts).values(**values))


def doubt(session: Session, message_id: str, real_now: datetime) -> datetime:
    """Since when it has been in doubt; since now, if nobody noted it before."""
    known = func.coalesce(col(Message.doubted_real_at), real_now)
    statement = update(Message).where(col(Message.id) == message_id).values(doubted_real_at=known)
    since = session.execute(statement.returning(col(Message.doubted_real_at))).scalar_one_or_none()
    return since or real_now


def abandon(session: Session, enrollment_id: str, reason: str, now: datetime) -> None:
    """Settle what is still open: what was being sent is unknown, what waited for a retry has failed."""
    for open_state, state in (
        (MessageState.SENDING, MessageState.UNKNOWN),
        (MessageState.RETRYING, MessageState.FAILED),
    ):
        mine = update(Message).where(col(Message.enrollment_id) == enrollment_id, col(Message.state) == open_state)
        session.execute(mine.values(state=state, reason=reason, settled_at=now))


def of_step(session: Session, enrollment_id: str, step: str, pass_number: int) -> list[Message]:
    """What a step has tried so far, in the order of trying; no receipt changes it until this transaction ends."""
    about = {"enrollment": enrollment_id, "step": step, "pass_number": pass_number}
    return list(session.exec(OF_STEP, params=about))


def held(session: Session, message_id: str) -> Message | None:
    """A message, which no receipt changes until this transaction ends."""
    return session.get(Message, message_id, with_for_update={"key_share": True})


def provider_ids(session: Session, address: str, channel: str, since: datetime) -> set[str]:
    """Provider ids that messages to this address hold, whoever they were for: people may share a phone."""
    held = select(Message.provider_id).where(
        Message.address == address,
        Message.channel == channel,
        Message.reserved_real_at >= since,
        col(Message.provider_id).is_not(None),
    )
    return {provider_id for provider_id in session.exec(held) if provider_id}


def of_person(session: Session, user_id: str) -> list[Message]:
    """All of a person's messages, oldest first."""
    mine = select(Message).where(Message.user_id == user_id)
    return list(session.exec(mine.order_by(*BY_AGE)))


def newest(session: Session, user_id: str, most: int) -> list[Message]:
    """So many of a person's messages, oldest first, without what they say."""
    mine = select(Message).where(Message.user_id == user_id).options(WORDLESS)
    by_age = mine.order_by(col(Message.reserved_at).desc(), col(Message.reserved_real_at).desc())
    return list(session.exec(by_age.limit(most)))[::-1]


def of_same_step(session: Session, message: Message) -> list[Message]:
    """A message with the others of its step, or of its verification, oldest first, without what they say."""
    same = [getattr(Message, name) == getattr(message, name) for name in PLACE]
    return list(session.exec(select(Message).where(*same).options(WORDLESS).order_by(*BY_AGE)))


def find(session: Session, user_id: str, message_id: str) -> Message | None:
    """A person's message, by our id or by its provider's."""
    named = or_(col(Message.id) == message_id, col(Message.provider_id) == message_id)
    return session.exec(select(Message).where(Message.user_id == user_id, named).options(WORDLESS)).first()


def count_accepted(session: Session, user_ids: Sequence[str]) -> dict[str, tuple[int, datetime | None]]:
    """How many messages providers have accepted for each person, and when the last was."""
    by_person = (
        select(Message.user_id, func.count(), func.max(col(Message.settled_at)))
        .where(col(Message.user_id).in_(user_ids), Message.state == MessageState.ACCEPTED)
        .group_by(Message.user_id)
    )
    return {user_id: (count, last) for user_id, count, last in session.exec(by_person)}
