"""Two journeys want the one message that the caps leave: the higher priority gets it, in whatever order workers run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from activities.orders import Delivered, DeliveryOrder
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.contact.terms import Priority, Terms
from domain.delivery import Outcome
from models import enrollments, waiting
from tests.activities.desk import JOURNEY, Desk

NIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=9)
A_MINUTE = timedelta(minutes=1)
SKIPPED, SENT = Delivered(Outcome.SKIPPED, closed=False), Delivered(Outcome.SENT, closed=False)


@dataclass
class Contest:
    """One person in the journeys `high`, `normal` and `low`, with room for one message a day."""

    desk: Desk
    user: str
    ids: dict[str, str]

    def order(self, rank: Priority, now: datetime, **more: object) -> DeliveryOrder:
        """What the journey of this priority asks for."""
        about = {"enrollment": self.ids[rank], "user": self.user, "journey": rank, "via": ("email",), "now": now}
        terms = Terms(priority=rank, **more)  # type: ignore[arg-type]
        return replace(self.desk.order(), **about, terms=terms)  # type: ignore[arg-type]

    def deliver(self, rank: Priority, now: datetime, **more: object) -> Delivered:
        """One attempt of it."""
        return self.desk.deliver(self.order(rank, now, **more))

    def said(self, rank: str) -> list[str]:
        """The rules of what was decided for it."""
        return [row.rule for row in self.desk.decisions(self.user) if row.enrollment_id == self.ids[rank]]


@pytest.fixture
def contest(desk: Desk) -> Contest:
    """Nobody has got anything yet."""
    desk.policy = Policy.read("21:00-08:00", "overall 1/1d", "* implied")
    for rank in ("high", "normal", "low"):
        desk.publish(JOURNEY.replace("journey: trip", f"journey: {rank}"))
    desk.enroll("frank")
    with desk.database.session() as session:
        ids = {row.journey: row.id for row in enrollments.of_person(session, "frank")}
    return Contest(desk, "frank", ids)


@pytest.mark.parametrize("turns", [("high", "low"), ("low", "high")])
def test_both_wake_in_the_same_morning_and_the_higher_one_goes(
    contest: Contest, turns: tuple[Priority, Priority]
) -> None:
    """The lower one waits a minute for it, and is then left out, or held, as its journey says of one too many."""
    for rank in turns[::-1]:
        assert contest.deliver(rank, NIGHT).held_until == MORNING
    came_to = {rank: contest.deliver(rank, MORNING) for rank in turns}
    assert came_to["high"] == SENT
    yields = Delivered(None, closed=False, held_until=MORNING + A_MINUTE)
    assert came_to["low"] == (yields if turns[0] == "low" else SKIPPED)
    assert contest.deliver("low", MORNING + A_MINUTE) == SKIPPED
    assert contest.said("low") == ["quiet_hours", *(["yields_to"] if turns[0] == "low" else []), "capped"]


def test_two_workers_at_the_same_instant_send_the_higher_one(contest: Contest) -> None:
    """They take turns under the person's lock, and either may be the first."""
    for rank in ("high", "normal", "low"):
        contest.deliver(rank, NIGHT)
    barrier = Barrier(3)

    def attempt(rank: Priority) -> Delivered:
        barrier.wait(10)
        return contest.deliver(rank, MORNING)

    with ThreadPoolExecutor(3) as pool:
        high, normal, low = pool.map(attempt, ("high", "normal", "low"))
    assert (high, normal.outcome == Outcome.SENT, low.outcome == Outcome.SENT) == (SENT, False, False)
    assert [row.enrollment_id for row in contest.desk.messages("frank")] == [contest.ids["high"]]


def test_a_message_without_quiet_hours_leaves_the_room_to_what_the_night_holds_back(contest: Contest) -> None:
    """And takes it when the other was let go: its journey was left during the night."""
    contest.deliver("high", NIGHT)
    assert contest.deliver("low", NIGHT, quiet_hours="none").held_until == MORNING + A_MINUTE
    [decision] = [row for row in contest.desk.decisions("frank") if row.rule == "yields_to"]
    assert (decision.verdict, decision.held_until) == ("held", MORNING + A_MINUTE)
    assert decision.inputs["to"]["journey"] == "high"
    with contest.desk.database.session() as session:
        enrollments.close(session, contest.ids["high"], "left", NIGHT, {})
    assert contest.deliver("low", MORNING + A_MINUTE, quiet_hours="none") == SENT


def test_nobody_yields_to_what_does_not_wake_up(contest: Contest) -> None:
    """A paused journey keeps its place for ten minutes, and no longer."""
    contest.deliver("high", NIGHT)
    contest.deliver("low", NIGHT)
    now, looks = MORNING, 0
    while (found := contest.deliver("low", now)).held_until:
        now, looks = found.held_until, looks + 1
    assert (found, now - MORNING, looks) == (SENT, timedelta(minutes=10), 10)


def test_a_place_is_given_up_with_the_message(contest: Contest) -> None:
    """What is sent, refused or transactional waits for nothing; nor does anything where nothing is counted."""
    desk = contest.desk
    exempt = replace(contest.order("normal", NIGHT), terms=Terms(transactional=True))
    assert desk.deliver(exempt) == SENT
    contest.deliver("high", NIGHT)
    contest.deliver("high", MORNING)
    desk.policy = Policy.read("21:00-08:00", "none", "* implied")
    assert contest.deliver("low", NIGHT).held_until
    with desk.database.session() as session:
        line = waiting.line(session, "frank", contest.ids["low"], Clock().pace)
        assert (line.mine, line.others) == (None, [])


def test_nobody_leaves_room_to_a_message_that_was_let_go(contest: Contest) -> None:
    """It was held until the morning, and a receipt of the one before it came in the night."""
    contest.deliver("high", NIGHT)
    contest.desk.give_up(replace(contest.order("high", NIGHT), past=("sms",), arrived=True))
    assert contest.deliver("low", NIGHT, quiet_hours="none") == SENT
