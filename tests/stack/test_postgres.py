"""PostgreSQL's start over what a killed one has left behind."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from stack.database import postgres, sockets
from stack.info import StackInfo
from stack.supervisor import Stack
from tests.stack.conftest import is_gone


@pytest.fixture(scope="module")
def info(place: Path) -> StackInfo:
    """A folder with a cluster that has run and ended, at a path with a space and a sign."""
    folder = place / "100% sure" / ".homing"
    with started(folder) as stack:
        return stack.info


def started(folder: Path) -> Stack:
    """PostgreSQL alone."""
    return Stack(folder, say=lambda _: None, services=[postgres], applications=[])


def answer(info: StackInfo) -> tuple[object, ...] | None:
    """What the database homing says to a client."""
    connection = psycopg2.connect(host=str(sockets(info.state_dir)), user="postgres", dbname="homing")
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT current_database(), current_setting('TimeZone'), lower('Ä') = 'ä'")
        return cursor.fetchone()
    finally:
        connection.close()


@pytest.fixture
def orphan(info: StackInfo) -> Iterator[psutil.Process]:
    """A server that nobody looks after, as a killed lifeline leaves it where the system cannot help."""
    server = subprocess.Popen(list(postgres(info).command), stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert server.stderr is not None
    assert any("ready to accept" in line for line in server.stderr)
    yield psutil.Process(server.pid)
    server.kill()
    server.communicate()


def test_an_orphan_on_the_same_data_is_ended_first(info: StackInfo, orphan: psutil.Process) -> None:
    """Two servers on the same files would be the end of them."""
    with started(info.state_dir) as stack:
        assert stack.info.pids["postgres"] != orphan.pid
        assert is_gone(orphan)
        assert answer(info) == ("homing", "UTC", True)


def test_a_pid_file_whose_pid_is_somebody_elses_by_now_does_no_harm(info: StackInfo) -> None:
    """After a restart of the machine numbers are given again; the server itself would refuse to start."""
    (info.state_dir / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n")
    with started(info.state_dir):
        assert answer(info) == ("homing", "UTC", True)


def test_a_half_made_cluster_is_made_again(info: StackInfo) -> None:
    """Ctrl-C in the first second must not spoil the folder."""
    folder = info.state_dir / "postgres"
    (folder / "data").rename(folder / "data.new")
    (folder / "data.new" / "PG_VERSION").unlink()
    with started(info.state_dir):
        assert answer(info) == ("homing", "UTC", True)
    assert not (folder / "data.new").exists()
