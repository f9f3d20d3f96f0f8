"""How often a key may call: a bucket of tokens for each, filled steadily."""

import time
from collections.abc import Callable

BURST_S = 2.0  # a bucket holds what flows in during two seconds, so that a batch job may begin briskly

MOST_KEPT = 10_000  # visitors have buckets too; a full one need not be kept


class Buckets:
    """For one process; `rate` is in requests a second. Several processes allow as many times that."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = max(1.0, rate * BURST_S)
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}  # key id -> tokens, and when there were so many

    def take(self, key_id: str) -> float:
        """Take a token. The seconds until there is one; 0 if there was."""
        now = self._clock()
        tokens, at = self._levels.get(key_id, (self._most, now))
        tokens = min(self._most, tokens + (now - at) * self._rate)
        if len(self._levels) > MOST_KEPT:
            self._forget(now)
        if tokens < 1:
            self._levels[key_id] = (tokens, now)
            return (1 - tokens) / self._rate
        self._levels[key_id] = (tokens - 1, now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Those that are full by now."""
        full_s = self._most / self._rate
        self._levels = {key: level for key, level in self._levels.items() if now - level[1] < full_s}
