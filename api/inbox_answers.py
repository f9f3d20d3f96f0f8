"""What a person's own page gets: the inbox and the checklist. All of it is text, and links lead to the web."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from domain.checklist import Checklist, is_web_link
from models.inbox import Item


class InboxItem(BaseModel):
    """A message. `at` is a real time."""

    id: str
    title: str = Field(examples=["Nicely done!"])
    text: str
    link: str | None = Field(examples=["https://acme.example/import"])
    at: datetime
    read: bool

    @classmethod
    def of(cls, row: Item) -> "InboxItem":
        """As it is stored, but for links that lead elsewhere than to the web."""
        link = row.link if row.link and is_web_link(row.link) else None
        about = {"title": row.title, "text": row.text, "link": link}
        return cls(id=row.message_id, at=row.put_real_at, read=row.opened_real_at is not None, **about)


class InboxPage(BaseModel):
    """Newest first. Ask again with `before` for older ones; `cursor` is where the stream is to begin."""

    items: list[InboxItem]
    unread: int
    cursor: int
    before: int | None
    preferences: str | None = Field(description="The person's preference centre, once something is in their inbox")


class Unread(BaseModel):
    """How many messages are neither opened nor dismissed."""

    unread: int


class ChecklistItem(BaseModel):
    """A step, in the person's language; `done_at` is when it was done first, in journey time."""

    id: str
    title: str
    link: str | None
    done_at: datetime | None


class ChecklistAnswer(BaseModel):
    """The first steps in their order."""

    items: list[ChecklistItem]
    done: int

    @classmethod
    def of(cls, checklist: Checklist, locales: Sequence[str], times: Mapping[str, datetime]) -> "ChecklistAnswer":
        """By what the person has done, and when."""
        items = [
            ChecklistItem(id=one.id, title=one.words(locales), link=one.link, done_at=times.get(one.event))
            for one in checklist.items
        ]
        return cls(items=items, done=sum(1 for one in items if one.done_at))
