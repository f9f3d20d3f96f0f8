"""However the stack's own process ends, nothing of it stays, and the next start goes on where it was."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import psutil
import psycopg2
import pytest

from stack.clockfile import clock_of
from stack.info import StackInfo
from tests.stack.conftest import is_gone, wait_until


class Supervisor:
    """A stack in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.stack.run", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stdout is not None
        self.said = list(takewhile(lambda line: line != "READY\n", self.process.stdout))
        info = StackInfo.read(folder)
        assert info is not None, self.said
        self.info = info
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals) -> int:
        """Send this signal; gives the exit code when no process is left."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        wait_until(lambda: all(is_gone(child) for child in self.children))
        return code


@pytest.fixture(scope="module")
def folder(place: Path) -> Path:
    """One state folder for all starts of this file."""
    return place / "endings" / ".homing"


@pytest.fixture
def supervisor(folder: Path) -> Iterator[Supervisor]:
    """A running stack that is ended in the test."""
    supervisor = Supervisor(folder)
    yield supervisor
    supervisor.process.kill()
    supervisor.process.communicate()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),  # Ctrl-C
        (signal.SIGTERM, 143),  # `kill`, or the machine going down
        (signal.SIGKILL, -9),  # nothing in that process can help any more
    ],
)
def test_nothing_stays_behind(supervisor: Supervisor, folder: Path, number: signal.Signals, code: int) -> None:
    """Wrappers, servers and the servers' own children: all of them."""
    assert len(supervisor.children) > 10
    assert supervisor.end(number) == code
    assert StackInfo.read(folder) is None


def test_ctrl_c_reaches_the_supervisor_alone(supervisor: Supervisor) -> None:
    """The terminal signals its whole process group; the parts are to be ended in order, not all at once."""
    group = os.getpgid(supervisor.process.pid)
    assert all(os.getpgid(child.pid) != group for child in supervisor.children)
    supervisor.end(signal.SIGTERM)


def test_killed_and_started_again_it_goes_on_where_it_was(supervisor: Supervisor, folder: Path) -> None:
    """The same rows and the same clock, without waiting for the first to have ended."""
    url = supervisor.info.database_url.replace("+psycopg2", "")
    connection = psycopg2.connect(url)
    connection.cursor().execute("CREATE TABLE bob AS SELECT 8 AS eight")
    connection.commit()
    supervisor.process.kill()
    supervisor.process.wait()
    again = Supervisor(folder)
    reader = psycopg2.connect(url).cursor()
    reader.execute("SELECT eight FROM bob")
    assert reader.fetchone() == (8,)
    assert (again.info.pace, again.info.clock_origin) == (supervisor.info.pace, supervisor.info.clock_origin)
    assert clock_of(folder, None).origin == again.info.clock_origin
    again.end(signal.SIGTERM)
