"""What the stack knows of a part it runs: how to start it, how to see that it works, how to ask it to end."""

import http.client
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.settings import ROOT
from stack.info import StackInfo

TIMEOUT = 2.0  # seconds for an answer; supervision stands still meanwhile


@dataclass(frozen=True, slots=True)
class Component:
    """One process of the stack. Times are in real seconds."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    folder: Path = ROOT
    stop: signal.Signals = signal.SIGTERM
    grace: float = 5.0
    patience: float = 60.0


Recipe = Callable[[StackInfo], Component]


def answers(url: str, post: str | None = None) -> bool:
    """Whether a GET, or a POST of this, is answered with 200. Without `requests`, which would ask a proxy."""
    address, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT)
    try:
        connection.request("GET" if post is None else "POST", f"/{path}", post)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
