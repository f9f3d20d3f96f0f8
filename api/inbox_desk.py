"""A person's inbox and checklist: read in one transaction each; what the person did goes the way of all receipts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from api.inbox_answers import ChecklistAnswer, InboxItem, InboxPage
from api.mailroom import Mailroom
from domain.delivery import ChannelName
from domain.errors import NotFound
from domain.receipts import Receipt, ReceiptState
from domain.templates.catalogue import fallback
from models import crowd, events, inbox, people
from models.database import Database
from models.inbox import Deed, Item

MOST_MISSED = 50  # messages that a stream tells one by one; after more the page fetches its inbox anew
AT_ONCE = 200
REPORTED: dict[Deed, tuple[ReceiptState, ...]] = {
    "delivered": (ReceiptState.DELIVERED,),
    "opened": (ReceiptState.OPENED,),
    "clicked": (ReceiptState.OPENED, ReceiptState.CLICKED),
    "dismissed": (),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stream sees when it looks: who the person is by now, what is new to it, how many are unread."""

    user: str
    new: list[Item]
    unread: int
    newest: int


class InboxDesk:
    """One per process."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._parts = mailroom.parts

    @property
    def _database(self) -> Database:
        return self._parts.database

    async def page(self, user: str, limit: int, before: int | None) -> InboxPage:
        """What there is; the person has it then."""
        rows, found = await asyncio.to_thread(self._page, user, limit, before)
        await self.delivered(rows)
        return found

    def _page(self, user: str, limit: int, before: int | None) -> tuple[list[Item], InboxPage]:
        with self._database.session() as session:
            user = _today(session, user)
            newest = inbox.newest(session, user)
            rows = inbox.page(session, user, limit + 1, before)
            unread = inbox.unread(session, user)
        shown = rows[:limit]
        older = shown[-1].number if len(rows) > limit else None
        items = [InboxItem.of(row) for row in shown]
        choose = self._parts.preferences.page(shown[0].message_id, datetime.now(UTC)) if shown else None
        return shown, InboxPage(items=items, unread=unread, cursor=newest, before=older, preferences=choose)

    def look(self, user: str, after: int | None) -> Seen:
        """What is new since a number; without one, nothing is."""
        with self._database.session() as session:
            user = _today(session, user)
            newest = inbox.newest(session, user)
            new = inbox.after(session, user, after, MOST_MISSED + 1) if after is not None and after < newest else []
            return Seen(user, new, inbox.unread(session, user), newest)

    def checklist(self, user: str) -> ChecklistAnswer:
        """By the events that are stored of the person."""
        checklist = self._parts.checklist
        with self._database.session() as session:
            user = _today(session, user)
            person = people.find_person(session, user)
            times = events.first_times(session, user, checklist.events)
        default = self._parts.config.default_locale
        return ChecklistAnswer.of(checklist, fallback(person.locale if person else default, default), times)

    async def delivered(self, rows: Sequence[Item]) -> None:
        """A browser has these."""
        lacking = [row for row in rows if row.delivered_real_at is None]
        if lacking:
            await self._note(lacking[0].user_id, [row.message_id for row in lacking], "delivered")

    async def did(self, user: str, message_id: str, deed: Deed) -> int:
        """The person did something with a message; how many are unread now. Raises NotFound for another's."""
        user = await asyncio.to_thread(self._owner, user, message_id)
        return await self._note(user, [message_id], deed)

    async def read_all(self, user: str) -> int:
        """All are opened; how many are unread now."""
        left = 1
        while left:
            user, ids = await asyncio.to_thread(self._unread, user)
            left = await self._note(user, ids, "opened") if ids else 0
        return 0

    async def _note(self, user: str, ids: Sequence[str], deed: Deed) -> int:
        """Receipts first: who dies before the mark leaves a message that the person opens once more."""
        now = datetime.now(UTC)
        await self._mailroom.take([_receipt(one, state, now) for one in ids for state in REPORTED[deed]])
        return await asyncio.to_thread(self._mark, user, ids, deed, now)

    def _mark(self, user: str, ids: Sequence[str], deed: Deed, now: datetime) -> int:
        with self._database.session() as session:
            inbox.mark(session, user, ids, deed, now)
            return inbox.unread(session, user)

    def _unread(self, user: str) -> tuple[str, list[str]]:
        with self._database.session() as session:
            user = _today(session, user)
            return user, inbox.unread_ids(session, user, AT_ONCE)

    def _owner(self, user: str, message_id: str) -> str:
        with self._database.session() as session:
            user = _today(session, user)
            if not inbox.mine(session, user, message_id):
                raise NotFound("there is no such message in this inbox")
        return user


def _today(session: Session, user: str) -> str:
    """A token may name a person by an id of before."""
    return crowd.look(session, [user])[user].user


def _receipt(message_id: str, state: ReceiptState, at: datetime) -> Receipt:
    key = f"{ChannelName.IN_APP}:{message_id}:{state}"
    return Receipt(key, ChannelName.IN_APP, state, message_id=message_id, provider_id=message_id, at=at)
