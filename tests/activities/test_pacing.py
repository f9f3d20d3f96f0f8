"""Rates, Retry-After and the circuit, on the real PostgreSQL that workers share; the clock is moved by hand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

import pytest
import requests
from temporalio.exceptions import ApplicationError

from activities.failures import LONGEST_AWAY
from activities.lines import Lines
from activities.orders import Delivered
from activities.pacing import Pacing
from activities.places import Places
from activities.senders import key_of, read_rates, register
from channels import registry
from channels.protocol import ChannelError, Failure
from domain.delivery import Outcome
from domain.line import OPENS_AFTER, SPREAD, Line
from domain.rates import Rates, read
from models import senders
from models.database import Database
from tests.activities.conftest import Fakes
from tests.activities.desk import Desk
from tests.channels.settings import Chosen
from tests.fakes import refusal
from tests.sandbox_server import Sandbox

SENT = Delivered(Outcome.SENT, closed=False)
BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class PacedDesk(Desk):
    """A desk whose clock stands still; `naps` are what its messages have waited for in place."""

    naps: list[float] = field(default_factory=list)

    def real_now(self) -> datetime:
        """As moved by the test."""
        return BEGAN + self.waited

    def keep(self, rates: Rates | None = None) -> "PacedDesk":
        """Put a gate before the channels, as another worker would have it."""
        lines = Lines(self.database, self.real_now)
        self.gate = Pacing(lines, Places(8), self.real_now, rates or {}, sleep=self.naps.append)
        return self

    def line(self, channel: str = "sms") -> Line:
        """What PostgreSQL knows of a channel's sender."""
        with self.database.session() as session:
            return senders.hold(session, key_of(self.channels[channel]))


@pytest.fixture
def paced(database: Database, fakes: Fakes) -> PacedDesk:
    """Alice is enrolled, and prefers SMS."""
    made = PacedDesk(database, fakes).keep()
    made.enroll()
    return made


def crowd(desk: Desk, size: int) -> list[str]:
    """So many people, enrolled."""
    names = [f"user-{number}" for number in range(size)]
    for name in names:
        desk.enroll(name, phone=f"+1415555{int(name[5:]) + 1000}")
    return names


def test_two_workers_share_one_rate(paced: PacedDesk, fakes: Fakes) -> None:
    """Each message has a slot of its own, a second after the one before it, whoever takes it."""
    people = crowd(paced, 8)
    rates = read("sms=1/s")
    workers = [PacedDesk(paced.database, fakes, enrollments=paced.enrollments).keep(rates) for _ in range(2)]

    def deliver(number: int) -> timedelta:
        try:
            workers[number % 2].deliver(paced.order(user=people[number], via=("sms",)))
        except ApplicationError as error:
            return error.next_retry_delay or timedelta(0)
        return timedelta(0)

    with ThreadPoolExecutor(8) as threads:
        waits = sorted(threads.map(deliver, range(8)))
    naps = [SECOND * nap for worker in workers for nap in worker.naps]
    assert naps == [SECOND]  # a slot as near as this is waited for on the spot
    assert waits == [0 * SECOND, 0 * SECOND, *(SECOND * n for n in range(2, 8))]
    assert len(fakes["sms"].taken) == 2


def test_a_message_comes_back_to_its_slot_and_takes_no_other(paced: PacedDesk, fakes: Fakes) -> None:
    """One more action for a message that has to wait, however many wait with it."""
    paced.keep(read("sms=1/min"))
    crowd(paced, 2)
    assert paced.deliver(paced.order(user="user-0", via=("sms",))) == SENT
    assert paced.refused(paced.order(user="user-1", via=("sms",))).next_retry_delay == 60 * SECOND
    assert paced.story("user-1") == [("sms", "retrying", "paced")]
    line = paced.line()
    paced.waited = 60 * SECOND
    assert paced.deliver(paced.order(user="user-1", via=("sms",))) == SENT
    assert paced.line() == line
    assert paced.story("user-1") == [("sms", "accepted", None)]


def test_a_rate_that_was_mended_lets_go_whoever_waits_for_it(paced: PacedDesk) -> None:
    """A day was meant to be a second: new messages go at once, and those that wait look again within the hour."""
    set_rates(paced, "sms=1/d")
    crowd(paced, 3)
    assert paced.deliver(paced.order(user="user-0", via=("sms",))) == SENT
    waits = paced.order(user="user-1", via=("sms",))
    assert paced.refused(waits).next_retry_delay == LONGEST_AWAY
    paced.waited = LONGEST_AWAY
    assert paced.refused(waits).next_retry_delay == LONGEST_AWAY  # its slot is the same
    assert paced.line().next_slot == BEGAN + timedelta(days=2)
    set_rates(paced, "sms=1/s")
    assert paced.deliver(paced.order(user="user-2", via=("sms",))) == SENT
    assert paced.deliver(waits) == SENT


