"""The API as a process: how it begins, what it does without its services, and how it ends, gently or by kill -9."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from sqlalchemy import make_url, text
from temporalio.testing import WorkflowEnvironment

from domain.journey.file import parse
from domain.keys import Scope
from models import events
from models.database import Database
from models.journeys import publish
from runtime.settings import ROOT
from tests.api.conftest import ALICE, JOURNEY, make_key
from tests.runtime.conftest import free_address, until

PERSONAL = {"email": "alice.liddell@example.com", "phone": "+5511987654321", "channels": ["sms"]}


@dataclass
class Process:
    """`python -m api.app` with these settings; its stderr goes to a file."""

    settings: dict[str, str]
    log: Path
    key: str

    def start(self) -> None:
        """Not ready yet."""
        self.address = free_address()
        environment = os.environ | {"HOMING_API_ADDRESS": self.address, "HOMING_API_RATE": "10000"} | self.settings
        with self.log.open("ab") as stderr:
            command = [sys.executable, "-m", "api.app"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=stderr)

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        """One request of a connection of its own."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return requests.request(method, f"http://{self.address}{path}", json=body, headers=headers, timeout=30)

    def status(self, path: str) -> int:
        """Of a GET; 0 while nobody answers."""
        try:
            return self.call("GET", path).status_code
        except requests.ConnectionError:
            return 0

    async def until_ready(self, status: int = 200) -> None:
        """Wait for this answer."""
        await until(lambda: self.status("/readyz") == status)


class Scene:
    """A database role of the API's own, which can be shut out, as by a restart of PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.role = f"api_{uuid4().hex[:8]}"
        self._sql(f"create role {self.role} superuser login")

    def shut_out(self) -> None:
        """The database is gone, for the API."""
        self._sql(f"alter role {self.role} nologin")
        self._sql(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{self.role}'")

    def let_in(self) -> None:
        """It is back."""
        self._sql(f"alter role {self.role} login")

    def close(self) -> None:
        """As it was."""
        self._sql(f"drop role {self.role}")

    def waiting(self) -> int:
        """Rows of the outbox."""
        with self.database.session() as session:
            return int(session.connection().scalar(text("select count(*) from outbox")) or 0)

    def _sql(self, statement: str) -> None:
        with self.database.session() as session:
            session.connection().execute(text(statement))


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    """A journey that signing up starts, and the role."""
    with database.session() as session:
        publish(session, parse(JOURNEY, "test.yaml"), datetime.now(UTC))
    made = Scene(database)
    yield made
    made.close()


@pytest.fixture
def process(scene: Scene, postgres: str, temporal: WorkflowEnvironment, tmp_path: Path) -> Iterator[Process]:
    """Not started yet."""
    url = make_url(postgres).set(username=scene.role).render_as_string(hide_password=False)
    target = temporal.client.service_client.config.target_host
    environment = {"HOMING_DATABASE_URL": url, "TEMPORAL_ADDRESS": target, "HOMING_TASK_QUEUE": "nobody"}
    made = Process(environment, tmp_path / "api.log", make_key(scene.database, [Scope.ADMIN]))
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()


async def test_without_its_database_it_answers_503_with_retry_after_and_then_goes_on(
    process: Process, scene: Scene
) -> None:
    """At its start, and when PostgreSQL is restarted; it need not be."""
    scene.shut_out()
    process.start()
    await process.until_ready(503)
    assert process.status("/healthz") == 200
    assert_unavailable(process.call("PUT", "/v1/users/alice", ALICE))
    scene.let_in()
    await process.until_ready()
    assert process.call("PUT", "/v1/users/alice", ALICE).status_code == 201
    scene.shut_out()
    assert_unavailable(process.call("PUT", "/v1/users/bob", ALICE))
    await process.until_ready(503)
    scene.let_in()
    assert process.call("PUT", "/v1/users/bob", ALICE).status_code == 201
    await process.until_ready()


async def test_without_temporal_it_takes_everything_in(process: Process, scene: Scene) -> None:
    """It even starts: what workflows are to be told waits in the outbox."""
    process.settings["TEMPORAL_ADDRESS"] = "127.0.0.1:1"
    process.start()
    await process.until_ready()
    assert process.call("PUT", "/v1/users/alice", ALICE).status_code == 201
    assert process.call("GET", "/v1/users/alice/journeys").json()["journeys"][0]["place_unknown"]
    assert scene.waiting() == 1


async def test_asked_to_stop_it_answers_what_it_has_begun_and_tells_it_to_temporal(
    process: Process, scene: Scene
) -> None:
    """A request that waits for a lock is not cut off; nothing new is let in; a second signal changes nothing."""
    process.start()
    await process.until_ready()
    assert process.call("PUT", "/v1/users/alice-s", PERSONAL).status_code == 201
    with scene.database.session() as session, ThreadPoolExecutor() as callers:
        session.connection().execute(text("select 1 from people for update"))
        begun = callers.submit(process.call, "POST", "/v1/users/alice-s/events", {"name": "first_use"})
        await until(lambda: waiting_for_a_lock(scene) == 1)
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGINT)
        await until(lambda: process.status("/healthz") == 0)
        session.rollback()
        answer = await asyncio.wrap_future(begun)
    assert answer.status_code == 202
    assert await asyncio.to_thread(process.process.wait, 20) == 0
    assert scene.waiting() == 0
    lines = [json.loads(line) for line in process.log.read_text().splitlines()]
    assert [line["event"] for line in lines if line["event"].startswith("api.")] == [
        "api.started",
        "api.stopping",
        "api.stopped",
    ]
    assert not [part for part in ("liddell", "5511987654321") if part in process.log.read_text()]


def waiting_for_a_lock(scene: Scene) -> int:
    """How many of the API's connections wait for a lock."""
    waiting = "select count(*) from pg_stat_activity where usename = :role and wait_event_type = 'Lock'"
    with scene.database.session() as session:
        return int(session.connection().scalar(text(waiting), {"role": scene.role}) or 0)


