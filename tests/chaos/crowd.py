"""Five hundred people on a stack of their own, its parts killed again and again, and what was left behind."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import requests
from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from client.homing import Homing
from client.inputs import Profile
from client.journeys import Journeys
from client.publishing import publish
from domain.errors import Unreachable
from domain.journey.file import parse
from models.database import Database
from models.enrollments import Enrollment
from models.messages import Message
from runtime import settings, temporal
from runtime.settings import Settings
from stack.info import StackInfo
from stack.preparation import make_keys, register
from stack.supervisor import Stack

PACE = 120  # a minute of the journey in half a second
JOURNEY = """
journey: storm
title: A message in a storm
entry: {event: signed_up}
topic: onboarding
transactional: true
steps:
  - {id: pause, wait: 4m}
  - {id: say, send: welcome}
"""


@dataclass(frozen=True)
class Sent:
    """What the sandbox's providers have taken."""

    provider_ids: Counter[str]
    texts: Counter[tuple[str, str, str]]  # channel, address, words

    @classmethod
    def read(cls, sandbox: str) -> Self:
        """All of it."""
        found: list[dict[str, Any]] = requests.get(f"{sandbox}/messages", timeout=30).json()
        ids = Counter(one["provider_id"] for one in found)
        return cls(ids, Counter((one["channel"], one["to"], one["subject"] or one["text"]) for one in found))


class Crowd:
    """The people, and the stack that serves them."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        config = settings.load_from(Settings, stack.info.process_environment())
        self._clock, self._queue = config.clock, config.task_queue
        self.database = Database(config.database_url.get_secret_value())

    def sign_up(self, people: list[Profile]) -> None:
        """All at once; the relay of the API starts their journeys."""
        asyncio.run(self._take(people))

    def trouble(self, faults: list[dict[str, Any]], mishaps: list[dict[str, Any]]) -> None:
        """Switch it on at the providers."""
        for path, switches in (("faults", faults), ("mishaps", mishaps)):
            for one in switches:
                requests.post(f"{self.sandbox}/{path}", json=one, timeout=5).raise_for_status()

    def calm(self) -> None:
        """The providers behave from now on."""
        requests.delete(f"{self.sandbox}/faults", timeout=5).raise_for_status()

    def kill(self, part: str, after: int) -> None:
        """In the middle of its work, when so many messages have begun. Another one is started, as in production."""
        while self._count(col(Message.id).is_not(None)) < after:
            self.live(0.2)
        os.kill(self.stack.info.pids[part], signal.SIGKILL)
        self.live(0.2)

    def live(self, seconds: float) -> None:
        """Let things go on for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.stack.supervise()
            time.sleep(0.1)

    def live_until_all_is_over(self, patience: float) -> None:
        """Until no journey is open any more. Raises AssertionError when that takes too long."""
        until = time.monotonic() + patience
        while left := self.open_journeys():
            assert time.monotonic() < until, f"{left} journeys are still open; messages: {self.states()}"
            self.live(0.5)

    def open_journeys(self) -> int:
        """How many have begun, or are to begin, and have not ended."""
        return self.expected - self._count(col(Enrollment.ended_at).is_not(None))

    def states(self) -> Counter[str]:
        """How many messages are in which state."""
        return Counter(one.state for one in self.messages())

    def messages(self) -> list[Message]:
        """Every one that was ever reserved."""
        with self.database.session() as session:
            return list(session.exec(select(Message)))

    def _count(self, which: ColumnElement[bool]) -> int:
        """How many rows there are, told by a PostgreSQL that may be dead at this moment."""
        while True:
            try:
                with self.database.session() as session:
                    return session.exec(select(func.count()).where(which)).one()
            except Unreachable:
                self.live(0.2)

    @property
    def sandbox(self) -> str:
        """The providers' address."""
        return self.stack.info.sandbox_url

    async def _take(self, people: list[Profile]) -> None:
        client = await temporal.connect()
        homing = Homing(self.database, Journeys(client, self._clock, self._queue), self._clock)
        await homing.take(people, strangers=False)
        self.expected = len(people)


@contextmanager
def gathered(folder: Path) -> Iterator[Crowd]:
    """The stack with the journey of this test alone."""
    with Stack(folder / ".homing", pace=PACE, say=lambda _: None, prepare=_prepare) as stack:
        crowd = Crowd(stack)
        yield crowd
        crowd.database.close()


def _prepare(info: StackInfo) -> None:
    database = Database(info.database_url)
    database.migrate()
    publish(database, [parse(JOURNEY, "storm.yaml")], datetime.now(UTC))
    make_keys(info, database)
    database.close()
    asyncio.run(register(info))
