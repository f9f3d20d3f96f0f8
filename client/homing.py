"""The client: input is stored in one transaction with what it is to tell workflows, and every call may be repeated."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

from pydantic import SecretStr
from sqlmodel import Session
from temporalio.client import Client

from client import erasing, records, taking
from client.accepted import Accepted, Taken
from client.inputs import Asked, Happened, Item, Profile
from client.journeys import Journeys
from client.library import Library
from client.relay import Relay
from client.taking import Rules, Stored
from domain.clock import Clock
from domain.errors import Gone, NotFound
from models.database import Database
from runtime import temporal
from runtime.settings import Settings
from runtime.template_files import checklist

__all__ = ["Accepted", "Homing", "Taken", "connect"]


class Homing:
    """One per process, with its connections."""

    def __init__(
        self,
        database: Database,
        journeys: Journeys,
        clock: Clock,
        *,
        hash_key: SecretStr | None = None,
        watched: frozenset[str] = frozenset(),
    ) -> None:
        """`watched` are the events that open pages are told of."""
        self._database = database
        self._clock = clock
        self._key = hash_key.get_secret_value() if hash_key else None
        self._watched = watched
        self._library = Library()
        self.relay = Relay(database, journeys, self._library)

    @classmethod
    def of(cls, config: Settings, database: Database, client: Client) -> Self:
        """On these connections, as the settings say. Raises BadInput for a checklist that is wrong."""
        journeys = Journeys(client, config.clock, config.task_queue)
        watched = checklist(config.templates_dir).events
        return cls(database, journeys, config.clock, hash_key=config.hash_key, watched=watched)

    async def take(
        self, items: Sequence[Item], *, strangers: bool, also: Callable[[Session], None] | None = None
    ) -> Accepted:
        """Take all items in one transaction, or none; the relay then tells the journeys that they concern.

        With `strangers`, people whom nobody signed up are known by their id alone from then on, and what cannot be
        taken is left out and told. Otherwise it raises NotFound, Gone or Conflict; BadInput and Unreachable as well.
        `also` writes what belongs to it, in the same transaction.
        """
        rules = replace(self._rules(strangers=strangers), also=also)
        return self.told(await self._store(items, rules))

    def take_within(self, session: Session, items: Sequence[Item]) -> Stored:
        """Take items of people who are held, in that transaction; `told` comes after it."""
        return taking.take_within(session, self._library, items, self._rules())

    def told(self, stored: Stored) -> Accepted:
        """The relay is to tell what was stored."""
        if stored.tellings:
            self.relay.wake()
        return stored.accepted

    async def signup(self, profile: Profile) -> Taken:
        """A new user, or news of a known one; starts the journeys that `signed_up` enters. Repeating changes nothing.

        Raises Unreachable when a service is down: call again then, what was done is not done twice.
        """
        return await self._tell(await self._store([profile], self._rules(signing_up=True)))

    async def event(self, happened: Happened) -> Taken:
        """An event of a known person: starts the journeys that it enters and tells those that name it.

        Raises NotFound for an unknown person, Unreachable as `signup` does.
        """
        return await self._tell(await self._store([happened], self._rules()))

    async def ask(self, asked: Asked, order_id: str | None = None) -> list[str]:
        """Store an order for a person's running journeys, or one of them, for the relay; the workflows to be told.

        With the same `order_id` a workflow takes it once. Raises NotFound if there is no such person, or none of these
        journeys is running for them.
        """
        _, rows = await self._ask(asked, order_id)
        self.relay.wake()
        return list(rows.values())

    async def order(self, user_id: str, order: str, journey: str | None = None, reason: str = "asked") -> list[str]:
        """Pause, resume, skip or exit a person's running journeys, or one of them, now; the workflows that heard.

        Raises as `ask` does, Unreachable as `signup` does.
        """
        asked = Asked.of({"user_id": user_id, "order": order, "journey": journey, "reason": reason})
        user, rows = await self._ask(asked)
        told = await self.relay.deliver([user])
        heard = [workflow_id for row, workflow_id in rows.items() if row not in told or told[row][1]]
        if not heard:
            raise NotFound(f"{user_id} has just come to the end of it")
        return heard

    async def erase(self, user_id: str) -> None:
        """Remove everything of a person, for good; the relay ends their workflows and removes their histories.

        Raises NotFound for somebody who was never known, Misconfigured without HOMING_HASH_KEY.
        """
        await asyncio.to_thread(erasing.erase, self._database, user_id, self._key, self._now())
        self.relay.wake()

    async def export(self, user_id: str) -> dict[str, Any]:
        """All that is known of a person, as JSON. Raises NotFound, or Gone if they were erased."""
        return await asyncio.to_thread(erasing.export, self._database, user_id, self._key)

    async def set_attributes(self, user: str, values: dict[str, Any], *, besides: str) -> None:
        """Change a person's attributes and tell their running journeys, but the workflow `besides`."""
        news = Profile.of({"user_id": user, "attributes": values, "signup": False})
        await self._tell(await self._store([news], self._rules(besides=besides)))

    async def emit(self, user: str, name: str, properties: dict[str, Any], message_id: str, at: datetime) -> None:
        """Report an event of a person, on behalf of a journey."""
        given = {"user_id": user, "name": name, "properties": properties, "message_id": message_id, "at": at}
        await self.event(Happened.of(given))

    async def enter(self, user: str, journey: str, key: str) -> None:
        """Let a person enter a journey, if its re-entry rule allows. Raises NotFound for an unknown journey."""
        about = (self._database, self._library, user, journey, key, self._now)
        await self.relay.deliver([await asyncio.to_thread(records.let_in, *about)])

    async def _store(self, items: Sequence[Item], rules: Rules) -> Stored:
        return await asyncio.to_thread(taking.take, self._database, self._library, items, rules)

    async def _tell(self, stored: Stored) -> Taken:
        """What was stored, and what was left of these people, is told at once; what others tell just now counts."""
        for one in stored.accepted.ignored:
            raise Gone(one.reason)
        told = await self.relay.deliver(stored.users)
        rows = {row: (str(one.kind), one.workflow_id) for row, one in stored.tellings.items() if row not in told}
        rows |= {row: (one.kind, one.workflow_id) for row, (one, heard) in told.items() if heard}
        found = [rows[row] for row in sorted(rows)]
        started = [workflow_id for kind, workflow_id in found if kind == "start"]
        return Taken(stored.accepted.new > 0, started, [workflow_id for kind, workflow_id in found if kind == "event"])

    async def _ask(self, asked: Asked, order_id: str | None = None) -> tuple[str, dict[int, str]]:
        about = (asked.user_id, asked.journey, asked.order, asked.reason, order_id or uuid4().hex)
        return await asyncio.to_thread(records.ask, self._database, *about)

    def _rules(self, *, strangers: bool = False, besides: str | None = None, signing_up: bool = False) -> Rules:
        return Rules(strangers, self._now(), self._key, besides, self._now, signing_up, self._watched)

    def _now(self) -> datetime:
        return self._clock.journey(datetime.now(UTC))


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Homing]:
    """A client for as long as the block lasts. Raises Unreachable or Misconfigured with what to do.

    Temporal may be away: what is stored then waits for it.
    """
    database = Database(settings.database_url.get_secret_value())
    try:
        await asyncio.to_thread(database.check_schema)
        yield Homing.of(settings, database, await temporal.connect_later())
    finally:
        database.close()
