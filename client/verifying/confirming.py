"""Codes that journeys ask for: each wish is one verification, however often the activity behind it is tried.

Its id is made from the step. It is not withdrawn when Temporal cannot be told, so that the next attempt tells of the
same send, and no attempt makes a second one.
"""

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlmodel import Session

from client.verifying.desk import Sends
from client.verifying.inputs import CodeAsked
from client.verifying.opening import Opened, Opening
from client.verifying.party import Rules
from domain.delivery import Decision, Verdict
from domain.errors import Conflict, TooMany
from domain.verification.answers import Answer, Wish
from domain.verification.contacts import lets_in
from domain.verification.reach import Reach, reach
from domain.verification.refusals import Refusal
from models import crowd, decisions, enrollments, people
from models.database import Database

log = structlog.get_logger()


class Confirming:
    """As `activities.effects.Codes` says."""

    def __init__(
        self, database: Database, opening: Opening, sends: Sends, rules: Rules, real_now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._opening = opening
        self._sends = sends
        self._rules = rules
        self._real_now = real_now

    async def ask(self, wish: Wish) -> Answer:
        """Send a code unless the address is known to be theirs. Raises TooMany or Unreachable: ask again then."""
        found = await asyncio.to_thread(look, self._database, self._rules, wish)
        if found.answer is not Answer.ASKED:
            return found.answer
        opened = await asyncio.to_thread(self._open, wish, found.channels)
        if isinstance(opened, Refusal):
            return await asyncio.to_thread(self._refused, wish, opened)
        try:
            await self._sends.make(opened)
        except Conflict:  # an earlier attempt has told, and it is over by now
            log.info("verification.over", verification=wish.verification)
        return Answer.ASKED

    def _open(self, wish: Wish, channels: tuple[str, ...]) -> Opened | Refusal:
        asked = CodeAsked.model_validate(
            {"user_id": wish.user, "channels": channels, "purpose": wish.purpose, "link": wish.link}
        )
        return self._opening.begin(asked, self._real_now(), wish.verification)

    def _refused(self, wish: Wish, refusal: Refusal) -> Answer:
        """What passes is waited for; what does not is as if there were no address."""
        with self._database.session() as session:
            _keep(session, wish, Decision(None, Verdict.REFUSED, "code_limit", {"limit": str(refusal.kind)}))
        say = log.error if refusal.alert else log.warning
        say("verification.refused", why=str(refusal.kind), place=refusal.place)
        if refusal.wait is None:
            return Answer.OUT_OF_REACH
        raise TooMany(f"{refusal.message} ({math.ceil(refusal.wait.total_seconds())} s)", refusal.wait)


def look(database: Database, rules: Rules, wish: Wish) -> Reach:
    """By which channels a code can go, and whether it is needed; each channel's decision is kept."""
    with database.session() as session:
        user_id = crowd.look(session, [wish.user])[wish.user].user
        endpoints = people.endpoints(session, user_id)
        let_in = partial(lets_in, countries=rules.countries)
        found = reach(wish.contact, wish.via, endpoints, rules.channels, let_in)
        _keep(session, wish, *found.decisions)
    return found


def _keep(session: Session, wish: Wish, *decided: Decision) -> None:
    """Under the person's id of now, which goes with them when they are erased; somebody who was leaves none."""
    if owner := enrollments.lock(session, wish.enrollment):
        about = decisions.About(wish.enrollment, owner, wish.step, wish.pass_number)
        decisions.record(session, about, decided, wish.now)


def real_now() -> datetime:
    """The real time: attackers know no other."""
    return datetime.now(UTC)
