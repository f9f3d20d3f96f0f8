"""Services may come up after us: a process waits for them, and says so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.errors import Unreachable

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0

T = TypeVar("T")


async def until_reached(
    attempt: Callable[[], Awaitable[T]], patience_s: float, on_wait: Callable[[str], None] | None = None
) -> T:
    """What the attempt gives; one that raises Unreachable is made again, as long as patience lasts."""
    deadline = asyncio.get_running_loop().time() + patience_s
    pause = FIRST_PAUSE_S
    while True:
        try:
            return await attempt()
        except Unreachable as error:
            if asyncio.get_running_loop().time() + pause > deadline:
                raise
            if on_wait:
                on_wait(str(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
