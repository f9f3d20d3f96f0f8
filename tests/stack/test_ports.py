"""The friendly ports, and what happens when they are taken."""

import socket
from contextlib import ExitStack

import pytest

from stack import ports


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A listener on the port that one of two uses would like."""
    listener = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(ports, "FRIENDLY", {"Alice": listener.getsockname()[1], "Bob": _free()})
    return listener


def quietly(_: str) -> None:
    """Nobody hears it."""


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_taken_port_is_replaced_and_said(taken: socket.socket) -> None:
    """One line for the one that moved, none for the other."""
    said: list[str] = []
    with taken, ExitStack() as claims:
        chosen = ports.addresses(claims, said.append)
    wanted = ports.FRIENDLY["Alice"]
    assert chosen["Alice"] != f"127.0.0.1:{wanted}"
    assert chosen["Bob"] == f"127.0.0.1:{ports.FRIENDLY['Bob']}"
    assert said == [f"port {wanted} is taken, Alice gets {chosen['Alice'].partition(':')[2]}"]


def test_a_port_taken_on_all_interfaces_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems would let us bind beside it."""
    with socket.create_server(("0.0.0.0", 0)) as everywhere, ExitStack() as claims:
        wanted = everywhere.getsockname()[1]
        monkeypatch.setattr(ports, "FRIENDLY", {"Alice": wanted})
        assert ports.addresses(claims, quietly)["Alice"] != f"127.0.0.1:{wanted}"


def test_what_one_stack_has_claimed_no_other_gets_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even while nobody listens there: its process may be about to start, or to start again."""
    monkeypatch.setattr(ports, "FRIENDLY", {"Alice": _free(), "Bob": _free()})
    with ExitStack() as other:
        with ExitStack() as one:
            first = ports.addresses(one, quietly)
            assert not set(first.values()) & set(ports.addresses(other, quietly).values())
        with ExitStack() as again:
            assert ports.addresses(again, quietly) == first
    for address in first.values():
        socket.create_server(("127.0.0.1", int(address.partition(":")[2]))).close()
