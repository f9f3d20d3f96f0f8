"""A process that works until it is asked to stop."""

import asyncio
import signal

import structlog

log = structlog.get_logger()


def cancel_on_signals(task: "asyncio.Task[None] | None") -> None:
    """The first signal cancels; others, such as a supervisor's SIGTERM after Ctrl-C, change nothing about that."""
    asked = asyncio.Event()

    def stop() -> None:
        if task and not asked.is_set():
            asked.set()
            log.info("worker.stopping")
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
