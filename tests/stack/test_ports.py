"""The friendly ports, and what happens when they are taken."""

import socket

import pytest

from stack import ports


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A listener on the port that one of two uses would like."""
    listener = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(ports, "FRIENDLY", {"Alice": listener.getsockname()[1], "Bob": _free()})
    return listener


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_taken_port_is_replaced_and_said(taken: socket.socket) -> None:
    """One line for the one that moved, none for the other."""
    said: list[str] = []
    with taken:
        chosen = ports.addresses(said.append)
    wanted = ports.FRIENDLY["Alice"]
    assert chosen["Alice"] != f"127.0.0.1:{wanted}"
    assert chosen["Bob"] == f"127.0.0.1:{ports.FRIENDLY['Bob']}"
    assert said == [f"port {wanted} is taken, Alice gets {chosen['Alice'].partition(':')[2]}"]


def test_a_port_taken_on_all_interfaces_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems would let us bind beside it."""
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        wanted = everywhere.getsockname()[1]
        monkeypatch.setattr(ports, "FRIENDLY", {"Alice": wanted})
        assert ports.addresses(lambda _: None)["Alice"] != f"127.0.0.1:{wanted}"


def test_the_chosen_ports_are_free_to_use() -> None:
    """Nothing is held once they are chosen, and no two are the same."""
    chosen = ports.addresses(lambda _: None)
    assert len(set(chosen.values())) == len(ports.FRIENDLY)
    for address in chosen.values():
        socket.create_server(("127.0.0.1", int(address.partition(":")[2]))).close()
