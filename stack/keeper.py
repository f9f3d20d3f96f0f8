"""Keeps one component running: starts it, sees when it is ready, starts it again when it dies, gives up in the end."""

import time
from collections.abc import Callable

from domain.errors import Unreachable
from stack.component import Component
from stack.started import Started

GIVE_UP_AFTER = 3  # deaths in a row without having been ready
REMEMBER = 60.0  # seconds for which a death makes the next delay longer
LONGEST_DELAY = 8.0


class Keeper:
    """One component's life. Nothing happens but in `tick`, which does not block: call it a few times a second."""

    def __init__(self, component: Component, start: Callable[[Component], Started], say: Callable[[str], None]):
        self.name = component.name
        self.ready = False
        self._component = component
        self._start = start
        self._say = say
        self._running: Started | None = None
        self._start_at = self._started_at = 0.0
        self._deaths: list[float] = []
        self._deaths_before_ready = 0

    @property
    def pid(self) -> int | None:
        """The real process, not its lifeline."""
        return self._running.pid if self._running else None

    def tick(self) -> None:
        """Look once and do what is due. Raises Unreachable when the component cannot be brought to work."""
        if self._running is None:
            self._start_when_due()
        elif ending := self._running.ending():
            self._bury(self._running, ending)
        elif not self.ready:
            self._see_whether_ready(self._running)

    def stop(self) -> None:
        """Ask it to end; `wait` for it."""
        if self._running:
            self._running.stop()

    def wait(self) -> None:
        """Until nothing is left of it."""
        if self._running:
            self._running.wait()

    def _start_when_due(self) -> None:
        if time.monotonic() >= self._start_at:
            self._started_at = time.monotonic()
            self._running = self._start(self._component)

    def _see_whether_ready(self, running: Started) -> None:
        took = time.monotonic() - self._started_at
        if self._component.ready():
            self.ready = True
            self._deaths_before_ready = 0
            self._say(f"{self.name} is ready ({took:.1f} s)")
        elif took > self._component.patience:
            raise self._given_up(running, f"is not ready after {took:.0f} s")

    def _bury(self, dead: Started, ending: str) -> None:
        self._running = None
        if not self.ready:
            self._deaths_before_ready += 1
        self.ready = False
        if self._deaths_before_ready == GIVE_UP_AFTER:
            raise self._given_up(dead, f"cannot start: it died {GIVE_UP_AFTER} times ({ending})")
        delay = self._delay()
        self._start_at = time.monotonic() + delay
        self._say(f"{self.name} died ({ending}), starting it again" + (f" in {delay:g} s" if delay else ""))

    def _delay(self) -> float:
        """None after the first death in a while, then 0.5, 1, 2, 4 and 8 s."""
        now = time.monotonic()
        self._deaths = [*(death for death in self._deaths if now - death < REMEMBER), now]
        earlier = len(self._deaths) - 1
        return min(0.25 * 2**earlier, LONGEST_DELAY) if earlier else 0.0

    def _given_up(self, last: Started, what: str) -> Unreachable:
        return Unreachable(f"{self.name} {what}. The end of {last.log}:\n{last.log_tail()}")
