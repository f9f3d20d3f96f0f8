"""`stack.json`: what clients read of a running stack."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from stack.info import StackInfo
from stack.lock import locked
from stack.plan import plan


@pytest.fixture
def info(state_dir: Path) -> StackInfo:
    """What a stack of ours would write."""
    info = plan(state_dir, 86_400, ExitStack(), lambda _: None)
    info.ready = True
    return info


def nothing(_: str) -> None:
    """Nobody listens."""


def test_clients_read_what_the_running_stack_wrote(info: StackInfo) -> None:
    """The same, from a file that only its owner may read."""
    info.pids = {"supervisor": os.getpid()}
    with locked(info.state_dir, nothing):
        info.write()
        assert StackInfo.read(info.state_dir) == info
    assert (info.state_dir / "stack.json").stat().st_mode & 0o777 == 0o600


def test_there_is_no_stack_where_none_was_started(state_dir: Path) -> None:
    """An empty folder, and one that does not exist."""
    assert StackInfo.read(state_dir) is None
    assert StackInfo.read(state_dir / "missing") is None


def test_a_file_left_by_a_killed_stack_is_not_believed(info: StackInfo) -> None:
    """Its pid may even belong to somebody else by now: nobody holds the lock."""
    info.pids = {"supervisor": os.getpid()}
    info.write()
    assert StackInfo.read(info.state_dir) is None


def test_a_stack_that_is_still_starting_is_not_there_yet(info: StackInfo) -> None:
    """Clients never see half of it."""
    info.pids, info.ready = {"supervisor": os.getpid()}, False
    with locked(info.state_dir, nothing):
        info.write()
        assert StackInfo.read(info.state_dir) is None


def test_processes_get_nothing_of_the_persons_own_accounts(info: StackInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo must not reach a real cluster or send a real message, nor go through a proxy to itself."""
    monkeypatch.setenv("TEMPORAL_API_KEY", "real")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "real")
    monkeypatch.setenv("no_proxy", "intranet")
    monkeypatch.setenv("HOMING_PRODUCT_NAME", "Acme")
    environment = info.process_environment()
    assert "real" not in environment.values()
    assert environment["no_proxy"] == "intranet,127.0.0.1,localhost"
    assert environment["HOMING_PRODUCT_NAME"] == "Acme"
