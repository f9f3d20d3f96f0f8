"""A process of ours, from its settings to its last word."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from domain.errors import HomingError
from runtime import logs, settings
from runtime.settings import Settings

log = structlog.get_logger()


def run(name: str, work: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Exit code 0 after a stop that was asked for; otherwise that of the error, told in one line."""
    try:
        config = settings.load(Settings)
        logs.configure(config.log_level, config.log_format)
        asyncio.run(work(config))
    except HomingError as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201  the last word, also when logs are not yet set up
        return error.exit_code
    return 0


def on_signals(name: str, stop: Callable[[], object]) -> None:
    """The first signal stops; others, such as a supervisor's SIGTERM after Ctrl-C, change nothing about that."""
    asked = asyncio.Event()

    def ask() -> None:
        if not asked.is_set():
            asked.set()
            log.info(f"{name}.stopping")
            stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ask)
