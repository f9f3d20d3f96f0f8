"""A world on the real server, of one test's own."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from client.inputs import Happened
from client.journeys import heard
from domain.delivery import Reported
from domain.journey.program import Program
from domain.machine.stimuli import EventSeen
from domain.verification.answers import purpose_of
from domain.verification.contacts import PROVES, Contact
from models.journeys import ZONE, publish
from testkit.people import Person
from testkit.real import books
from testkit.real.passage import RealPassage, Stage
from testkit.real.register import Register
from testkit.seen import Message
from testkit.times import START
from testkit.world import Link, Passage, not_again

# Timers and sends take their time, so a chain of waits needs a little more than their sum.
SLACK = timedelta(seconds=2)
# How far behind an instant to stop, so that what is due at it has happened.
A_MOMENT = timedelta(seconds=0.2)

T = TypeVar("T")


class RealWorld:
    """As `testkit.world.World` says."""

    exact_to = timedelta(minutes=1)

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._register = Register(stage.database)
        self._now = START
        self._published: set[str] = set()
        self._passages: dict[str, RealPassage] = {}  # by workflow id, in the order of their starts

    def prepare(self, programs: Sequence[Program]) -> None:
        """Publish them."""
        with self._stage.database.session() as session:
            for program in programs:
                if program.version not in self._published:
                    publish(session, program.journey, self._stage.present.now)
        self._published |= {program.version for program in programs}

    def enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> RealPassage:
        """A person enters."""
        return self._run(self._enter(person, program, key, entry))

    def find(self, person: Person, program: Program, key: str) -> RealPassage | None:
        """Their last way through a journey."""
        about = (person.user, program.journey.journey, key)
        rows = [(one.opened.row, one) for one in self._passages.values()]
        return next((one for row, one in reversed(rows) if (row.user_id, row.journey, row.key) == about), None)

    def reach(self, instant: datetime) -> None:
        """Time passes for all workflows."""
        self._run(self._reach(instant))

    def tell(self, person: Person, event: EventSeen) -> None:
        """By the client, as a backend reports it."""
        self._run(self._tell(person, event))

    def verify(self, person: Person, contact: Contact) -> None:
        """As a right code does: the address is theirs, and it is an event."""
        self._run(self._verify(person, contact))

    def report(self, passage: Passage, message: Message, reported: Reported, link: Link | None = None) -> None:
        """By the client's own ways, as a provider's webhook does."""
        row = next(one for one in self._passages.values() if one is passage).opened.row
        receipt = books.receipt_of(self._stage.database, row, message, reported, link)
        self._run(self._stage.present.report(row.user_id, receipt))

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """By the client's own ways."""
        self._run(self._learn(person, attributes))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._stage.loop.run(self._played(work))

    async def _played(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it at the time of the workflow that is furthest, so that no event comes from before a step."""
        self._stage.present.show(await self._latest())
        result = await work
        await self._settle()
        return result

    async def _enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> RealPassage:
        present = self._stage.present
        opened = await asyncio.to_thread(self._register.enroll, person, program.journey.journey, key, present.now)
        if not opened.created:
            raise not_again(person, program)
        await present.journeys.start(opened, heard(opened, _happened(person, entry), present.now))
        self._adopt()
        return self._passages[opened.row.workflow_id]

    async def _tell(self, person: Person, event: EventSeen) -> None:
        await self._stage.present.homing.event(_happened(person, event))

    async def _verify(self, person: Person, contact: Contact) -> None:
        await asyncio.to_thread(self._register.verify, person, contact, self._stage.present.now)
        properties = {"purpose": purpose_of(contact)}
        await self._tell(person, EventSeen(PROVES[contact], self._now, uuid4().hex, properties))

    async def _learn(self, person: Person, attributes: dict[str, Any]) -> None:
        await asyncio.to_thread(self._register.save, person, self._stage.present.now)
        for opened in await asyncio.to_thread(self._register.looking, person, [*attributes, ZONE]):
            await self._stage.present.journeys.change(opened)

    async def _reach(self, instant: datetime) -> None:
        goal = await self._latest() + (instant - self._now) + SLACK
        if instant > self._now:
            while stop := await self._stop_before(goal):
                await self._forward(stop)
            await self._forward(goal)
        self._now = instant

    async def _stop_before(self, goal: datetime) -> datetime | None:
        """Where one journey may change something for another, all stop whenever something happens in any."""
        if len(self._published) == 1:
            return None
        states = [await passage.settle() for passage in self._passages.values()]
        dues = [state.until + A_MOMENT for state in states if state.until and not state.paused_at]
        return min((due for due in dues if due < goal), default=None)

    async def _forward(self, instant: datetime) -> None:
        await asyncio.gather(*(passage.forward(instant) for passage in self._passages.values()))
        await self._settle()

    async def _latest(self) -> datetime:
        return max([self._now, *[await passage.now() for passage in self._passages.values()]])

    async def _settle(self) -> None:
        """Until nothing is under way, also in journeys that others have let people enter."""
        found = -1
        while found < len(self._passages):
            found = len(self._passages)
            await asyncio.gather(*(passage.settle() for passage in self._passages.values()))
            self._adopt()
        await asyncio.to_thread(self._register.refresh)

    def _adopt(self) -> None:
        for workflow_id, (opened, clock) in self._stage.present.started.items():
            if workflow_id not in self._passages:
                self._passages[workflow_id] = RealPassage(self._stage, opened, clock)


def _happened(person: Person, event: EventSeen) -> Happened:
    properties = {"message_id": event.id, "properties": event.properties}
    return Happened.of({"user_id": person.user, "name": event.name, **properties})
