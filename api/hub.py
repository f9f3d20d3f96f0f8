"""Who is to look again: the open streams of this process by person, and what is told passed on to them.

A stream is told that there is something, never what: so nothing piles up for a slow one, and being told twice is as
good as once. All of it happens on the event loop.
"""

import asyncio
from collections.abc import Iterator

from api.problems import Problem

MOST_EACH = 10  # streams of one person: tabs and devices
LATER_S = 15


class Ring:
    """What one stream was told since it last looked."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = set(kinds)
        self._told = asyncio.Event()
        if kinds:
            self._told.set()
        self.over = False

    def tell(self, kind: str) -> None:
        """There is something of this kind."""
        self._kinds.add(kind)
        self._told.set()

    def end(self) -> None:
        """No more looking."""
        self.over = True
        self._told.set()

    async def wait(self, seconds: float) -> set[str]:
        """What there is, as soon as there is something; nothing after this long."""
        try:
            async with asyncio.timeout(seconds):
                await self._told.wait()
        except TimeoutError:
            return set()
        self._told.clear()
        kinds, self._kinds = self._kinds, set()
        return kinds


class Hub:
    """One per process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rings: dict[str, set[Ring]] = {}
        self._count = 0
        self._closed = False

    def join(self, user: str, ring: Ring) -> None:
        """Tell it what concerns this person, until it leaves. Raises 429, 503."""
        wait = {"Retry-After": str(LATER_S)}
        if self._closed or self._count >= self._most:
            raise Problem(503, "unavailable", "this process has no room for another stream", headers=wait)
        if len(self._rings.get(user, ())) >= MOST_EACH:
            detail = f"this person has {MOST_EACH} streams open; close some"
            raise Problem(429, "too-many", detail, headers=wait)
        self._rings.setdefault(user, set()).add(ring)
        self._count += 1

    def leave(self, user: str, ring: Ring) -> None:
        """Tell it no more. Doing so twice is no error."""
        mine = self._rings.get(user, set())
        if ring in mine:
            mine.remove(ring)
            self._count -= 1
        if not mine:
            self._rings.pop(user, None)

    def tell(self, kind: str, user: str) -> None:
        """Something of this kind concerns this person."""
        for ring in self._rings.get(user, ()):
            ring.tell(kind)

    def tell_everybody(self, *kinds: str) -> None:
        """Something may have been missed."""
        for ring in self._all():
            for kind in kinds:
                ring.tell(kind)

    def close(self) -> None:
        """All streams end, and none begins."""
        self._closed = True
        for ring in self._all():
            ring.end()

    def __len__(self) -> int:
        return self._count

    def _all(self) -> Iterator[Ring]:
        return (ring for rings in self._rings.values() for ring in rings)
