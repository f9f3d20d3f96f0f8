"""The API as a process of its own, on the test run's PostgreSQL and Temporal: what real clients send to."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from domain.keys import KeyKind
from models import keys
from models.database import Database
from runtime.settings import ROOT

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Live:
    """Where it is, and a write key for it."""

    url: str
    process: subprocess.Popen[bytes]
    write_key: str = ""

    def post(self, path: str, body: Any, **more: Any) -> requests.Response:
        """A request with the write key, as a server would send it."""
        return requests.post(f"{self.url}{path}", json=body, auth=(self.write_key, ""), timeout=30, **more)

    def is_ready(self) -> bool:
        """Whether it takes input in."""
        assert self.process.poll() is None, "the API ended by itself"
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


def with_write_key(live: Live, database: Database) -> Live:
    """The same API with a new key."""
    with database.session() as session:
        return replace(live, write_key=keys.create(session, KeyKind.WRITE, "tests", [], datetime.now(UTC))[1])


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def live_api(environment: dict[str, str], port: int = 0) -> Iterator[Live]:
    """A running API, ended afterwards; its log is shown if it does not come up."""
    address = f"127.0.0.1:{port or free_port()}"
    own = {"HOMING_API_ADDRESS": address, "HOMING_API_RATE": "1000", "no_proxy": "127.0.0.1"}
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "api.app"]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own | environment, stdout=log, stderr=log)
        live = Live(f"http://{address}", process)
        try:
            _wait_until_ready(live)
            yield live
        except BaseException:
            log.seek(0)
            print(log.read().decode(errors="replace")[-5_000:])  # noqa: T201  pytest shows it beside the failure
            raise
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(live: Live) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not live.is_ready():
        assert time.monotonic() < deadline, "the API did not become ready"
        time.sleep(0.1)


def installed_node_clients() -> Path:
    """The folder with Segment's JavaScript clients, installed once. Raises RuntimeError with why it is impossible."""
    source, place = ROOT / "tests" / "segment" / "node", ROOT / ".homing" / "node"
    wanted = (source / "package.json").read_text()
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "done.json").exists() or (place / "done.json").read_text() != wanted:
        (place / "package.json").write_text(wanted)
        _npm_install(place)
        (place / "done.json").write_text(wanted)
    (place / "send.mjs").write_text((source / "send.mjs").read_text())
    return place


def _npm_install(place: Path) -> None:
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(
        ["npm", "install", *quiet], cwd=place, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise RuntimeError(f"npm cannot install Segment's clients: {done.stderr.strip()[-300:]}")
