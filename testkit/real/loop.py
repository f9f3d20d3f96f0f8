"""An event loop in a thread of its own: tests of journeys are plain functions, Temporal's client is asynchronous."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Thread
from typing import Any, Self, TypeVar

from temporalio.service import RPCError

from domain.errors import Unreachable

PATIENCE_S = 120.0  # for one call; each timer on the way takes a second

T = TypeVar("T")


class Loop:
    """Runs what is asynchronous for callers that are not."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """A loop for as long as the block lasts."""
        made = cls()
        thread = Thread(target=made._loop.run_forever, name="homing-testkit", daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made._loop.call_soon_threadsafe(made._loop.stop)
            thread.join()
            made._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result. Raises Unreachable if the server does not answer, or does not come to rest."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(PATIENCE_S)
        except TimeoutError as error:
            future.cancel()
            raise Unreachable(f"the real server did not come to rest in {PATIENCE_S:g} s; leave less time") from error
        except RPCError as error:
            raise Unreachable(f"the real server says: {error.message}") from error

    @contextmanager
    def holding(self, context: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """What an asynchronous context gives, entered and left by one task, as asyncio wants it."""
        entered: Future[T] = Future()
        leave = asyncio.Event()
        task = asyncio.run_coroutine_threadsafe(_hold(context, entered, leave), self._loop)
        either: list[Future[Any]] = [entered, task]
        wait(either, return_when=FIRST_COMPLETED)
        if not entered.done():
            task.result()  # raises why it could not be entered
        try:
            yield entered.result()
        finally:
            self._loop.call_soon_threadsafe(leave.set)
            task.result()


async def _hold(context: AbstractAsyncContextManager[T], entered: "Future[T]", leave: asyncio.Event) -> None:
    async with context as value:
        entered.set_result(value)
        await leave.wait()