def set_rates(desk: PacedDesk, text: str) -> None:
    """As a worker does that starts with these."""
    rates = read_rates(text, desk.channels.values())
    register(desk.database, desk.channels.values(), rates)
    desk.keep(rates)


def test_a_sender_that_is_set_up_no_more_is_forgotten(paced: PacedDesk, fakes: Fakes) -> None:
    """People read the list to see what is wrong now; a worker of before that still uses it finds it anew."""
    set_rates(paced, "fake=1/s")
    del fakes["sms"]
    set_rates(paced, "none")
    with paced.database.session() as session:
        assert [row.key for row in senders.every(session)] == [key_of(fakes[name]) for name in ("email", "whatsapp")]


def test_a_provider_has_a_rate_for_all_its_senders(paced: PacedDesk) -> None:
    """The slower of both rates holds; the fakes' provider is called `fake`."""
    paced.keep(read("sms=1/s, fake=1/h"))
    crowd(paced, 1)
    assert paced.deliver(paced.order(via=("sms",))) == SENT
    assert paced.refused(paced.order(user="user-0", via=("email",))).next_retry_delay == 3600 * SECOND


def test_without_a_rate_and_while_all_is_well_nothing_is_written(paced: PacedDesk) -> None:
    """Nearly every message of nearly every deployment."""
    assert paced.deliver(paced.order()) == SENT
    with paced.database.session() as session:
        assert senders.every(session) == []


def real(desk: PacedDesk, sandbox: Sandbox) -> PacedDesk:
    """The same with the providers' own SDKs."""
    return PacedDesk(
        desk.database, registry.build(Chosen(sandbox_url=sandbox.url)), enrollments=desk.enrollments
    ).keep()


def test_retry_after_is_said_to_one_and_kept_by_all(paced: PacedDesk, sandbox: Sandbox) -> None:
    """Nothing of that sender is handed over before; another sender's goes out."""
    desk = real(paced, sandbox)
    crowd(desk, 2)
    sandbox.fault(status_code=429, retry_after=7, times=1)
    first = desk.order(user="user-0", via=("sms",))
    second = desk.order(user="user-1", via=("sms",))
    assert desk.refused(first).next_retry_delay == 7 * SECOND
    waits = desk.refused(second).next_retry_delay
    assert waits == 7 * SECOND + SPREAD
    assert desk.story("user-1") == [("sms", "retrying", "rate_limited")]
    assert sandbox.messages() == []
    assert desk.deliver(desk.order(user="user-1", via=("email",), step="other")) == SENT
    desk.waited = 8 * SECOND
    assert (desk.deliver(first), desk.deliver(second)) == (SENT, SENT)


def test_a_provider_that_is_busy_and_wants_no_wait_is_held_as_one_that_is_down(paced: PacedDesk, fakes: Fakes) -> None:
    """SendGrid's limit ended a second ago by our clock: without a wait to keep to, thousands would go on knocking."""
    busy = ChannelError(Failure.TRANSIENT, "rate_limited", "HTTP 429", timedelta(0))
    fakes["sms"].raises = [busy] * OPENS_AFTER
    for name in crowd(paced, OPENS_AFTER):
        paced.refused(paced.order(user=name, via=("sms",)))
    assert paced.line().is_down


@pytest.mark.parametrize("fault", [{"status_code": 503}, {"status_code": 500}, {"drop": "before"}])
def test_messages_outlast_a_provider_that_is_down(paced: PacedDesk, sandbox: Sandbox, fault: dict[str, object]) -> None:
    """A few calls, then each arrives once, none failed, and no other channel was taken for it."""
    desk = real(paced, sandbox)
    sandbox.fault(channel="sms", **fault)
    waiting = [(0 * SECOND, name) for name in crowd(desk, 12)]
    up_again, tried = 100 * SECOND, -1
    while waiting:
        desk.waited, name = heappop(waiting)
        if desk.waited >= up_again and tried < 0:
            tried = sandbox.faults()[0]["struck"]
            requests.delete(f"{sandbox.url}/faults", timeout=10)
        try:
            assert desk.deliver(desk.order(user=name)) == SENT
        except ApplicationError as error:
            heappush(waiting, (desk.waited + (error.next_retry_delay or SECOND), name))
    assert OPENS_AFTER <= tried < 12  # each message alone would have tried six times
    assert len({one["to"] for one in sandbox.messages()}) == len(sandbox.messages()) == 12
    assert {one["channel"] for one in sandbox.messages()} == {"sms"}
    assert not desk.line().is_down


