"""The relay: tells workflows what the outbox holds, in order for each person, however long Temporal was away.

Rows are told while their person's head is locked, and deleted with that lock. A relay that dies in between leaves
them to the next one, and workflows know what they were told by its id. While Temporal is away nothing is refused.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence

import structlog
from sqlmodel import Session

from client.journeys import Journeys
from client.library import Library
from client.rounds import Round, Rounds
from domain.errors import HomingError
from models import claims
from models.claims import Head, Waiting
from models.database import Database

LANES = 2  # each holds a connection to PostgreSQL while it has something to tell
MOST_PEOPLE = 25  # at a time in a lane: Temporal's server is the limit, and 50 calls keep it busy
LOOK_AT = 4 * MOST_PEOPLE  # heads, of which others hold some
SWEEP_S = 1.0  # for what other processes have stored
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 5.0  # while Temporal or PostgreSQL is away
PATIENCE_S = 10.0  # with another relay that is telling what we wait for
LOOK_AGAIN_S = 0.02

log = structlog.get_logger()


class Relay:
    """One per process. `run` it in an API; `deliver` tells at once, for those who want to know what comes of it."""

    def __init__(self, database: Database, journeys: Journeys, library: Library | None = None) -> None:
        self._database = database
        self._rounds = Rounds(database, journeys, library or Library())
        self._lanes = [Lane(self._rounds, self) for _ in range(LANES)]
        self.counts: Counter[str] = Counter()  # rows told, refused and set_aside since the start
        self.stopping = False
        self.after = ""  # the person claimed last: those who follow come next, so everybody's turn comes

    def wake(self) -> None:
        """There is something to tell."""
        for lane in self._lanes:
            lane.news.set()

    async def run(self) -> None:
        """Tell until cancelled; what has begun by then is finished."""
        self.stopping = False
        lanes = asyncio.gather(*(lane.run() for lane in self._lanes))
        log.info("relay.started")
        try:
            await asyncio.shield(lanes)
        except asyncio.CancelledError:
            self.stopping = True
            self.wake()
            await lanes
            log.info("relay.stopped", **self.counts)
            raise

    async def deliver(self, users: Collection[str]) -> dict[int, tuple[Waiting, bool]]:
        """Tell all that waits of these people; the rows that were told, and whether a workflow heard of each.

        Raises Unreachable, Misconfigured or Refused; what could not be told waits for the next who tries.
        """
        told: dict[int, tuple[Waiting, bool]] = {}
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while await asyncio.to_thread(self._waits, users):
            # Whoever is cancelled while they wait leaves no transaction in the middle.
            made = await asyncio.shield(self._rounds.make(lambda session: claims.heads_of(session, users), MOST_PEOPLE))
            told |= made.told
            self.note(made)
            for error in (made.trouble, *made.refused.values()):
                if error:
                    raise error
            if not made.claimed and asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0 if made.claimed else LOOK_AGAIN_S)
        return told

    def note(self, made: Round) -> None:
        """Count, and say what should be known."""
        self.counts.update(told=len(made.told), refused=len(made.refused), set_aside=made.set_aside)
        for row_id, error in made.refused.items():
            log.warning("relay.refused", row=row_id, why=str(error))
        if made.set_aside:
            log.error("relay.set_aside", rows=made.set_aside, see="starter.py outbox list")

    def _waits(self, users: Collection[str]) -> bool:
        with self._database.session() as session:
            return bool(claims.heads_of(session, users))


class Lane:
    """One round after another, as long as anything is due."""

    def __init__(self, rounds: Rounds, relay: Relay) -> None:
        self.news = asyncio.Event()
        self._rounds = rounds
        self._relay = relay
        self._pause_s = 0.0  # above 0 while Temporal or PostgreSQL is away

    async def run(self) -> None:
        """Until the relay stops."""
        while not self._relay.stopping:
            self.news.clear()
            busy = await self._round()
            if not busy:
                await self._rest()

    async def _round(self) -> bool:
        """Whether there may be more to do at once."""
        begun = self._relay.after
        try:
            made = await self._rounds.make(self._next, 1 if self._pause_s else MOST_PEOPLE)
        except HomingError as error:
            return self._wait_for(error)
        except Exception:  # whatever it is, what waits must not wait for ever
            log.exception("relay.failed")
            self._pause_s = LONGEST_PAUSE_S
            return False
        self._relay.note(made)
        if made.trouble:
            return self._wait_for(made.trouble)
        if self._pause_s:
            log.info("relay.goes_on")
        self._pause_s = 0.0
        return bool(made.claimed or begun)

    def _next(self, session: Session) -> Sequence[Head]:
        """Whose turn it is; past the last one it is the first one's again.

        While there is trouble one is tried after the other: it may be that of a single workflow.
        """
        heads = claims.heads_from(session, self._relay.after, 1 if self._pause_s else LOOK_AT)
        more = bool(heads) if self._pause_s else len(heads) == LOOK_AT
        self._relay.after = heads[min(len(heads), MOST_PEOPLE) - 1].user_id if more else ""
        return heads

    def _wait_for(self, error: HomingError) -> bool:
        self._pause_s = min(max(self._pause_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        log.warning("relay.waits", why=str(error), seconds=self._pause_s)
        return False

    async def _rest(self) -> None:
        """Until there are news, or it is time to look by oneself."""
        if self._pause_s and not self._relay.stopping:
            await asyncio.sleep(FIRST_PAUSE_S)  # however many news come in, what is away is not asked all the time
        try:
            async with asyncio.timeout(self._pause_s or SWEEP_S):
                await self.news.wait()
        except TimeoutError:
            pass
