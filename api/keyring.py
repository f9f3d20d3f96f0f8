"""Who calls: keys from PostgreSQL, remembered for a few seconds, so that a revoked one soon opens nothing."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from domain.keys import GivenKey, KeyKind, KnownKey, admits, read_key
from models import keys
from models.database import Database

REMEMBERED_S = 5.0
MOST_REMEMBERED = 10_000  # of guesses too; a stranger cannot fill the memory with them


class Keyring:
    """One per process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._seen: OrderedDict[str, tuple[KnownKey | None, float]] = OrderedDict()

    async def identify(self, text: str, kind: KeyKind) -> KnownKey | None:
        """The key that this is, None if it is none, of the other kind, or has ended. Raises Unreachable."""
        given = read_key(text)
        if given is None or given.kind is not kind:
            return None
        known, at = self._seen.get(given.id, (None, None))
        if at is None or self._clock() - at > REMEMBERED_S:
            known = await asyncio.to_thread(self._look_up, given)
            self._remember(given.id, known)
        return known if admits(known, given, datetime.now(UTC)) else None

    def _look_up(self, given: GivenKey) -> KnownKey | None:
        """From the database; one that is right is noted as used."""
        now = datetime.now(UTC)
        with self._database.session() as session:
            known = keys.known(session, given.id)
            if admits(known, given, now):
                keys.touch(session, given.id, now)
        return known

    def _remember(self, key_id: str, known: KnownKey | None) -> None:
        self._seen[key_id] = (known, self._clock())
        self._seen.move_to_end(key_id)
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
