"""What providers reported of messages: each report once, and on the message's row what they add up to."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Column, Field, Session, SQLModel, col, or_, select

from domain.receipts import Receipt, ReceiptState, Story
from models.base import instant, row_number
from models.messages import Message


class StoredReceipt(SQLModel, table=True):
    """One report of a provider. It goes with its message when a person is erased."""

    __tablename__ = "receipts"
    __table_args__ = (Index("ix_receipts_message", "message_id"),)

    id: int | None = row_number()
    key: str = Field(max_length=200, unique=True)
    message_id: str = Field(sa_column=Column(String(32), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False))
    state: str = Field(max_length=20)  # a ReceiptState
    reason: str | None = Field(default=None, max_length=60)
    detail: str | None = Field(default=None, max_length=200)
    at: datetime = instant()
    received_at: datetime = instant()


def messages_about(session: Session, receipts: Collection[Receipt]) -> dict[str, Message]:
    """The messages that receipts are about, by the receipts' keys: by our id, or else by the provider's."""
    ours = {one.message_id for one in receipts if one.message_id}
    theirs = {one.provider_id for one in receipts if one.provider_id and not one.message_id}
    known = or_(col(Message.id).in_(ours), col(Message.provider_id).in_(theirs))
    rows = list(session.exec(select(Message).where(known)))
    by_id = {row.id: row for row in rows}
    by_provider = {(row.channel, row.provider_id): row for row in rows}
    found = {
        one.key: by_id.get(one.message_id) if one.message_id else by_provider.get((one.channel, one.provider_id))
        for one in receipts
    }
    return {key: row for key, row in found.items() if row}


def hold(session: Session, message_ids: Iterable[str]) -> dict[str, Message]:
    """The messages as they are now; until the transaction ends nobody else changes them."""
    wanted = select(Message).where(col(Message.id).in_(sorted(set(message_ids)))).order_by(col(Message.id))
    held = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {row.id: row for row in session.exec(held)}


def record(session: Session, rows: Iterable[StoredReceipt]) -> set[str]:
    """Keep each report once; the keys of those that are new.

    In the order of their keys, as everybody does: two processes with the same reports then wait for each other, and
    never both.
    """
    values = [row.model_dump(exclude={"id"}) for row in sorted({row.key: row for row in rows}.values(), key=_key)]
    if not values:
        return set()
    statement = insert(StoredReceipt).values(values).on_conflict_do_nothing(index_elements=["key"])
    return set(session.execute(statement.returning(col(StoredReceipt.key))).scalars())


def _key(row: StoredReceipt) -> str:
    return row.key


def story_of(message: Message) -> Story:
    """What the message's row says of its receipts so far."""
    return Story(
        state=ReceiptState(message.receipt) if message.receipt else None,
        delivered_at=message.delivered_at,
        opened_at=message.opened_at,
        clicked_at=message.clicked_at,
        failed_at=message.failed_at,
        failed_reason=message.failed_reason,
    )


def write(message: Message, story: Story) -> None:
    """Put a story on a message's row."""
    message.receipt = story.state
    message.delivered_at, message.opened_at, message.clicked_at = story.delivered_at, story.opened_at, story.clicked_at
    message.failed_at, message.failed_reason = story.failed_at, story.failed_reason
