"""The lines of all senders, as this worker knows them: read at most once a second, and changed one at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

import structlog
from temporalio.common import MetricMeter

from domain.line import Line
from models import senders
from models.database import Database

log = structlog.get_logger()

FRESH_FOR = timedelta(seconds=1)  # so long may this worker go on calling a provider that others know to be down

T = TypeVar("T")


class Lines:
    """One line for each key, in PostgreSQL."""

    def __init__(self, database: Database, real_now: Callable[[], datetime], meter: MetricMeter | None = None) -> None:
        self._database = database
        self._real_now = real_now
        self._gauge = (meter or MetricMeter.noop).create_gauge(
            "homing_circuit_open", "1 while a sender's provider is down"
        )
        self._lock = Lock()
        self._known: dict[str, Line] = {}
        self._read_at: datetime | None = None

    def known(self, key: str) -> Line:
        """A line as it was a moment ago."""
        with self._lock:
            now = self._real_now()
            if self._read_at is None or now - self._read_at >= FRESH_FOR:
                with self._database.session() as session:
                    self._known = {row.key: row.line for row in senders.every(session)}
                self._read_at = now
                for known, line in self._known.items():
                    self._show(known, line)
            return self._known.get(key, Line())

    def change(self, key: str, how: Callable[[Line], tuple[Line, T]]) -> T:
        """Change a line by a rule that sees it as it is, and nobody else's changes meanwhile."""
        with self._database.session() as session:
            before = senders.hold(session, key)
            after, found = how(before)
            if after != before:
                senders.store(session, key, after)
        with self._lock:
            self._known[key] = after
        self._tell(key, before, after)
        return found

    def _tell(self, key: str, before: Line, after: Line) -> None:
        about = _about(key)
        if after.is_down and after.failures != before.failures:
            log.warning(
                "sender.down", **about, reason=after.reason, failures=after.failures, until=str(after.not_before)
            )
        if before.is_down and not after.is_down:
            log.info("sender.up", **about, down_since=str(before.since))
        self._show(key, after)

    def _show(self, key: str, line: Line) -> None:
        self._gauge.set(int(line.is_down), _about(key))


def _about(key: str) -> dict[str, str]:
    """Provider and channel; the sender itself, a number or a mailbox, is nothing for logs and metrics."""
    provider, _, rest = key.partition("/")
    return {"provider": provider, "channel": rest.partition("/")[0]}
