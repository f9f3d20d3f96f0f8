"""The contact policy over what is stored: holds and refusals are in the books, and nobody gets more than their caps."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from activities.orders import Delivered
from channels.protocol import Failure
from domain.addresses import fingerprint
from domain.contact.policy import Policy
from domain.contact.terms import Terms
from domain.delivery import MessageState, Outcome
from domain.suppression import Reason
from models import consents, enrollments, pauses, suppressions
from models.people import Person
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, JOURNEY, NOW, Desk
from tests.fakes import refusal

SENT = Delivered(Outcome.SENT, closed=False)
SKIPPED = Delivered(Outcome.SKIPPED, closed=False)
NIGHT = NOW + timedelta(hours=14)
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
HELD = Delivered(None, closed=False, held_until=MORNING)
EXEMPT = Terms(transactional=True)
BUSY = refusal(Failure.TRANSIENT, "busy")


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """With quiet hours, and two messages a day."""
    desk.policy = Policy.read("21:00-08:00", "overall 2/1d", "* implied")
    return desk


def say(desk: Desk, *, given: bool, topic: str = "test", channel: str = "", **more: Any) -> None:
    """Alice makes a statement."""
    statement = {"topic": topic, "channel": channel, "given": given, "at": NOW, **more}
    with desk.database.session() as session:
        consents.record(session, "alice", [statement])


def test_at_night_a_message_is_held_and_nothing_is_reserved(strict: Desk, fakes: Fakes) -> None:
    """No row, so no attempt, no failure and no provider who has heard of it; and the decision says until when."""
    assert strict.deliver(strict.order(now=NIGHT)) == HELD
    assert (strict.messages(), fakes["sms"].taken) == ([], [])
    assert strict.rules() == [("sms", "quiet_hours"), ("email", "quiet_hours")]
    assert {row.held_until for row in strict.decisions()} == {MORNING}
    assert strict.deliver(strict.order(now=MORNING)) == SENT
    assert strict.messages()[0].attempts == 1


def test_two_nights_are_two_decisions_and_a_retry_of_one_is_none(strict: Desk) -> None:
    """What is told is what happened."""
    for now in (NIGHT, NIGHT, NIGHT + timedelta(days=1)):
        strict.deliver(strict.order(now=now, via=("sms",)))
    assert [row.held_until for row in strict.decisions()] == [MORNING, MORNING + timedelta(days=1)]


def test_the_last_message_of_a_journey_closes_nothing_while_it_is_held(strict: Desk) -> None:
    """It is still to come."""
    assert strict.deliver(strict.order(now=NIGHT, last=True)) == HELD
    assert strict.deliver(strict.order(now=MORNING, last=True)).closed


def test_a_message_that_a_provider_put_off_into_the_night_waits_for_the_morning(strict: Desk, fakes: Fakes) -> None:
    """Its attempts go on then: the reservation stays, and its room under the caps."""
    fakes["sms"].raises = [BUSY]
    strict.refused(strict.order())
    assert strict.deliver(strict.order(now=NIGHT)) == HELD
    assert strict.story() == [("sms", "retrying", "busy")]
    assert strict.deliver(strict.order(now=MORNING)) == SENT
    assert strict.story() == [("sms", "accepted", None)]


def test_holds_give_no_new_patience_with_a_provider_that_is_down(strict: Desk, fakes: Fakes) -> None:
    """Three days after its first attempt it is too late, though each morning begins a new activity."""
    fakes["sms"].raises = [BUSY]
    strict.refused(strict.order())
    strict.waited = timedelta(days=3, minutes=1)
    assert strict.deliver(strict.order(now=MORNING)) == Delivered(Outcome.FAILED, closed=False)
    assert strict.story() == [("sms", "failed", "gave_up")]


def test_who_writes_stop_while_a_message_waits_does_not_get_it(strict: Desk, fakes: Fakes) -> None:
    """Another channel does, for only this one was told to stop."""
    fakes["sms"].raises = [BUSY]
    strict.refused(strict.order())
    with strict.database.session() as session:
        suppressions.suppress(session, "sms", fingerprint("sms", str(ALICE["phone"])), Reason.OPTED_OUT, NOW)
    assert strict.deliver(strict.order()) == SENT
    assert strict.story() == [("sms", "failed", "suppressed"), ("email", "accepted", None)]


@pytest.mark.parametrize("terms", [Terms(), EXEMPT])
def test_stop_outdoes_every_exemption(strict: Desk, terms: Terms) -> None:
    """On that channel."""
    with strict.database.session() as session:
        suppressions.suppress(session, "sms", fingerprint("sms", str(ALICE["phone"])), Reason.OPTED_OUT, NOW)
    assert strict.deliver(strict.order(via=("sms",), terms=terms)) == SKIPPED
    assert strict.rules() == [("sms", "suppressed")]


def test_a_transactional_message_goes_at_night_and_takes_nobodys_room(strict: Desk) -> None:
    """A code at midnight, three of them, and still two messages on the same day."""
    for number in range(3):
        assert strict.deliver(strict.order(now=NIGHT, step=f"code-{number}", terms=EXEMPT)) == SENT
    day = MORNING + timedelta(hours=1)
    assert [strict.deliver(strict.order(now=day, step=f"s{number}")) for number in range(3)] == [SENT, SENT, SKIPPED]


def test_one_too_many_is_skipped_or_held_as_the_journey_says(strict: Desk) -> None:
    """Until the first of them is a day old."""
    for step in ("one", "two"):
        strict.deliver(strict.order(step=step))
    assert strict.deliver(strict.order(step="skipped")) == SKIPPED
    held = strict.deliver(strict.order(step="held", terms=Terms(capped="hold")))
    assert held == Delivered(None, closed=False, held_until=NOW + timedelta(days=1))
    assert strict.deliver(strict.order(step="held", now=NOW + timedelta(days=1))) == SENT


def test_what_failed_takes_no_room(strict: Desk, fakes: Fakes) -> None:
    """Nobody has got it."""
    fakes["sms"].raises = [refusal(Failure.PERMANENT, "unreachable")]
    strict.deliver(strict.order(step="one"))
    assert strict.deliver(strict.order(step="two")) == SENT


def test_many_journeys_at_the_same_moment_do_not_outdo_the_cap(strict: Desk) -> None:
    """They are counted one after the other, though each has an enrollment of its own to lock."""
    for number in range(6):
        strict.publish(JOURNEY.replace("journey: trip", f"journey: trip-{number}"))
    strict.enroll("frank")
    with strict.database.session() as session:
        ids = [row.id for row in enrollments.of_person(session, "frank") if row.journey != "trip"]
    barrier = Barrier(len(ids))

    def attempt(enrollment: str) -> str:
        barrier.wait(10)
        order = strict.order(user="frank", via=("email",))
        return str(strict.deliver(replace(order, enrollment=enrollment)).outcome)

    with ThreadPoolExecutor(len(ids)) as pool:
        assert sorted(pool.map(attempt, ids)) == ["sent"] * 2 + ["skipped"] * 4


def test_what_was_taken_back_is_not_sent_and_the_books_say_when_it_was(strict: Desk) -> None:
    """On the channel that it was taken back for; the other is used."""
    say(strict, given=False, channel="sms")
    assert strict.deliver(strict.order()) == SENT
    assert strict.rules() == [("sms", "consent_withdrawn"), ("email", "address_usable")]
    assert strict.decisions()[0].inputs["said"] == NOW.isoformat()


def test_a_topic_that_asks_for_confirmed_consent_gets_it_first(desk: Desk) -> None:
    """Double opt-in, as settings ask for it."""
    desk.policy = Policy.read("none", "none", "test confirmed")
    say(desk, given=True)
    assert desk.deliver(desk.order()) == SKIPPED
    say(desk, given=True, kind="confirmed", at=NOW + timedelta(seconds=1))
    assert desk.deliver(desk.order(step="again")) == SENT


def test_who_asked_for_peace_gets_none_but_what_they_need(desk: Desk) -> None:
    """A pause of thirty days is theirs, not ours."""
    with desk.database.session() as session:
        pauses.record(session, "alice", NOW, NOW + timedelta(days=30), "page", "person")
    assert desk.deliver(desk.order()) == SKIPPED
    assert desk.rules() == [("sms", "paused_by_person"), ("email", "paused_by_person")]
    assert desk.deliver(desk.order(step="code", terms=EXEMPT)) == SENT
    assert desk.deliver(desk.order(step="later", now=NOW + timedelta(days=31))) == SENT


def test_the_journeys_own_quiet_hours_and_zone_count(strict: Desk) -> None:
    """None at all, or a siesta where nobody knows where the person is."""
    assert strict.deliver(strict.order(now=NIGHT, terms=Terms(quiet_hours="none"))) == SENT
    with strict.database.session() as session:
        person = session.get_one(Person, "alice")
        person.zone = ""
        session.add(person)
    siesta = replace(strict.order(step="later"), terms=Terms(quiet_hours="10:00-12:00", zone="Europe/Madrid"))
    assert strict.deliver(siesta).held_until == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_a_held_message_is_no_state_of_a_message(strict: Desk) -> None:
    """Holding is a decision; the states of messages are about providers."""
    strict.deliver(strict.order(now=NIGHT))
    assert "held" not in set(MessageState)
