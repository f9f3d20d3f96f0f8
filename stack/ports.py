"""The ports of the local stack: friendly ones, or free ones in their place when they are taken."""

import secrets
import socket
from collections.abc import Callable
from contextlib import ExitStack

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


def addresses(say: Callable[[str], None]) -> dict[str, str]:
    """An address for each of FRIENDLY; says which port was taken and what stands in for it."""
    with ExitStack() as held:  # all held until the last is chosen, so that no two get the same
        return {use: f"{HOST}:{_choose(use, port, held, say)}" for use, port in FRIENDLY.items()}


def _choose(use: str, port: int, held: ExitStack, say: Callable[[str], None]) -> int:
    chosen = held.enter_context(_bound(port) or _any_free())
    number = int(chosen.getsockname()[1])
    if number != port:
        say(f"port {port} is taken, {use} gets {number}")
    return number


def _bound(port: int) -> socket.socket | None:
    """A socket on this port, None when it is taken."""
    if _somebody_listens(port):
        return None
    free = socket.socket()
    free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have just ended do no harm
    try:
        free.bind((HOST, port))
    except OSError:
        free.close()
        return None
    return free


def _somebody_listens(port: int) -> bool:
    """Asked first: macOS lets us bind beside a server that listens on all interfaces."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _any_free() -> socket.socket:
    """By chance, so that two stacks that start at the same moment hardly choose the same."""
    while True:
        if free := _bound(secrets.choice(STAND_INS)):
            return free
