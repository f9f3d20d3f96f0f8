"""Who follows a short link is sent on at once; whose click it was is judged a moment later, and told if a person's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawleruseragents import is_crawler

from domain.clock import Clock
from domain.links.clicks import BURST, is_machine
from domain.links.rewriting import host
from domain.links.shortening import ID_LENGTH
from domain.receipts import Receipt, ReceiptState
from models import links
from models.database import Database
from models.links import Click

AT_ONCE = 100  # links that are judged together
LINK = re.compile(rf"[0-9A-Za-z]{{{ID_LENGTH}}}")
# What the list of crawlers lacks: gateways that scan mails (Barracuda, Proofpoint, Mimecast, Cisco and Office name
# themselves), the HTTP client of Java, and what only says that it is something like a browser.
SCANNERS = re.compile(r"barracuda|proofpoint|mimecast|ciscosecure|ms-office|^java/|^mozilla/[0-9.]+$", re.IGNORECASE)
LONGEST_AGENT = 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Clicks with what they were; those of people as receipts."""

    people: Sequence[Click]
    machines: Sequence[Click]

    @property
    def receipts(self) -> list[Receipt]:
        """One for each link that a person has followed for the first time."""
        return [_receipt(one) for one in self.people]


def says_it_is_a_machine(agent: str) -> bool:
    """Whether this calls itself a program that no person sits at, or does not say what it is."""
    agent = agent.strip()[:LONGEST_AGENT]
    return not agent or SCANNERS.search(agent) is not None or bool(is_crawler(agent))


class Clicks:
    """One per process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def target(self, link: str) -> str | None:
        """Where a link leads, None if it is none. Raises Unreachable."""
        if not LINK.fullmatch(link):
            return None
        with self._database.session() as session:
            return links.target(session, link)

    def follow(self, link: str, real_now: datetime, *, machine: bool) -> str | None:
        """The same, and counted: one short statement, whoever follows. Raises Unreachable."""
        if not LINK.fullmatch(link):
            return None
        with self._database.session() as session:
            return links.hit(session, link, real_now, machine=machine)

    def judge(self, real_now: datetime) -> Judged:
        """The clicks that can be judged by now. Nothing is changed."""
        with self._database.session() as session:
            due = links.due(session, real_now, BURST, AT_ONCE)
        machines = [one for one in due if self._is_machine(one)]
        return Judged([one for one in due if one not in machines], machines)

    def close(self, judged: Judged) -> bool:
        """They are counted, once; whether more are to be judged. Only after their receipts were taken."""
        with self._database.session() as session:
            for one in judged.people:
                links.judged(session, one, self._clock.journey(one.real_at), machine=False)
            for one in judged.machines:
                links.judged(session, one, self._clock.journey(one.real_at), machine=True)
            return links.waits(session)

    def _is_machine(self, one: Click) -> bool:
        after: timedelta = self._clock.journey(one.real_at) - one.sent_at
        return is_machine(one.channel, after, others=one.others)


def _receipt(one: Click) -> Receipt:
    return Receipt(
        key=f"click:{one.link_id}",
        channel=one.channel,
        state=ReceiptState.CLICKED,
        message_id=one.message_id,
        at=one.real_at,
        detail=f"link {one.position} was followed",
        link=(one.position, host(one.url)),
    )
