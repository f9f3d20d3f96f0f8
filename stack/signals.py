"""Signals that ask the stack to end become exceptions, so that the way out is always the same."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, also in a background job; SIGTERM and SIGHUP exit with 128 + their number."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _exit}
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup the stack is to survive its terminal
        handlers[signal.SIGHUP] = _exit
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