def test_what_is_in_doubt_is_not_asked_about_while_the_provider_is_down(paced: PacedDesk, fakes: Fakes) -> None:
    """It stays in doubt, and is asked about when it is back."""
    order = paced.order(via=("sms",))
    fakes["sms"].takes_anyway = True
    fakes["sms"].raises = [refusal(Failure.AMBIGUOUS) for _ in range(OPENS_AFTER)]
    for name in crowd(paced, OPENS_AFTER - 1):
        paced.refused(paced.order(user=name, via=("sms",)))
    assert paced.refused(order).next_retry_delay == 10 * SECOND  # the fifth
    assert str(paced.refused(order)) == "Waits: provider_down"
    assert paced.story() == [("sms", "sending", "provider_down")]
    paced.waited = 10 * SECOND
    assert paced.deliver(order) == SENT
    assert len(fakes["sms"].taken) == OPENS_AFTER  # it was found, and not sent again
    assert not paced.line().is_down


def test_a_probe_that_finds_no_place_keeps_nobody_from_probing(paced: PacedDesk, fakes: Fakes) -> None:
    """It has not called: the next one, of this worker or another, finds out at once that the provider is back."""
    with paced.database.session() as session:
        senders.hold(session, key_of(fakes["sms"]))
        senders.store(session, key_of(fakes["sms"]), Line(failures=OPENS_AFTER, not_before=BEGAN, since=BEGAN))
    crowded = Places(1, slow_s=0)
    paced.gate = Pacing(Lines(paced.database, paced.real_now), crowded, paced.real_now)
    with crowded.at("fake"):
        assert str(paced.refused(paced.order())) == "Waits: crowded"
    assert paced.deliver(paced.order()) == SENT
    assert not paced.line().is_down


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (Failure.PERMANENT, "invalid_address"),  # a person's number
        (Failure.CONFIGURATION, "credentials_refused"),  # our mistake
        (Failure.TRANSIENT, "not_delivered"),  # a person's phone
    ],
)
def test_a_provider_that_judges_is_not_down(paced: PacedDesk, fakes: Fakes, failure: Failure, reason: str) -> None:
    """However often in a row."""
    for name in crowd(paced, OPENS_AFTER + 1):
        fakes["sms"].raises = [refusal(failure, reason)]
        if failure is Failure.PERMANENT:
            paced.deliver(paced.order(user=name, via=("sms",)))
        else:
            paced.refused(paced.order(user=name, via=("sms",)))
    assert not paced.line().is_down


def test_a_success_in_between_ends_the_row(paced: PacedDesk, fakes: Fakes) -> None:
    """A provider that fails now and then is not down."""
    crowd(paced, 2 * OPENS_AFTER)
    for number in range(2 * OPENS_AFTER):
        order = paced.order(user=f"user-{number}", via=("sms",))
        if number == OPENS_AFTER - 1:
            paced.deliver(order)
        else:
            fakes["sms"].raises = [refusal(Failure.TRANSIENT)]
            paced.refused(order)
    assert paced.line().failures == OPENS_AFTER


def out_of_reach() -> Database:
    """Nobody listens there."""
    return Database("postgresql://nobody@127.0.0.1:1/none")


def test_a_message_whose_line_cannot_be_read_is_in_no_doubt(paced: PacedDesk, fakes: Fakes) -> None:
    """It was never with the provider, who cannot be asked; it comes back, and goes."""
    fakes["sms"].can_ask = False
    paced.gate = Pacing(Lines(out_of_reach(), paced.real_now), Places(8), paced.real_now)
    assert paced.refused(paced.order()).type == "Unreachable"
    assert paced.story() == [("sms", "retrying", None)]
    assert paced.keep().deliver(paced.order()) == SENT


@pytest.mark.parametrize(("raised", "state"), [(None, "accepted"), (Failure.TRANSIENT, "retrying")])
def test_what_a_provider_says_is_kept_when_its_line_is_gone(
    paced: PacedDesk, fakes: Fakes, raised: Failure | None, state: str
) -> None:
    """PostgreSQL is busy at that line, and not at the message."""
    lines = Database(paced.database.engine.url.render_as_string(hide_password=False))
    paced.gate = Pacing(Lines(lines, paced.real_now), Places(8), paced.real_now)
    with paced.database.session() as session:
        senders.hold(session, key_of(fakes["sms"]))
        senders.store(session, key_of(fakes["sms"]), Line(failures=1))
    fakes["sms"].on_send = lambda: setattr(lines, "engine", out_of_reach().engine)
    if raised:
        fakes["sms"].raises = [refusal(raised, "busy")]
        paced.refused(paced.order())
    else:
        assert paced.deliver(paced.order()) == SENT
    assert [one.state for one in paced.messages()] == [state]
