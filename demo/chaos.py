"""Trouble for the demo, on request: providers that take a message and hang up, a worker and an API that are killed."""

import os
import signal
import time
from collections.abc import Callable, Mapping

import requests

from domain.errors import Unreachable
from stack.info import StackInfo

FAULTS = (
    {"call": "send", "rate": 0.3, "seed": 1, "drop": "after"},  # taken, and the connection dropped
    {"call": "send", "rate": 0.2, "seed": 2, "drop": "before"},  # dropped before it was taken
    {"call": "send", "rate": 0.2, "seed": 3, "status_code": 429, "retry_after": 1},
)
MISHAPS = (
    {"effect": "doubled", "rate": 0.3, "seed": 4},
    {"effect": "reordered", "rate": 0.3, "seed": 5},
    {"effect": "late", "delay": 2, "rate": 0.2, "seed": 6},
    {"effect": "badly_signed", "channel": "sms", "rate": 0.2, "seed": 7},
    {"of": "answers", "effect": "doubled"},
)
KILLS = ((4.0, "worker"), (12.0, "api"), (20.0, "worker"), (28.0, "api"), (36.0, "worker"))  # after so many seconds


class Chaos:
    """Call `strike` often: it kills a process when its time has come."""

    def __init__(self, info: StackInfo, say: Callable[[str], None]) -> None:
        self._say = say
        self._began = time.monotonic()
        self._kills = list(KILLS)
        for fault in FAULTS:
            _switch_on(f"{info.sandbox_url}/faults", fault)
        for mishap in MISHAPS:
            _switch_on(f"{info.sandbox_url}/mishaps", mishap)
        say(
            "chaos: the providers take messages and hang up, hang up before, or are busy; worker and API will be killed"
        )
        say("chaos: receipts come twice, late, in the wrong order or badly signed; answers come twice")

    def strike(self, info: StackInfo) -> None:
        """Kill who is next, without a warning, if it is time and it runs."""
        if not self._kills or time.monotonic() - self._began < self._kills[0][0]:
            return
        name = self._kills[0][1]
        if name in info.pids:
            self._kills.pop(0)
            self._say(f"chaos: kill -9 of the {name} (pid {info.pids[name]})")
            os.kill(info.pids[name], signal.SIGKILL)


def _switch_on(url: str, switch: Mapping[str, object]) -> None:
    try:
        requests.post(url, json=switch, timeout=5).raise_for_status()
    except requests.RequestException as error:
        raise Unreachable(f"the sandbox takes no faults at {url}: {error}") from error
