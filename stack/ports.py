"""The ports of the local stack: friendly ones, or free ones in their place when they are taken.

A stack claims its ports for as long as it lives, so that no other takes one whose process is just being started.
"""

import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from stack.lock import try_lock

HOST = "127.0.0.1"
# What stands in lies below the ports that systems give to connections: any of those may be gone when it is to be used.
STAND_INS = range(15_000, 32_000)
FRIENDLY = {
    "Temporal": 7233,
    "Temporal's UI": 8233,
    "Temporal's HTTP API": 7243,
    "Temporal's metrics": 9465,
    "the sandbox": 8025,
    "the sandbox's mail server": 8026,
    "the API": 8080,
    "the worker's health": 8081,
    "the worker's metrics": 9464,
}


def addresses(claims: ExitStack, say: Callable[[str], None]) -> dict[str, str]:
    """An address for each of FRIENDLY, claimed in `claims`; says which port was taken and what stands in for it."""
    return {use: f"{HOST}:{_choose(use, port, claims, say)}" for use, port in FRIENDLY.items()}


def _choose(use: str, port: int, claims: ExitStack, say: Callable[[str], None]) -> int:
    if _claim(port, claims):
        return port
    while not _claim(number := secrets.choice(STAND_INS), claims):
        pass
    say(f"port {port} is taken, {use} gets {number}")
    return number


def _claim(port: int, claims: ExitStack) -> bool:
    """Whether it is ours now: no stack of this user has claimed it, and nobody else uses it."""
    with ExitStack() as claim:
        descriptor = os.open(_claims_folder() / str(port), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        claim.callback(os.close, descriptor)
        if not try_lock(descriptor) or _is_used(port):
            return False
        claims.push(claim.pop_all())
    return True


def _claims_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"homing-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _is_used(port: int) -> bool:
    """Whether somebody listens is asked first: macOS lets us bind beside a server that listens on all interfaces."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((HOST, port)) == 0:
            return True
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have just ended do no harm
        try:
            free.bind((HOST, port))
        except OSError:
            return True
    return False
