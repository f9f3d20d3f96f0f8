"""One worker from its start to its end, with everything that it logs, in the worst of weather and at DEBUG level."""

import json
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from temporalio.testing import WorkflowEnvironment

from client.homing import Homing
from client.inputs import Happened, Profile
from client.journeys import Journeys
from domain.clock import Clock
from domain.journey.file import parse
from models import messages
from models.database import Database
from models.journeys import publish
from models.messages import Message
from testkit.real import servers
from tests.runtime.conftest import WorkerProcess, until
from tests.sandbox_server import Sandbox

JOURNEY = """
journey: welcome
title: A welcome and a praise
entry: {event: signed_up}
topic: test
steps:
  - {id: hello, send: welcome}
  - id: first-use
    wait_for: {event: first_use}
  - {id: bravo, send: first_use_praise}
"""
ROLE = "worker_of_test"
ALICE = {"phone": "+5511987654321", "email": "alice.liddell@example.com", "attributes": {"first_name": "Wonderlandia"}}
PERSONAL = ("5511987654321", "alice.liddell", "Wonderlandia")


@dataclass
class Run:
    """What was seen of one worker's life."""

    while_starting: str = ""
    ready: str = ""
    without_database: str = ""
    ready_again: str = ""
    metrics: str = ""
    exit_code: int | None = None
    log: str = ""
    messages: list[Message] = field(default_factory=list)
    at_provider: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log."""
        return [json.loads(line) for line in self.log.splitlines()]


class Scene:
    """A database role of the worker's own, which can be shut out; a task queue of its own; Alice."""

    def __init__(self, database: Database, temporal: WorkflowEnvironment) -> None:
        self.database = database
        self.temporal = temporal
        self.task_queue = f"worker-{uuid4().hex[:8]}"
        self.homing = Homing(database, Journeys(temporal.client, Clock(), self.task_queue), Clock())
        self.user = f"alice-{uuid4().hex[:8]}"
        with database.session() as session:
            publish(session, parse(JOURNEY, "test.yaml"), datetime.now(UTC))
        self.sql(f"drop role if exists {ROLE}", f"create role {ROLE} superuser login")

    def sql(self, *statements: str) -> None:
        """As the database's owner."""
        with self.database.session() as session:
            for statement in statements:
                session.connection().execute(text(statement))

    def shut_out(self) -> None:
        """The database is gone, for the worker."""
        self.sql(f"alter role {ROLE} nologin")
        self.sql(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{ROLE}'")

    def let_in(self) -> None:
        """It is back."""
        self.sql(f"alter role {ROLE} login")

    async def sign_up(self) -> None:
        """Alice, by SMS; and somebody sends her journey what it cannot read."""
        taken = await self.homing.signup(Profile.of({"user_id": self.user, "channels": ["sms"], **ALICE}))
        await self.temporal.client.get_workflow_handle(taken.started[0]).signal("event", {"nome": ALICE})

    async def use(self) -> None:
        """Alice uses the product."""
        await self.homing.event(Happened(user_id=self.user, name="first_use"))

    def messages(self) -> list[Message]:
        """What the books say."""
        with self.database.session() as session:
            return messages.of_person(session, self.user)


@pytest.fixture(scope="module")
async def run(
    temporal: WorkflowEnvironment,
    migrated: Database,
    postgres: str,
    shared_sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Run]:
    """Start; a busy provider, then a message; no database for a while; asked to stop in the middle of a slow send."""
    scene = Scene(servers.emptied(migrated), temporal)  # tests before have erased people
    shared_sandbox.reset()
    worker = WorkerProcess(
        {
            "HOMING_DATABASE_URL": make_url(postgres).set(username=ROLE).render_as_string(hide_password=False),
            "HOMING_TASK_QUEUE": scene.task_queue,
            "HOMING_SANDBOX_URL": shared_sandbox.url,
            "HOMING_LOG_LEVEL": "debug",
            "HOMING_QUIET_HOURS": "none",  # tests run at night as well
            "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        },
        tmp_path_factory.mktemp("worker") / "worker.log",
    )
    worker.start()
    try:
        yield await play(scene, worker, shared_sandbox)
    finally:
        worker.process.kill()
        scene.sql(f"drop role {ROLE}")


async def play(scene: Scene, worker: WorkerProcess, sandbox: Sandbox) -> Run:
    """The worker's life."""
    run = Run()
    scene.shut_out()
    run.while_starting = await worker.until_ready(503)
    scene.let_in()
    run.ready = await worker.until_ready()
    sandbox.fault(status_code=429, retry_after=0, times=1)
    await scene.sign_up()
    await until(lambda: [row.state for row in scene.messages()] == ["accepted"])
    run.metrics = worker.served_metrics()
    scene.shut_out()
    run.without_database = await worker.until_ready(503)
    scene.let_in()
    run.ready_again = await worker.until_ready()
    sandbox.fault(delay=2)
    await scene.use()
    await until(lambda: sandbox.faults()[-1]["struck"] == 1)
    worker.process.send_signal(signal.SIGTERM)
    worker.process.send_signal(signal.SIGINT)
    await until(lambda: worker.process.poll() is not None)
    run.exit_code, run.log = worker.process.returncode, worker.logged()
    run.messages, run.at_provider = scene.messages(), sandbox.messages()
    return run


def test_it_is_not_ready_before_its_services_are(run: Run) -> None:
    """It answers, and says that it waits."""
    assert json.loads(run.while_starting) == {"status": "failing", "worker": "starting"}
    assert json.loads(run.ready) == {"status": "ready"}


def test_it_is_not_ready_while_its_database_is_away_and_ready_again_after(run: Run) -> None:
    """With the reason; it need not be restarted."""
    answer = json.loads(run.without_database)
    assert (answer["status"], "temporal" in answer) == ("failing", False)
    assert "not permitted to log in" in answer["database"]
    assert json.loads(run.ready_again) == {"status": "ready"}


def test_asked_to_stop_it_finishes_the_message_that_it_has_begun(run: Run) -> None:
    """A send takes its time, and is recorded before the end; a second signal does not cut it short."""
    assert run.exit_code == 0
    assert [(row.step, row.state) for row in run.messages] == [("hello", "accepted"), ("bravo", "accepted")]
    assert [one["provider_id"] for one in run.at_provider] == [row.provider_id for row in run.messages]


def test_its_metrics_count_messages_by_channel_and_state(run: Run) -> None:
    """Beside those of Temporal's own."""
    ours = [line for line in run.metrics.splitlines() if line.startswith("homing_messages{")]
    counted = {found[1]: line.rsplit(" ")[-1] for line in ours if (found := re.search(r'state="(\w+)"', line))}
    assert counted == {"accepted": "1", "retrying": "1"}
    assert all('channel="sms"' in line for line in ours)
    assert "temporal_activity_schedule_to_start_latency" in run.metrics


def test_every_line_of_its_log_is_json_with_an_event(run: Run) -> None:
    """Temporal's core and SDK included."""
    assert all({"event", "level", "timestamp", "logger"} <= line.keys() for line in run.lines)


def test_lines_about_a_message_say_whose_journey_and_step_they_belong_to(run: Run) -> None:
    """One search finds all that happened to an enrollment."""
    [refused] = [line for line in run.lines if line["event"] == "message.refused"]
    enrollment = run.messages[0].enrollment_id
    about = {name: refused[name] for name in ("journey", "enrollment", "step", "user", "level", "reason")}
    assert about == {
        "journey": "welcome",
        "enrollment": enrollment,
        "step": "hello",
        "user": run.messages[0].user_id,
        "level": "warning",
        "reason": "rate_limited",
    }
    settled = [(line["step"], line["outcome"]) for line in run.lines if line["event"] == "delivery.settled"]
    assert settled == [("hello", "sent"), ("bravo", "sent")]


def test_nothing_personal_is_in_its_log_even_at_debug_level(run: Run) -> None:
    """Neither phone, nor mail, nor name, nor what was written to them, nor what could not be read."""
    assert "dropping the signal" in run.log
    assert run.log.count("\n") > 10
    assert not [part for part in (*PERSONAL, run.messages[0].content["text"][:20]) if part in run.log]


def test_it_tells_its_life_in_a_few_words(run: Run) -> None:
    """What an operator looks for first."""
    told = [line["event"] for line in run.lines if line["event"].startswith("worker.")]
    life = [event for event in told if event != "worker.waiting"]
    assert life == ["worker.started", "worker.stopping", "worker.stopped"]
    assert "worker.waiting" in told
