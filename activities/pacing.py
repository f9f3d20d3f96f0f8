"""The gate before the providers: the rate of each sender, what its provider asks for, and the circuit when it is down.

The lines are shared by all workers. Without a rate, and while all is well, nothing is written for a message.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from temporalio.common import MetricMeter

from activities.failures import counts, speaks_of_provider
from activities.gate import Turn, Waits
from activities.lines import Lines
from activities.places import Crowded, Places
from activities.senders import key_of
from channels.protocol import Channel, ChannelError
from domain.clock import Clock
from domain.errors import Unreachable
from domain.line import USUAL, Entry, Line, Pauses, Why, admit, answered, failed, gave_way, take_slot
from domain.rates import Rates
from models.database import Database

log = structlog.get_logger()

NEAR = timedelta(seconds=1)  # a slot as near as this is waited for here: to come back for it would cost an action


def gates(
    database: Database,
    real_now: Callable[[], datetime],
    rates: Rates,
    threads: int,
    clock: Clock,
    meter: MetricMeter | None = None,
) -> tuple["Pacing", "Pacing"]:
    """The gates of one worker, for those who have time and for those in a hurry."""
    patient = Pacing(Lines(database, real_now, meter), Places(threads), real_now, rates, Pauses.of(clock))
    return patient, replace(patient, urgent=True)


@dataclass(frozen=True, slots=True)
class Pacing:
    """A Gate. Messages in a hurry pass those that are not; `pauses` are those of the circuit."""

    lines: Lines
    places: Places
    real_now: Callable[[], datetime]
    rates: Rates = field(default_factory=dict)
    pauses: Pauses = USUAL
    urgent: bool = False
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def passing(self, channel: Channel, slot: datetime | None) -> Iterator[Turn]:
        """As the protocol says."""
        entry = self._enter(channel, slot)
        if entry.why:
            self._wait_here(entry)
        try:
            with self.places.at(channel.provider, urgent=self.urgent):
                yield Turn(channel, entry.probe)
        except Crowded:
            raise Waits from None
        finally:
            if entry.probe:
                with _whatever_was_said():
                    self.lines.change(key_of(channel), lambda line: (gave_way(line, entry), None))

    def failed(self, turn: Turn, error: ChannelError) -> Entry | None:
        """As the protocol says. Who has failed waits in the line with the others, if there is one."""
        if not speaks_of_provider(error):
            self.answered(turn)
            return None
        rate, now = self.rates.get(turn.channel.name), self.real_now()

        def judge(line: Line) -> tuple[Line, Entry | None]:
            line = failed(line, now, error.reason, self.pauses, counts(error), turn.probe, error.retry_after)
            return take_slot(line, rate, now, urgent=self.urgent) if line.blocks(now) else (line, None)

        with _whatever_was_said():
            return self.lines.change(key_of(turn.channel), judge)
        return None

    def answered(self, turn: Turn) -> None:
        """As the protocol says. Written only where something was wrong before."""
        key = key_of(turn.channel)
        with _whatever_was_said():
            if turn.probe or self.lines.known(key).failures:
                self.lines.change(key, lambda line: (answered(line), None))

    def _enter(self, channel: Channel, slot: datetime | None) -> Entry:
        """By the line of the sender, then by that of all the provider's senders, if it has a rate of its own."""
        entry = self._enter_line(key_of(channel), channel.name, slot)
        if entry.why in (Why.PROVIDER_DOWN, Why.RATE_LIMITED) or entry.probe or channel.provider not in self.rates:
            return entry
        whole = self._enter_line(channel.provider, channel.provider, slot)
        return max(entry, whole, key=lambda one: one.at)

    def _enter_line(self, key: str, name: str, slot: datetime | None) -> Entry:
        rate, now = self.rates.get(name), self.real_now()
        if rate is None and self.lines.known(key).is_open(now):
            return Entry(now)
        return self.lines.change(key, lambda line: admit(line, rate, now, slot, urgent=self.urgent))

    def _wait_here(self, entry: Entry) -> None:
        """Raises Waits unless the slot is near, and there is a place to wait at."""
        left = entry.at - self.real_now()
        with self.places.asleep() as found:
            if not found or left > NEAR or entry.why is Why.PROVIDER_DOWN:
                raise Waits(entry)
            self.sleep(max(left.total_seconds(), 0))


@contextmanager
def _whatever_was_said() -> Iterator[None]:
    """What the provider said of the message is written down, even if the line cannot be told of it."""
    try:
        yield
    except Unreachable as error:
        log.warning("sender.untold", why=str(error))
