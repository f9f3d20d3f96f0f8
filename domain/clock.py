"""One clock for every wait and every "now", so that weeks can pass in seconds and mean the same."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Journey time = origin + pace x (real time - origin). Pace 1 is production, where both are the same.

    At pace 86,400 a real second is a journey day:

    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> Clock(pace=86_400, origin=start).journey(start + timedelta(seconds=2)).isoformat()
    '2026-01-03T00:00:00+00:00'
    """

    pace: float = 1.0
    origin: datetime = EPOCH

    def __post_init__(self) -> None:
        if not (self.pace > 0 and math.isfinite(self.pace)):
            raise ValueError(f"pace must be a number above 0, not {self.pace}")
        if self.origin.tzinfo is None:
            raise ValueError("the clock's origin needs a time zone")

    def journey(self, real: datetime) -> datetime:
        """The journey time at a real instant. Raises ValueError for one without a time zone."""
        return self.origin + (_aware(real) - self.origin) * self.pace if self.pace != 1 else _aware(real)

    def real(self, journey: datetime) -> datetime:
        """The real instant of a journey time, to the microsecond at any pace from 1."""
        return self.origin + (_aware(journey) - self.origin) / self.pace if self.pace != 1 else _aware(journey)

    def real_duration(self, journey: timedelta) -> timedelta:
        """How long a stretch of journey time takes in reality."""
        return journey / self.pace if self.pace != 1 else journey


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} needs a time zone")
    return instant
