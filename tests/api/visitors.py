"""A person's browser, as far as HTTP goes: its token, and its open streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from activities.inboxes import StoredInboxes
from channels.in_app import InApp
from channels.protocol import Outgoing
from domain.delivery import MessageState
from models.messages import Message
from tests.api.conftest import Api
from tests.client.post import QUIET, Post


async def token_of(api: Api, name: str, seconds: int = 3600) -> str:
    """Their visitor token, as their backend gets it."""
    return str((await api.post(name, "visitor-tokens", {"seconds": seconds})).json()["token"])


def write(api: Api, name: str, title: str = "Hello", *, journey: str = QUIET, link: str | None = None) -> Message:
    """A message to somebody, as a worker sends it: reserved, then stored by the channel."""
    database, user = api.parts.database, api.user(name)
    about = {"address": user, "state": MessageState.SENDING, "provider_id": None}
    message = Post(database).sent(user, "in_app", journey, **about)
    channel = InApp(StoredInboxes(database, lambda: datetime.now(UTC)))
    channel.send(Outgoing(message.id, user, "How are you?", title=title, link=link))
    return message


@dataclass
class Stream:
    """What came on one stream. Each chunk of the answer is whole lines, so that their sizes need no reading."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    status: int = 0
    beats: int = 0
    ended: bool = False

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Until it ends."""
        self.status = int((await reader.readline()).split()[1])
        name = ""
        while line := (await reader.readline()).decode():
            kind, _, rest = line.rstrip().partition(": ")
            match kind:
                case "event":
                    name = rest
                case "id":
                    self.numbers.append(int(rest))
                case "data":
                    self.events.append((name, json.loads(rest)))
                case "":
                    self.beats += bool(rest)
        self.ended = True

    async def until(self, holds: "Callable[[Stream], bool]", seconds: float = 10) -> None:
        """Wait until something holds of it."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds(self):
            assert asyncio.get_running_loop().time() < deadline, self.events
            await asyncio.sleep(0.01)

    def titles(self) -> list[str]:
        """Of the messages that came."""
        return [about["title"] for name, about in self.events if name == "message"]

    @property
    def unread(self) -> int:
        """As it was told last."""
        return int([-1, *(about["unread"] for name, about in self.events if name == "unread")][-1])


@dataclass
class Browser:
    """Opens pages, and closes them."""

    tasks: dict[int, tuple[asyncio.Task[None], asyncio.StreamWriter, Api]] = field(default_factory=dict)

    async def open(self, api: Api, token: str, last: int | None = None) -> Stream:
        """A stream; `last` is the number of the last event that the page has seen."""
        host, _, port = api.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        more = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        head = (
            f"GET /v1/inbox/stream HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        )
        writer.write(f"{head}{more}\r\n".encode())
        stream = Stream()
        self.tasks[id(stream)] = (asyncio.create_task(stream.read(reader)), writer, api)
        return stream

    async def opened(self, api: Api, token: str, last: int | None = None) -> Stream:
        """One that has been told how things stand."""
        stream = await self.open(api, token, last)
        await stream.until(lambda it: {name for name, _ in it.events} >= {"unread", "checklist"})
        return stream

    async def idle(self, api: Api) -> None:
        """Wait until nobody has a stream, and nothing is read or written any more."""
        await Stream().until(lambda _: _is_idle(api))

    def close(self, stream: Stream) -> None:
        """As when the tab is closed."""
        self.tasks[id(stream)][1].close()


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """At its end all is closed, and nobody reads the database any more."""
    browser = Browser()
    yield browser
    opened = list(browser.tasks.values())
    for task, writer, _ in opened:
        writer.close()
        task.cancel()
    await Stream().until(lambda _: all(_is_idle(api) for _, _, api in opened))


def _is_idle(api: Api) -> bool:
    return not len(api.parts.hub) and api.parts.database.engine.pool.status().endswith("out connections: 0")
