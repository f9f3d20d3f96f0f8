"""Commands as a person runs them, in this process: it spares each of them the seconds that Python's imports take."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

import starter
from models.database import Database
from tests.models.conftest import fresh
from tests.stage import Stage

__all__ = ["fresh"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command has left behind."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line on stderr; fails if there are more, or a traceback."""
        assert self.out == ""
        assert self.err.startswith("error: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("error: ").rstrip("\n")


class Terminal:
    """Runs `starter.py` with arguments. Settings are environment variables, as always."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def set(self, **variables: str | None) -> None:
        """Set variables, or unset them."""
        for name, value in variables.items():
            if value is None:
                self._monkeypatch.delenv(name, raising=False)
            else:
                self._monkeypatch.setenv(name, value)

    def run(self, *arguments: str) -> Said:
        """To its end."""
        self._monkeypatch.setattr(sys, "argv", ["starter.py", *arguments])
        with logging_as_it_was():
            try:
                code: Any = starter.main()
            except SystemExit as end:
                code = end.code
        out, err = self._capsys.readouterr()
        return Said(code or 0, out, err)

    async def run_beside(self, *arguments: str) -> Said:
        """The same while the stage's worker works."""
        return await asyncio.to_thread(self.run, *arguments)


@contextmanager
def logging_as_it_was() -> Iterator[None]:
    """A command sets logging up for its own process, which here is the tests'."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def bare_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> Terminal:
    """Nothing is set, and no local stack runs in this folder."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def terminal(bare_terminal: Terminal, database: Database, postgres: str) -> Terminal:
    """With the database, and a Temporal that nobody started."""
    bare_terminal.set(HOMING_DATABASE_URL=postgres, TEMPORAL_ADDRESS="127.0.0.1:1")
    return bare_terminal


@pytest.fixture
def live(terminal: Terminal, stage: Stage) -> Terminal:
    """With everything."""
    address = stage.environment.client.service_client.config.target_host
    terminal.set(TEMPORAL_ADDRESS=address, HOMING_TASK_QUEUE=stage.task_queue)
    return terminal


@pytest.fixture
def fresh_database(fresh: Callable[[], str]) -> str:
    """A database without our schema."""
    return fresh()
