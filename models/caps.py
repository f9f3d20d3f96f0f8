"""What takes room under a person's frequency caps, counted while nobody else adds to it."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from domain.contact.caps import Sent
from domain.delivery import MessageState
from models.messages import Message

# Those that went out, or may have, or are about to. Codes and other transactional ones take no room.
COUNTED = select(Message.reserved_at, Message.channel, Message.topic).where(
    col(Message.user_id) == bindparam("user"),
    col(Message.reserved_at) > bindparam("since"),
    col(Message.state) != MessageState.FAILED,
    col(Message.enrollment_id).is_not(None),
    col(Message.transactional).is_(False),
)
HOLD = text("select pg_advisory_xact_lock(hashtextextended('caps:' || :user, 0))")


def counted(session: Session, user_id: str, since: datetime) -> list[Sent]:
    """What takes room under the caps."""
    found = session.connection().execute(COUNTED, {"user": user_id, "since": since})
    return [Sent(at, channel, topic) for at, channel, topic in found]


def hold(session: Session, user_id: str) -> None:
    """Until this transaction ends, nobody else counts this person's messages in order to add to them."""
    session.connection().execute(HOLD, {"user": user_id})
