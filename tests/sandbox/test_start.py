"""Starting the sandbox from the command line: what it says when it cannot."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox_server import ROOT


def start(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """The error says which port, and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = start("--port", port, "--state", str(tmp_path / "state.sqlite"))
    assert ended.returncode != 0
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("sid", ["AC123", "XX" + "0" * 32])
def test_an_account_sid_has_twilios_form(tmp_path: Path, sid: str) -> None:
    """A client that checks the form of its SID should work here and there alike."""
    ended = start("--state", str(tmp_path / "state.sqlite"), "--account-sid", sid)
    assert ended.returncode == 2
    assert "AC and 32 hexadecimal digits" in ended.stderr


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's file is not overwritten."""
    state = tmp_path / "notes.txt"
    state.write_text("do not lose me " * 100)
    ended = start("--port", "0", "--state", str(state))
    assert ended.returncode != 0
    assert "choose another --state" in ended.stderr
    assert state.read_text().startswith("do not lose me")