async def test_killed_under_load_everything_that_it_answered_is_there_once(process: Process, scene: Scene) -> None:
    """What was not answered is sent again, to the next process, and is there once as well."""
    process.start()
    await process.until_ready()
    process.call("PUT", "/v1/users/alice-k", ALICE)
    answered: list[str] = []
    enough = threading.Event()

    def send(number: int) -> None:
        for count in range(400):
            message_id = f"{number}-{count}"
            try:
                answer = process.call("POST", "/v1/users/alice-k/events", {"name": "login", "message_id": message_id})
            except requests.RequestException:
                return
            assert answer.status_code == 202
            answered.append(message_id)
            if len(answered) >= 60:
                enough.set()

    with ThreadPoolExecutor(4) as callers:
        under_way = [callers.submit(send, number) for number in range(4)]
        await asyncio.to_thread(enough.wait, 60)
        process.process.kill()
        for one in under_way:
            one.result()
    kept = logins(scene)
    assert len(answered) >= 60
    assert set(answered) <= set(kept)
    assert len(kept) == len(set(kept))
    process.start()
    await process.until_ready()
    again = process.call("POST", "/v1/users/alice-k/events", {"name": "login", "message_id": answered[-1]})
    assert (again.status_code, again.json()["new"]) == (202, False)
    assert len(logins(scene)) == len(kept)
    await until(lambda: scene.waiting() == 0)


def logins(scene: Scene) -> list[str]:
    """The message ids of what is stored."""
    with scene.database.session() as session:
        return [row.message_id for row in events.events_of(session, "alice-k") if row.name == "login"]


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({}, 5, "set HOMING_DATABASE_URL"),
        ({"HOMING_DATABASE_URL": "mysql://x"}, 5, "HOMING_DATABASE_URL"),
        ({"HOMING_DATABASE_URL": "postgresql://127.0.0.1:1/x", "HOMING_API_ADDRESS": "8080"}, 5, "HOMING_API_ADDRESS"),
        ({"HOMING_DATABASE_URL": "postgresql://127.0.0.1:1/x", "HOMING_BOOT_PATIENCE_SECONDS": "0"}, 4, "not answer"),
        ({"HOMING_DATABASE_URL": "postgresql://127.0.0.1:1/x", "TEMPORAL_ADDRESS": "7233"}, 5, "TEMPORAL_ADDRESS"),
    ],
)
def test_what_keeps_it_from_starting_is_told_in_one_line(settings: dict[str, str], code: int, said: str) -> None:
    """With the exit code of the command line."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOMING_", "TEMPORAL_"))}
    ended = start_and_wait(environment | {"HOMING_API_ADDRESS": free_address()} | settings)
    last = ended.stderr.splitlines()[-1]
    assert (ended.returncode, last.startswith("api: ")) == (code, True), ended.stderr
    assert said in last


def test_two_cannot_serve_on_one_port(taken: str) -> None:
    """The second is told whose setting to change."""
    environment = os.environ | {"HOMING_DATABASE_URL": "postgresql://127.0.0.1:1/x", "HOMING_API_ADDRESS": taken}
    ended = start_and_wait(environment)
    assert ended.returncode == 6
    assert "HOMING_API_ADDRESS" in ended.stderr.splitlines()[-1]


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def start_and_wait(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start it, and wait for the end that it comes to."""
    command = [sys.executable, "-m", "api.app"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def assert_unavailable(answer: requests.Response) -> None:
    """A clear 503 that says when to come back."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1
