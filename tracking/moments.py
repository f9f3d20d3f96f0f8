"""When things happened: by the sender's clock, put right by how wrong that clock is, and on the clock of journeys."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from domain.clock import Clock

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # what lies before is no time, but a device without a clock
LARGEST_IN_SECONDS = 100_000_000_000  # larger ones are milliseconds: as seconds, this is the year 5138


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call came in by our clock, and when it was sent by the sender's; None if it does not tell."""

    received: datetime
    sent: datetime | None = None
    clock: Clock = field(default_factory=Clock)

    def happened(self, timestamp: Any) -> datetime | None:
        """The journey time of a sender's timestamp, None if it is none; nothing happens after it was received.

        A phone that is an hour ahead says 13:00 for what it did at 12:00, and 13:05 when it sends it, received at
        12:05: five minutes before that is 12:00.
        """
        told = instant(timestamp)
        if told is None:
            return None
        try:
            at = told if self.sent is None else self.received - (self.sent - told)
        except OverflowError:
            return None
        return self.on_journey(min(at, self.received)) if at >= EARLIEST else None

    def on_journey(self, at: datetime) -> datetime:
        """The journey time of a real instant. Before a hurried clock's origin, both are the same."""
        return self.clock.journey(at) if at > self.clock.origin else at


def instant(value: Any) -> datetime | None:
    """An instant in ISO 8601, or as seconds or milliseconds since 1970; UTC if it names no zone. None for all else."""
    try:
        if isinstance(value, str):
            return _in_utc(datetime.fromisoformat(value.strip()))
        return _counted(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError, OSError):
        return None


def _counted(value: float) -> datetime | None:
    if not math.isfinite(value) or value < 0:
        return None
    return datetime.fromtimestamp(value / 1000 if value > LARGEST_IN_SECONDS else value, UTC)


def _in_utc(told: datetime) -> datetime:
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
