"""Journeys at two workers, in zones and nights in which clocks change: nothing at night, and never one too many."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from activities.orders import DeliveryOrder
from domain.contact.caps import Sent, full
from domain.contact.policy import Policy
from domain.contact.terms import Capped, Priority, Terms
from models import enrollments
from models.decisions import StoredDecision
from models.messages import Message
from tests.activities.desk import JOURNEY, Desk

CAPS = "overall 3/1d, overall 2/5h, topic 2/1d, sms 1/8h"
JOURNEYS, STEPS, DAYS = 5, 4, 3
WORST = 400  # decisions; a hold that never ends would pass it
WEEKENDS = [
    ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC)),  # clocks go forward
    ("Europe/Berlin", datetime(2026, 10, 24, tzinfo=UTC)),  # and back
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),  # by half an hour
    ("Asia/Kathmandu", datetime(2026, 3, 1, tzinfo=UTC)),
]


@dataclass
class Weekend:
    """One person in many journeys, each of which wants to say something now and then."""

    desk: Desk
    chance: Random
    begins: datetime
    due: list[DeliveryOrder] = field(default_factory=list)

    def fill(self) -> None:
        """Orders at any hour, several at the same."""
        for number in range(JOURNEYS):
            self.desk.publish(JOURNEY.replace("journey: trip", f"journey: trip-{number}"))
        self.desk.enroll("frank")
        with self.desk.database.session() as session:
            rows = [row for row in enrollments.of_person(session, "frank") if row.journey != "trip"]
        hours = self.chance.sample(range(DAYS * 24), k=STEPS * 2)
        for row in rows:
            for step, hour in enumerate(self.chance.sample(hours, k=STEPS)):
                about: dict[str, Any] = {"enrollment": row.id, "journey": row.journey, "user": "frank"}
                about |= {"step": f"s{step}", "now": self.begins + timedelta(hours=hour), "terms": self._terms()}
                order = self.desk.order(via=self.chance.choice([("sms", "email"), ("email", "sms"), ("sms",)]))
                self.due.append(replace(order, **about, topic=self.chance.choice(["news", "offers"])))

    def _terms(self) -> Terms:
        any_of = self.chance.choice
        exempt = self.chance.random() < 0.15
        return Terms(transactional=exempt, capped=any_of(get_args(Capped)), priority=any_of(get_args(Priority)))

    def play(self) -> int:
        """Two workers take what is due, in any order, until nothing is held any more; how often they decided."""
        looks = 0
        with ThreadPoolExecutor(2) as workers:
            while self.due and looks < WORST:
                now = min(order.now for order in self.due)
                batch = [order for order in self.due if order.now <= now + timedelta(minutes=20)]
                self.chance.shuffle(batch)
                self.due = [order for order in self.due if order not in batch]
                for order, came_to in zip(batch, workers.map(self.desk.deliver, batch), strict=True):
                    looks += 1
                    if came_to.held_until:
                        self.due.append(replace(order, now=came_to.held_until))
        return looks


def counted(rows: list[Message]) -> Iterator[tuple[Message, list[Sent]]]:
    """Each message that caps count, with those that were sent until then."""
    marketing = sorted((row for row in rows if not row.transactional), key=lambda row: row.reserved_at)
    for place, row in enumerate(marketing):
        yield row, [Sent(one.reserved_at, one.channel, one.topic) for one in marketing[:place]]


def explained(row: StoredDecision) -> bool:
    """Whether a decision says by what it was made."""
    return bool(row.rule and row.inputs) and (row.verdict == "held") == (row.held_until is not None)


@pytest.mark.parametrize(("name", "begins"), WEEKENDS, ids=[zone for zone, _ in WEEKENDS])
def test_nothing_goes_at_night_and_never_one_too_many(desk: Desk, name: str, begins: datetime) -> None:
    """Whatever waits for whatever, and whichever worker is first; and each decision says why."""
    desk.policy = Policy.read("21:00-08:00", CAPS, "* implied")
    weekend = Weekend(desk, Random(name), begins)
    weekend.fill()
    desk.enroll("frank", zone=name)
    assert weekend.play() < WORST
    rows, decisions = desk.messages("frank"), desk.decisions("frank")
    assert len(rows) > DAYS
    for row, before in counted(rows):
        assert 8 <= row.reserved_at.astimezone(ZoneInfo(name)).hour < 21
        assert full(desk.policy.caps, before, row.channel, row.topic, row.reserved_at) is None
    assert {(row.enrollment_id, row.step) for row in decisions} >= {(row.enrollment_id, row.step) for row in rows}
    assert len({(row.enrollment_id, row.step) for row in decisions}) == JOURNEYS * STEPS
    assert {row.rule for row in decisions} >= {"quiet_hours", "capped", "address_usable"}
    assert all(map(explained, decisions))
