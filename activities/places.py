"""So many calls may be with one provider at a time, in this process: one that is slow does not hold all threads.

While a provider answers in time, whoever comes waits a moment for a place. When the oldest call has been with it for
longer than that, it is slow, and whoever comes is sent away at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

SHARE = 0.75  # of the threads, for one provider
URGENT_SHARE = 0.9  # with those in a hurry, who find a place when others have taken theirs
SLEEPERS = 0.25  # of the threads, for messages that wait here for a slot that is near
SLOW_S = 1.0


class Crowded(Exception):
    """All places at this provider are taken, and it is slow."""


class Places:
    """The places of each provider, and those for sleeping."""

    def __init__(self, threads: int, slow_s: float = SLOW_S) -> None:
        self._most = {urgent: max(1, int(threads * share)) for urgent, share in ((False, SHARE), (True, URGENT_SHARE))}
        self._most_asleep = int(threads * SLEEPERS)
        self._slow_s = slow_s
        self._changed = Condition()
        self._since: dict[str, list[float]] = {}  # when each call began, oldest first
        self._asleep = 0

    @contextmanager
    def at(self, provider: str, *, urgent: bool = False) -> Iterator[None]:
        """A place at a provider. Raises Crowded."""
        began = self._enter(provider, self._most[urgent])
        try:
            yield
        finally:
            with self._changed:
                self._since[provider].remove(began)
                self._changed.notify_all()

    @contextmanager
    def asleep(self) -> Iterator[bool]:
        """Whether there is a place to sleep."""
        with self._changed:
            found = self._asleep < self._most_asleep
            self._asleep += found
        try:
            yield found
        finally:
            with self._changed:
                self._asleep -= found

    def _enter(self, provider: str, most: int) -> float:
        with self._changed:
            calls = self._since.setdefault(provider, [])
            while len(calls) >= most:
                left = calls[0] + self._slow_s - monotonic()
                if left <= 0:
                    raise Crowded
                self._changed.wait(left)
            began = monotonic()
            calls.append(began)
            return began
