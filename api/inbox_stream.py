"""What happens in a person's inbox, as it happens: server-sent events over one open answer.

It holds no thread and no connection to the database while nothing happens. Each message has its number as the event's
id; a page that comes back with the last one that it has seen misses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.hub import Hub, Ring
from api.inbox_answers import InboxItem, Unread
from api.inbox_desk import MOST_MISSED, InboxDesk
from domain.errors import Unreachable
from models import live
from models.inbox import Item

HEARTBEAT_S = 20.0  # shorter than the idle time of usual proxies, 60 s, and it shows within that who is gone
LONGEST_S = 3600.0  # then the page comes back, to whichever process has room
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that buffers would keep it all
AGAIN_MS = 2000


@dataclass
class Stream:
    """One open page. `cursor` is the number of the last message that it has seen, None if it asks for none before."""

    desk: InboxDesk
    looking: asyncio.Semaphore
    user: str
    cursor: int | None
    unread: int | None = None
    moved: bool = False

    async def chunks(self, ring: Ring, seconds: float) -> AsyncIterator[bytes]:
        """Until the process or the visitor's token ends, or the person is another."""
        yield f"retry: {AGAIN_MS}\n\n".encode()
        ends = asyncio.get_running_loop().time() + min(seconds, LONGEST_S)
        while not ring.over and not self.moved and (left := ends - asyncio.get_running_loop().time()) > 0:
            kinds = await ring.wait(min(left, HEARTBEAT_S))
            if not kinds:
                yield b": still here\n\n"
                continue
            try:
                async for chunk in self._news(kinds):
                    yield chunk
            except Unreachable:
                return  # the page comes back by itself, and looks again

    async def _news(self, kinds: set[str]) -> AsyncIterator[bytes]:
        if live.INBOX in kinds:
            async for chunk in self._inbox():
                yield chunk
        if live.CHECKLIST in kinds:
            async with self.looking:
                found = await asyncio.to_thread(self.desk.checklist, self.user)
            yield event("checklist", found)

    async def _inbox(self) -> AsyncIterator[bytes]:
        async with self.looking:
            seen = await asyncio.to_thread(self.desk.look, self.user, self.cursor)
        if seen.user != self.user:
            self.moved = True
            yield event("refetch", Unread(unread=seen.unread), seen.newest)
            return
        if len(seen.new) > MOST_MISSED:
            yield event("refetch", Unread(unread=seen.unread), seen.newest)
        elif seen.new:
            async for chunk in self._messages(seen.new):
                yield chunk
        if seen.unread != self.unread:
            yield event("unread", Unread(unread=seen.unread), None if self.unread is not None else seen.newest)
        numbers = [row.number or 0 for row in seen.new]
        self.cursor, self.unread = max([seen.newest, *numbers]), seen.unread

    async def _messages(self, rows: list[Item]) -> AsyncIterator[bytes]:
        for row in rows:
            if row.dismissed_real_at is None:
                yield event("message", InboxItem.of(row), row.number)
        async with self.looking:
            await self.desk.delivered(rows)


def event(name: str, about: BaseModel, number: int | None = None) -> bytes:
    """As the protocol has it: JSON is one line."""
    identity = f"id: {number}\n" if number is not None else ""
    return f"{identity}event: {name}\ndata: {about.model_dump_json()}\n\n".encode()


class EventStream(StreamingResponse):
    """Leaves the hub when it ends, whoever ends it."""

    def __init__(self, chunks: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        super().__init__(chunks, headers=HEADERS, media_type="text/event-stream")
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what there is."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


def begin(hub: Hub, stream: Stream, seconds: float) -> EventStream:
    """Open it, with all that there is to tell at first. Raises 429, 503."""
    ring = Ring(live.INBOX, live.CHECKLIST)
    hub.join(stream.user, ring)
    return EventStream(stream.chunks(ring, seconds), lambda: hub.leave(stream.user, ring))
