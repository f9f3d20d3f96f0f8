"""Trouble for the demo, on request: providers that take a message and hang up, and a worker that is killed."""

import os
import signal
import time
from collections.abc import Callable

import requests

from domain.errors import Unreachable
from stack.info import StackInfo

FAULTS = (
    {"call": "send", "rate": 0.3, "seed": 1, "drop": "after"},  # taken, and the connection dropped
    {"call": "send", "rate": 0.2, "seed": 2, "drop": "before"},  # dropped before it was taken
    {"call": "send", "rate": 0.2, "seed": 3, "status_code": 429, "retry_after": 1},
)
KILLS_AFTER_S = (4.0, 12.0, 20.0)


class Chaos:
    """Call `strike` often: it kills the worker when its time has come."""

    def __init__(self, info: StackInfo, say: Callable[[str], None]) -> None:
        self._say = say
        self._began = time.monotonic()
        self._kills = list(KILLS_AFTER_S)
        for fault in FAULTS:
            _switch_on(info.sandbox_url, fault)
        say("chaos: the providers take messages and hang up, hang up before, or are busy; the worker will be killed")

    def strike(self, info: StackInfo) -> None:
        """Kill the worker, without a warning, if it is time."""
        if self._kills and time.monotonic() - self._began > self._kills[0]:
            self._kills.pop(0)
            self._say(f"chaos: kill -9 of the worker (pid {info.pids['worker']})")
            os.kill(info.pids["worker"], signal.SIGKILL)


def _switch_on(sandbox_url: str, fault: dict[str, object]) -> None:
    try:
        requests.post(f"{sandbox_url}/faults", json=fault, timeout=5).raise_for_status()
    except requests.RequestException as error:
        raise Unreachable(f"the sandbox at {sandbox_url} takes no faults: {error}") from error
