"""Commands for whoever helps people that are locked out, and for the keys of what is kept encrypted."""

import pytest

from client.authenticators.desk import Desk as Real
from models.database import Database
from runtime.sealing import Seals, new_key
from tests.cli.conftest import Terminal
from tests.client.authenticators.conftest import App, Desk, desk

__all__ = ["desk"]


@pytest.fixture
def alices(desk: Desk) -> App:
    """Alice has an app."""
    return desk.confirmed("alice")[0]


def test_list_shows_apps_locks_and_what_was_done(terminal: Terminal, desk: Desk, alices: App) -> None:
    """And no secret."""
    for _ in range(10):
        desk.guess("alice", alices.wrong(desk.now))
        desk.now += max(desk.view("alice").waits.values(), default=desk.now - desk.now)
    said = terminal.run("authenticators", "list", "alice")
    assert (said.code, said.err) == (0, "")
    for part in (alices.id, "phone", "recovery codes left: 10", "authenticator.confirmed  by key-1"):
        assert part in said.out
    assert alices.secret not in said.out


def test_reset_says_what_is_gone_and_is_on_record(terminal: Terminal, desk: Desk, alices: App) -> None:
    """Under the name of whoever ran it."""
    said = terminal.run("authenticators", "reset", "alice", "--reason", "showed a passport")
    assert (said.code, said.out) == (0, "1 authenticator apps of alice are forgotten; they can set one up again\n")
    listed = terminal.run("authenticators", "list", "alice").out
    assert "alice has no authenticator apps" in listed
    assert "authenticators.reset  by cli:" in listed
    assert "showed a passport" in listed


def test_unlock_lets_somebody_try_again(terminal: Terminal, desk: Desk, alices: App) -> None:
    """The apps stay."""
    for _ in range(3):
        desk.guess("alice", alices.wrong(desk.now))
    said = terminal.run("authenticators", "unlock", "alice", "--reason", "called us")
    assert (said.code, said.out) == (0, "3 wrong codes of alice are forgotten\n")
    assert desk.guess("alice", alices.code(desk.now)) == "right"


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("reset", "bob", "--reason", "called us"), 3, "bob has no authenticator apps"),
        (("reset", "alice", "--reason", " "), 2, "reason: say why"),
        (("unlock", "alice", "--reason", ""), 2, "reason: say why"),
        (("list", "ana@example.com"), 2, "looks like an e-mail address"),
    ],
)
def test_mistakes_are_told(terminal: Terminal, alices: App, arguments: tuple[str, ...], code: int, error: str) -> None:
    """In one line."""
    said = terminal.run("authenticators", *arguments)
    assert said.code == code
    assert error in said.error


def test_keys_encryption_makes_a_key_that_seals(bare_terminal: Terminal) -> None:
    """Another one each time."""
    keys = {bare_terminal.run("keys", "encryption").out.strip() for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert Seals(key).opened(f"{Seals(key).seal('hello')}") == "hello"


def test_keys_reseal_makes_an_old_key_superfluous(
    terminal: Terminal, database: Database, desk: Desk, alices: App
) -> None:
    """As an operator does it."""
    new = new_key()
    terminal.set(HOMING_ENCRYPTION_KEYS=f"{new},{desk.keys}")
    said = terminal.run("keys", "reseal")
    assert (said.code, said.err) == (0, "")
    assert "authenticator_devices: 1 sealed with the first key" in said.out
    assert "The other keys are needed no more." in said.out
    checked = Real.of(database, Seals(new), "Homing").checks.check("alice", alices.code(desk.now), desk.now)
    assert checked.device_id == alices.id


def test_keys_reseal_fails_if_something_cannot_be_opened(terminal: Terminal, alices: App) -> None:
    """Otherwise somebody would throw the last key away that fits."""
    terminal.set(HOMING_ENCRYPTION_KEYS=new_key())
    said = terminal.run("keys", "reseal")
    assert said.code == 5
    assert "1 that no key opens" in said.out
    assert "add the key that was in use then" in said.err
    terminal.set(HOMING_ENCRYPTION_KEYS=None)
    assert terminal.run("keys", "reseal").code == 5
