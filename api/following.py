"""Judges clicks on short links, a moment after they were sent on, and takes those of people in as receipts.

What a process leaves behind that dies in that moment, another one finds.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from api.mailroom import Mailroom
from client.clicks import Clicks
from domain.errors import HomingError

LOOK_EVERY_S = 30.0  # for what others left behind; whoever is sent on here is looked at at once
AGAIN_S = 0.25  # while it is not clear yet whether other links of the same mail are followed as well

log = structlog.get_logger()


@dataclass
class Following:
    """One per process."""

    mailroom: Mailroom
    clicks: Clicks
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, mailroom: Mailroom) -> "Following":
        """With the parts of the mailroom, which takes receipts in."""
        return cls(mailroom, Clicks(mailroom.parts.database, mailroom.parts.clock))

    def wake(self) -> None:
        """There is something to judge."""
        self._asked.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), LOOK_EVERY_S)
            self._asked.clear()
            try:
                while await self.judge():  # noqa: ASYNC110  what is waited for is time
                    await asyncio.sleep(AGAIN_S)
            except HomingError as error:
                log.warning("clicks.unjudged", why=str(error))

    async def judge(self) -> bool:
        """What can be judged by now; whether more is to come. May be broken off anywhere, and done again."""
        judged = await asyncio.to_thread(self.clicks.judge, datetime.now(UTC))
        await self.mailroom.take(judged.receipts)
        return await asyncio.to_thread(self.clicks.close, judged)
