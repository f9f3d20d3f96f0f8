"""All that can be done with verifications, as one thing that a process makes once and hands on."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog

from client.inputs import Happened
from client.verifying.inputs import CodeAsked
from client.verifying.judging import Approved, Judging
from client.verifying.opening import Opened, Opening
from client.verifying.views import View
from domain.clock import Clock
from domain.errors import BadInput, HomingError, TooMany
from domain.verification.refusals import Refusal, WrongCode

log = structlog.get_logger()


class Sends(Protocol):
    """Who is told of sends that are reserved."""

    async def make(self, opened: Opened) -> None:
        """Have it sent. Raises HomingError, and then it was not."""
        ...


Report = Callable[[Happened], Awaitable[object]]
Count = Callable[[str, str], None]  # what happened, and by which channel or why


class Verifications:
    """`report` takes an event in, `count` is for metrics."""

    def __init__(
        self, opening: Opening, judging: Judging, sends: Sends, report: Report, clock: Clock, count: Count
    ) -> None:
        self._opening = opening
        self._judging = judging
        self._sends = sends
        self._report = report
        self._clock = clock
        self._count = count

    async def begin(self, asked: CodeAsked) -> View:
        """Send a code. Raises BadInput, TooMany, or Unreachable, and then nothing is sent."""
        return await self._made(await asyncio.to_thread(self._opening.begin, asked, _now()))

    async def again(self, verification_id: str, channel: str | None, client: str | None) -> View:
        """Send the same code again. Raises NotFound, Conflict, TooMany or Unreachable."""
        return await self._made(await asyncio.to_thread(self._opening.again, verification_id, channel, client, _now()))

    async def check(self, verification_id: str, code: str) -> Approved:
        """Judge a code. Raises as `Judging.check` does."""
        now = _now()
        try:
            found = await asyncio.to_thread(self._judging.check, verification_id, code, now, self._clock.journey(now))
        except (WrongCode, TooMany) as error:
            self._count("wrong" if isinstance(error, WrongCode) else "not_judged", "")
            raise
        return await self._approved(found, now)

    async def confirm(self, token: str) -> Approved:
        """The button behind a link was pressed. Raises as `Judging.confirm` does."""
        now = _now()
        found = await asyncio.to_thread(self._judging.confirm, token, now, self._clock.journey(now))
        return await self._approved(found, now)

    async def purpose_of(self, token: str) -> str:
        """What a link is for, while it is good. Raises Refused or Conflict."""
        return await asyncio.to_thread(self._judging.purpose_of, token, _now())

    async def cancel(self, verification_id: str) -> View:
        """Take it back. Raises NotFound or Conflict."""
        return await asyncio.to_thread(self._opening.cancel, verification_id, _now())

    async def look(self, verification_id: str) -> View:
        """As it is. Raises NotFound."""
        return await asyncio.to_thread(self._opening.look, verification_id, _now())

    async def newest(self, user_id: str, purpose: str) -> View:
        """The last one of a user for a purpose, such as one that a journey has begun. Raises NotFound."""
        return await asyncio.to_thread(self._opening.newest, user_id, purpose, _now())

    async def unlock(self, asked: CodeAsked, actor: str, reason: str) -> int:
        """Let a user or contact point try again; how many wrong codes there were. Raises BadInput."""
        return await asyncio.to_thread(self._judging.unlock, asked.account, actor, reason, _now())

    async def resume(self, number_range: str, actor: str, reason: str) -> bool:
        """Let codes go to a range of numbers again. False if it was not stopped."""
        return await asyncio.to_thread(self._opening.resume, number_range, actor, reason, _now())

    async def _made(self, opened: Opened | Refusal) -> View:
        if isinstance(opened, Refusal):
            raise self._refused(opened)
        try:
            await self._sends.make(opened)
        except HomingError:
            await asyncio.to_thread(self._opening.withdraw, opened)
            raise
        self._count("sent", opened.view.channel)
        log.info("verification.sent", verification=opened.view.id, channel=opened.view.channel, number=opened.number)
        return opened.view

    def _refused(self, refusal: Refusal) -> HomingError:
        self._count("refused", refusal.kind)
        say = log.error if refusal.alert else log.warning
        say("verification.refused", why=str(refusal.kind), place=refusal.place)
        if refusal.wait is None:
            return BadInput(refusal.message)
        seconds = math.ceil(refusal.wait.total_seconds())
        return TooMany(f"{refusal.message} ({seconds} s)", refusal.wait)

    async def _approved(self, approved: Approved, now: datetime) -> Approved:
        """Take its event in. If that fails now, the verification's workflow does it when the ten minutes are over."""
        self._count("approved", approved.event)
        log.info("verification.approved", verification=approved.verification)
        if approved.user_id:
            try:
                await self._report(_happened(approved, approved.user_id, self._clock.journey(now)))
                await asyncio.to_thread(self._judging.reported, approved, now)
            except HomingError as error:
                log.warning("verification.report_waits", verification=approved.verification, why=str(error))
        return approved


def _happened(approved: Approved, user_id: str, at: datetime) -> Happened:
    properties = {"purpose": approved.purpose}
    message_id = f"verification:{approved.verification}"
    return Happened(user_id=user_id, name=approved.event, properties=properties, message_id=message_id, at=at)


def _now() -> datetime:
    """The real time: attackers know no other."""
    return datetime.now(UTC)
