"""The running stack: real PostgreSQL and Temporal, restarted when killed, seen by clients, alone on its folder."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg2
import psycopg2.extensions
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.errors import Conflict, Misconfigured, Unreachable
from stack.info import StackInfo
from stack.supervisor import Stack
from tests.stack.conftest import Running
from tests.stack.parts import script, worker

JOURNEY = SearchAttributeKey.for_keyword("HomingJourney")
THIRTY_DAYS = 30 * 24 * 3600


@contextmanager
def cursor(info: StackInfo) -> Iterator[psycopg2.extensions.cursor]:
    """Into the stack's database, by its URL as libpq reads it."""
    with closing(psycopg2.connect(info.database_url.replace("+psycopg2", ""))) as connection:
        connection.autocommit = True
        yield connection.cursor()


def kill(running: Running, name: str) -> int:
    """As a person would, by the pid that the stack tells; gives that pid."""
    pid = running.stack.info.pids[name]
    os.kill(pid, signal.SIGKILL)
    return pid


def is_back(running: Running, name: str, killed: int) -> bool:
    """Started again and ready."""
    return running.stack.info.pids.get(name, killed) != killed and running.said[-1].startswith(f"{name} is ready")


async def start_workflow(info: StackInfo) -> WorkflowHandle[object, object]:
    """One that no worker takes, with a search attribute of ours."""
    client = await Client.connect(info.temporal_address, namespace=info.namespace)
    attributes = TypedSearchAttributes([SearchAttributePair(JOURNEY, "welcome")])
    return await client.start_workflow(
        "Any", id=f"alice-{uuid4()}", task_queue="none", search_attributes=attributes, result_type=object
    )


def test_it_says_what_becomes_ready_and_how_long_it_took(running: Running) -> None:
    """The services together, then the applications."""
    assert "starting postgres, temporal, sandbox" in running.said
    ready = [line.split()[0] for line in running.said if " is ready (" in line]
    assert set(ready[:3]) == {"postgres", "temporal", "sandbox"}
    assert ready[3] == "worker"


def test_prepare_is_called_between_services_and_applications(running: Running) -> None:
    """Migrations need the database; the worker needs the migrations."""
    assert running.prepared_beside == {"supervisor", "postgres", "temporal", "sandbox"}


def test_clients_find_it_by_its_folder(running: Running) -> None:
    """With the pid of each real process."""
    info = StackInfo.read(running.stack.info.state_dir)
    assert info == running.stack.info
    names = {name: psutil.Process(pid).cmdline() for name, pid in info.pids.items()}
    assert names["temporal"][1:3] == ["server", "start-dev"]
    assert names["worker"][1:3] == ["-m", "tests.stack.app"]
    assert names["postgres"][0].endswith("/postgres")


def test_it_listens_on_this_machine_only(running: Running) -> None:
    """Nothing of it can be reached from outside."""
    listening = [
        connection.laddr.ip
        for name, pid in running.stack.info.pids.items()
        if name not in ("supervisor", "postgres")  # ours is pytest's; the other has a socket file and another user
        for connection in psutil.Process(pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


def test_its_files_are_private(running: Running) -> None:
    """They hold what people were sent."""
    folder = running.stack.info.state_dir
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {path.name for path in files} >= {"stack.json", "clock.json", "temporal.db", "stack.lock"}
    assert {path.stat().st_mode & 0o077 for path in [*files, folder / "logs", folder / "postgres"]} == {0}


def test_a_second_stack_on_the_same_folder_is_refused(running: Running) -> None:
    """With the pid of the first and what to do."""
    folder = running.stack.info.state_dir
    with pytest.raises(Conflict) as error, Stack(folder, say=lambda _: None):
        pass
    assert str(error.value) == (
        f"a stack (pid {os.getpid()}) runs on {folder} already: use it, end it with `kill {os.getpid()}`, "
        "or give another state folder"
    )


def test_a_killed_worker_is_started_again_and_told(running: Running) -> None:
    """`stack.json` has the new pid."""
    killed = kill(running, "worker")
    running.supervise_until(lambda: is_back(running, "worker", killed))
    assert "worker died (signal 9), starting it again" in running.said
    info = StackInfo.read(running.stack.info.state_dir)
    assert info is not None
    assert info.pids["worker"] == running.stack.info.pids["worker"] != killed


async def test_a_killed_temporal_comes_back_with_its_workflows(running: Running) -> None:
    """Found by search attribute, at the same address, kept for thirty days."""
    handle = await start_workflow(running.stack.info)
    killed = kill(running, "temporal")
    running.supervise_until(lambda: is_back(running, "temporal", killed))
    client = await Client.connect(running.stack.info.temporal_address)
    found = [workflow.id async for workflow in client.list_workflows("HomingJourney = 'welcome'")]
    assert handle.id in found
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    assert described.config.workflow_execution_retention_ttl.ToSeconds() == THIRTY_DAYS


def test_a_killed_postgres_comes_back_with_its_rows(running: Running) -> None:
    """Under the same URL."""
    with cursor(running.stack.info) as before:
        before.execute("CREATE TABLE alice AS SELECT 7 AS seven")
    killed = kill(running, "postgres")
    running.supervise_until(lambda: is_back(running, "postgres", killed))
    with cursor(running.stack.info) as after:
        after.execute("SELECT seven FROM alice")
        assert after.fetchone() == (7,)


def test_an_error_inside_leaves_nothing_running(state_dir: Path) -> None:
    """Neither processes nor `stack.json`."""

    def fail(info: StackInfo) -> None:
        assert psutil.pid_exists(info.pids["worker"])
        raise Misconfigured("no")

    stack = Stack(state_dir, say=lambda _: None, prepare=fail, services=[worker], applications=[])
    with pytest.raises(Misconfigured), stack:
        pass
    assert not psutil.pid_exists(stack.info.pids["worker"])
    assert not (state_dir / "stack.json").exists()


def test_an_application_that_cannot_start_takes_the_services_down_too(state_dir: Path) -> None:
    """One clear error with the end of its log, and everything else is gone."""
    fails = script("raise SystemExit('no such table: people')", ready=False)
    seen: list[StackInfo] = []
    stack = Stack(state_dir, say=lambda _: None, prepare=seen.append, services=[worker], applications=[lambda _: fails])
    with pytest.raises(Unreachable, match=r"alice cannot start.*alice\.log:\n  no such table: people"), stack:
        pass
    assert not psutil.pid_exists(seen[0].pids["worker"])
    assert StackInfo.read(state_dir) is None
