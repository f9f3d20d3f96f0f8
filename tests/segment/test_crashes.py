"""What was answered with 200 survives the death of any process, and reaches its workflow, once. Real processes."""

import asyncio
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
import requests
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from client.publishing import publish
from domain.journey.file import parse
from domain.keys import KeyKind
from models import enrollments, events, keys
from models.database import Database
from runtime import temporal
from stack.info import StackInfo
from stack.parts import api, worker
from stack.supervisor import Stack
from tests.segment.load import Load
from workflows.inputs import SEARCH_ATTRIBUTES
from workflows.journey import JourneyWorkflow

EVENT = "Report Opened"
# Waits all the while, and is told of each event because it will ask how often there was one.
JOURNEY = f"""
journey: listening
title: Counts what it hears
entry: {{event: signed_up}}
topic: listening
steps:
  - id: patience
    wait_for: {{event: Never}}
    timeout: 30d
  - id: look
    branch:
      - if: {{event: {EVENT}, at_least: 3}}
        do: [{{id: hello, send: welcome}}]
"""
WITHIN_S = 60.0
OUTAGE_S = 4.0


@dataclass
class Site:
    """A whole installation, and people who sleep in a journey that hears them."""

    stack: Stack
    database: Database
    write_key: str
    users: list[str]

    def load(self) -> Load:
        """Events of these people."""
        return Load(self.stack.info.api, self.write_key, self.users, EVENT)

    def supervise(self, seconds: float) -> None:
        """Let the stack start again what died."""
        until = time.monotonic() + seconds
        self.supervise_until(lambda: time.monotonic() > until)

    def supervise_until(self, condition: Callable[[], bool], what: Callable[[], str] = lambda: "") -> None:
        """The same until this is so; else it says what."""
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < deadline, f"did not happen in time {what()}"
            self.stack.supervise()
            time.sleep(0.05)

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        """End a part; nobody starts it again before `supervise`."""
        process = psutil.Process(self.stack.info.pids[part])
        process.send_signal(number)
        psutil.wait_procs([process], timeout=10)

    def is_ready(self) -> bool:
        """Whether the API takes input in."""
        try:
            return requests.get(f"{self.stack.info.api}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stored(self, user: str) -> list[str]:
        """The message ids of the events that are here."""
        with self.database.session() as session:
            return [one.message_id for one in events.events_of(session, user) if one.name == EVENT]

    def heard(self) -> Counter[str]:
        """How many events each person's workflow counts."""
        return asyncio.run(_heard(self.stack.info.temporal_address, self._workflows()))

    def _workflows(self) -> dict[str, str]:
        with self.database.session() as session:
            return {user: enrollments.running(session, user)[0].workflow_id for user in self.users}


async def _heard(address: str, workflows: dict[str, str]) -> Counter[str]:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    found: Counter[str] = Counter()
    for user, workflow_id in workflows.items():
        state = await client.get_workflow_handle_for(JourneyWorkflow.run, workflow_id).query(JourneyWorkflow.state)
        found[user] = state.events[EVENT].count if state and EVENT in state.events else 0
    return found


def _prepare(info: StackInfo) -> None:
    database = Database(info.database_url)
    database.migrate()
    publish(database, [parse(JOURNEY, "listening.yaml")], datetime.now(UTC))
    database.close()
    asyncio.run(_register(info))


async def _register(info: StackInfo) -> None:
    client = await temporal.connect(config={"target_host": info.temporal_address, "namespace": info.namespace})
    await temporal.ensure_search_attributes(client, SEARCH_ATTRIBUTES)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """PostgreSQL, Temporal, the sandbox, a worker and the API, each a process of its own."""
    with tempfile.TemporaryDirectory(prefix="homing-tests-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / ".homing"
        with Stack(place, pace=1, say=lambda _: None, prepare=_prepare, applications=(worker, api)) as stack:
            yield stack


@pytest.fixture
def site(stack: Stack) -> Iterator[Site]:
    """With people of its own, who are asleep."""
    database = Database(stack.info.database_url)
    with database.session() as session:
        _, write_key = keys.create(session, KeyKind.WRITE, "tests", [], datetime.now(UTC))
    site = Site(stack, database, write_key, [f"u{uuid4().hex[:8]}-{n}" for n in range(12)])
    calls = [{"type": "identify", "userId": user, "traits": {"email": "alice@example.com"}} for user in site.users]
    answer = requests.post(f"{stack.info.api}/v1/batch", json={"batch": calls}, auth=(write_key, ""), timeout=30)
    assert answer.json() == {"success": True}
    yield site
    database.close()


def assert_nothing_is_lost(site: Site, load: Load) -> None:
    """All that was answered with 200 is stored, and each workflow has counted it once."""
    assert len(load.answered) > 50
    for user in site.users:
        mine = [message_id for message_id, whose in load.answered.items() if whose == user]
        assert sorted(site.stored(user)) == sorted(mine)
    lacking: Counter[str] = Counter()

    def all_is_heard() -> bool:
        nonlocal lacking
        lacking = load.by_user.copy()
        lacking.subtract(site.heard())
        return not any(lacking.values())

    site.supervise_until(all_is_heard, lambda: f"heard too few of or too often: {lacking}")


def test_an_api_that_is_killed_loses_nothing_of_what_it_answered(site: Site) -> None:
    """kill -9 under load, twice; clients send again what was not answered."""
    with site.load().running() as load:
        for _ in range(2):
            site.supervise(1)
            site.kill("api")
            before = dict(load.answered)
            for user in site.users:
                assert {one for one, whose in before.items() if whose == user} <= set(site.stored(user))
            site.supervise_until(site.is_ready)
        site.supervise(1)
    assert load.unanswered > 0
    assert_nothing_is_lost(site, load)


def test_while_temporal_is_away_everything_is_accepted(site: Site) -> None:
    """And told when it is back, in order, once."""
    with site.load().running() as load:
        site.supervise(1)
        site.kill("temporal")
        time.sleep(OUTAGE_S)
        at_the_end_of_it = len(load.answered)
        site.supervise(2)
    assert (load.answers, load.unanswered) == ([], 0)
    assert at_the_end_of_it > 50
    assert_nothing_is_lost(site, load)


def test_while_postgresql_is_away_clients_are_told_to_come_back(site: Site) -> None:
    """A clear 503 with Retry-After; then it goes on by itself."""
    with site.load().running() as load:
        site.supervise(1)
        site.kill("postgres", signal.SIGINT)
        time.sleep(OUTAGE_S)
        site.supervise_until(site.is_ready)
        site.supervise(2)
    assert {answer.status_code for answer in load.answers} == {503}
    assert {answer.json()["code"] for answer in load.answers} == {"unavailable"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in load.answers)
    assert_nothing_is_lost(site, load)
