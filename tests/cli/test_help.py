"""Every command teaches itself."""

from typing import Any

import pytest
import typer.main

import starter
from tests.cli.conftest import Terminal


def commands(command: Any, *path: str) -> list[tuple[str, ...]]:
    """This command and all below it."""
    below = getattr(command, "commands", {}).items()
    return [path, *(found for name, each in below for found in commands(each, *path, name))]


ALL = commands(typer.main.get_command(starter.app))


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_help_has_an_example_and_is_no_error(bare_terminal: Terminal, command: tuple[str, ...]) -> None:
    """The example is one of this very command."""
    said = bare_terminal.run(*command, "--help")
    assert (said.code, said.err) == (0, "")
    example = " ".join(["starter.py", *command])
    assert "Example" in said.out
    assert example in " ".join(said.out.split())


def test_no_command_is_missing() -> None:
    """So that the list above is one."""
    first = {path[0] for path in ALL if path}
    assert first >= {"demo", "up", "migrate", "journeys", "signup", "event", "signal", "status", "people"}
