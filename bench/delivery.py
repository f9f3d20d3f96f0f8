"""What a message costs a worker beside its provider's time, how late messages leave that are due in one minute."""

import asyncio
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil

from temporalio.testing import ActivityEnvironment

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.ledger import Ledger
from activities.orders import DeliveryOrder
from activities.pacing import gates
from bench.figures import Figure
from bench.journeys import JOURNEY, ONE_MESSAGE, wait_then_message
from bench.lab import Lab, new_batch
from bench.latency import percentile
from bench.outbox import Outbox
from channels.protocol import Accepted, Channel, Outgoing
from domain.clock import Clock
from domain.contact.terms import Terms
from domain.rates import Rates, read
from models.enrollments import Opened
from runtime import logs, settings
from runtime.settings import Settings
from worker_parts import Parts

NAME = "delivery"
READING = (
    "Processor time of one thread that decides, renders, reserves and records a message in PostgreSQL, with a channel"
    " that takes it at once, in milliseconds a message; a rate costs a short transaction more. A template is rendered"
    " again and again, its locale and its filters warm. The last lines are journeys whose waits end spread over one"
    " minute: milliseconds from the end of the wait to the moment at which the sandbox takes the message."
)
WARM_UP = 20
MINUTE_S = 60.0
DUE = 1_000  # in that minute
MARGIN_S = 3  # for the last journey to be asleep before the first is due
RENDERINGS = 300
AT_ANY_HOUR = Terms(quiet_hours="none")


class NullChannel:
    """A provider that takes everything and no time."""

    name = "sms"
    provider = "null"
    sender = "bench"
    can_ask = False
    repeatable = False

    def __init__(self) -> None:
        self._batch, self._taken = new_batch(), 0

    def send(self, message: Outgoing) -> Accepted:
        """Taken."""
        self._taken += 1
        return Accepted(f"{self._batch}-{self._taken}")

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """Nothing is ever in doubt."""
        return None


async def run(lab: Lab) -> list[Figure]:
    """First what a message costs, then a minute's messages."""
    config = settings.load(Settings).model_copy(update={"health_address": None, "metrics_address": None})
    logs.configure("WARNING", "json")
    parts = Parts(config)
    lab.fresh(ONE_MESSAGE)
    free = await _cost(lab, parts, {})
    paced = await _cost(lab, parts, read("sms=10000/s"))
    late = await _lateness(lab)
    return [
        Figure(NAME, "processor time of a message", free, "ms", at_most=10),
        Figure(NAME, "  with a rate", paced, "ms", free, "without"),
        *(
            Figure(NAME, f"a template, {channel}", _rendering(parts, channel), "ms", at_most=1)
            for channel in ("sms", "email")
        ),
        Figure(NAME, f"{len(late):,} due in one minute, late by, p50", percentile(late, 50), "ms"),
        Figure(NAME, "  p99", percentile(late, 99), "ms", at_most=2_000),
    ]


async def _cost(lab: Lab, parts: Parts, rates: Rates) -> float:
    """Milliseconds of a processor for each message."""
    count = lab.scale.signals + WARM_UP
    opened = await lab.enrolled(lab.people(new_batch(), count))
    delivery = _activities(parts, rates)
    return await asyncio.to_thread(_spent, delivery, opened)


def _activities(parts: Parts, rates: Rates) -> DeliveryActivities:
    channels: dict[str, Channel] = {NullChannel.name: NullChannel()}
    words = (parts.templates, channels, parts.config.product, parts.policy, parts.links, parts.shortener)
    now = partial(datetime.now, UTC)
    gate, _ = gates(parts.database, now, rates, parts.config.activity_threads, Clock())
    return DeliveryActivities(Ledger(parts.database, Composer(*words)), channels, now, gate=gate)


def _spent(delivery: DeliveryActivities, opened: list[Opened]) -> float:
    for one in opened[:WARM_UP]:
        ActivityEnvironment().run(delivery.deliver, _order(one))
    began = time.thread_time()
    for one in opened[WARM_UP:]:
        ActivityEnvironment().run(delivery.deliver, _order(one))
    return (time.thread_time() - began) * 1_000 / (len(opened) - WARM_UP)


def _order(one: Opened) -> DeliveryOrder:
    who = (one.row.id, one.row.user_id, JOURNEY, "hello", "welcome")
    return DeliveryOrder(
        *who, via=None, topic="bench", last=True, now=datetime.now(UTC), clock=Clock(), terms=AT_ANY_HOUR
    )


def _rendering(parts: Parts, channel: str) -> float:
    """Milliseconds, the mean of many."""
    user = {"id": "bench", "attributes": {"first_name": "Ana"}}
    about = {
        "user": user,
        "product": parts.config.product,
        "journey": JOURNEY,
        "zone": None,
        "now": datetime.now(UTC),
    }
    spent = 0.0
    for number in range(2 * RENDERINGS):
        began = time.perf_counter()
        parts.templates.render("welcome", channel, "pt-BR", {**about, "links": {}})
        spent += time.perf_counter() - began if number >= RENDERINGS else 0.0
    return spent * 1_000 / RENDERINGS


async def _lateness(lab: Lab) -> list[float]:
    """Milliseconds of each; journeys start at the pace at which their waits are to end."""
    step_s = MINUTE_S / DUE
    wait_s = ceil(lab.scale.due * step_s) + MARGIN_S
    lab.fresh(wait_then_message(f"{wait_s}s"))
    people = lab.people(new_batch(), lab.scale.due)
    opened, outbox = await lab.enrolled(people), Outbox(lab.stack.info.sandbox_url)
    due: dict[str, datetime] = {}
    began = time.monotonic()
    with lab.teller.counting("starting a minute's journeys", len(opened)) as count:
        for number, (person, one) in enumerate(zip(people, opened, strict=True)):
            await asyncio.sleep(max(0.0, began + number * step_s - time.monotonic()))
            due[str(person.phone)] = datetime.now(UTC) + timedelta(seconds=wait_s)
            await lab.journeys.start(one)
            count()

    async def all_are_there() -> bool:
        return len(await asyncio.to_thread(outbox.received)) == len(due)

    await lab.until(all_are_there, every_s=1)
    received = outbox.received()
    return [max((received[to] - at).total_seconds() * 1_000, 0.0) for to, at in due.items()]
