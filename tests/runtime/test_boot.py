"""A worker that cannot work says why in one line, with the right exit code, as soon as that can be known."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

import worker
from runtime import waiting
from tests.cli.conftest import logging_as_it_was
from tests.models.conftest import fresh
from tests.runtime.conftest import free_address

__all__ = ["fresh"]

BAD_INPUT, UNREACHABLE, MISCONFIGURED, CONFLICT = 2, 4, 5, 6


@dataclass
class Boot:
    """Starts a worker in this process, which spares the seconds of Python's imports; none of these gets far."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def fails(self, **settings: str | None) -> tuple[int, str]:
        """The exit code and the last line on stderr."""
        for name, value in settings.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)
        code = worker.main()
        *log, last = self.capsys.readouterr().err.splitlines()
        assert all(line.startswith("{") for line in log)
        assert last.startswith("worker: ")
        return code, last.removeprefix("worker: ")


@pytest.fixture
def boot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Boot]:
    """Settings that are right in themselves, and no service anywhere."""
    nowhere = {"HOMING_DATABASE_URL": "postgresql://127.0.0.1:1/homing", "TEMPORAL_ADDRESS": "127.0.0.1:1"}
    rest = {"HOMING_SANDBOX_URL": "http://127.0.0.1:1", "HOMING_BOOT_PATIENCE_SECONDS": "0"}
    for name, value in (nowhere | rest).items():
        monkeypatch.setenv(name, value)
    with logging_as_it_was():
        yield Boot(monkeypatch, capsys)


@pytest.fixture
def temporal_address(temporal: WorkflowEnvironment) -> str:
    """Where the tests' Temporal is."""
    return str(temporal.client.service_client.config.target_host)


@pytest.mark.parametrize(
    ("settings", "told", "code"),
    [
        ({"HOMING_DATABASE_URL": None}, "set HOMING_DATABASE_URL, or run `make demo`", MISCONFIGURED),
        ({"HOMING_DATABASE_URL": "homing"}, "HOMING_DATABASE_URL is not a database address", MISCONFIGURED),
        ({"HOMING_SANDBOX_URL": None}, "no channel is configured: set TWILIO_ACCOUNT_SID", MISCONFIGURED),
        (
            {"HOMING_SANDBOX_URL": None, "SENDGRID_API_KEY": "SG.x"},
            "set HOMING_EMAIL_FROM as well, or unset SENDGRID_API_KEY",
            MISCONFIGURED,
        ),
        (
            {"HOMING_SANDBOX_URL": None, "SENDGRID_API_KEY": "SG.x", "HOMING_EMAIL_FROM": "us@homing.example"},
            "set HOMING_POSTAL_ADDRESS, such as",
            MISCONFIGURED,
        ),
        ({"HOMING_SANDBOX_URL": "127.0.0.1:8025"}, "HOMING_SANDBOX_URL must start with http://", MISCONFIGURED),
        ({"HOMING_TEMPLATES_DIR": "/nowhere"}, "there is no templates folder /nowhere; set HOMING", MISCONFIGURED),
        ({"HOMING_DEFAULT_LOCALE": "klingon"}, "locale 'klingon' is not known; use a tag such as en", BAD_INPUT),
        ({"HOMING_PACE": "0"}, "HOMING_PACE: Input should be greater than", MISCONFIGURED),
        ({"HOMING_ACTIVITY_THREADS": "0"}, "HOMING_ACTIVITY_THREADS: Input should be greater than 0", MISCONFIGURED),
        ({"HOMING_LOG_FORMAT": "xml"}, "HOMING_LOG_FORMAT: String should match pattern", MISCONFIGURED),
        ({"HOMING_HEALTH_ADDRESS": "8081"}, "HOMING_HEALTH_ADDRESS: '8081' is not host:port, such as", MISCONFIGURED),
        ({"HOMING_HEALTH_ADDRESS": "a:b"}, "HOMING_HEALTH_ADDRESS: 'a:b' is not host:port, such as", MISCONFIGURED),
        ({"HOMING_METRICS_ADDRESS": "1.1.1.1:99999"}, "HOMING_METRICS_ADDRESS: '1.1.1.1:99999' is not", MISCONFIGURED),
        ({"HOMING_METRICS_ADDRESS": "1.1.1.1:9464"}, "HOMING_METRICS_ADDRESS: cannot listen on 1.1.1.1", MISCONFIGURED),
        ({"HOMING_HEALTH_ADDRESS": "nohost.invalid:81"}, "HOMING_HEALTH_ADDRESS: cannot listen on no", MISCONFIGURED),
        (
            {"TEMPORAL_ADDRESS": "localhost:99999"},
            "TEMPORAL_ADDRESS: 'localhost:99999' is not host:port",
            MISCONFIGURED,
        ),
        ({"TEMPORAL_PROFILE": "nobody"}, "Temporal's settings cannot be read (Profile 'nobody' not", MISCONFIGURED),
        ({}, "Temporal at 127.0.0.1:1 (namespace default) does not answer (Connection refused); start", UNREACHABLE),
    ],
)
def test_what_is_wrong_is_told(boot: Boot, settings: dict[str, str | None], told: str, code: int) -> None:
    """By the name of what is to be set, before any service is waited for."""
    found, line = boot.fails(**settings)
    assert told in line
    assert found == code


def test_a_metrics_host_by_name_must_be_an_address(boot: Boot) -> None:
    """Temporal's core resolves no names, and says so less clearly."""
    port = free_address().rpartition(":")[2]
    code, line = boot.fails(HOMING_METRICS_ADDRESS=f"localhost:{port}")
    assert (code, "give an IP address and a port" in line) == (MISCONFIGURED, True)


@pytest.mark.parametrize("variable", ["HOMING_HEALTH_ADDRESS", "HOMING_METRICS_ADDRESS"])
def test_a_second_worker_on_the_same_port_says_so(boot: Boot, variable: str) -> None:
    """Before it takes any work."""
    with socket.create_server(("127.0.0.1", 0)) as first:
        address = f"127.0.0.1:{first.getsockname()[1]}"
        code, line = boot.fails(**{variable: address})
    assert line == f"{address} is in use, perhaps by another worker; give this one its own {variable}"
    assert code == CONFLICT


def test_a_templates_folder_with_mistakes_is_refused(boot: Boot, tmp_path: Path) -> None:
    """Nobody gets half a message."""
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello" / "en.yaml").write_text("sms: {{ name")
    code, line = boot.fails(HOMING_TEMPLATES_DIR=str(tmp_path))
    assert (code, line.startswith("hello/en.yaml:1: ")) == (BAD_INPUT, True)


def test_a_database_that_is_not_there_is_told_after_waiting(boot: Boot, temporal_address: str) -> None:
    """It may come up after the worker, so it is looked for again until patience ends."""
    boot.monkeypatch.setattr(waiting, "FIRST_PAUSE_S", 0.05)
    code, line = boot.fails(TEMPORAL_ADDRESS=temporal_address, HOMING_BOOT_PATIENCE_SECONDS="0.2")
    assert (code, line.startswith("PostgreSQL at postgresql://127.0.0.1:1/homing does not")) == (UNREACHABLE, True)


def test_a_database_without_our_schema_says_what_to_run(
    boot: Boot, temporal_address: str, fresh: Callable[[], str]
) -> None:
    """A worker does not change schemas."""
    code, line = boot.fails(TEMPORAL_ADDRESS=temporal_address, HOMING_DATABASE_URL=fresh())
    assert (code, line.endswith("run `starter.py migrate`")) == (MISCONFIGURED, True)


def test_a_namespace_that_is_not_there_is_told(
    boot: Boot, temporal_address: str, migrated: object, postgres: str
) -> None:
    """With the setting that names it."""
    there = {"TEMPORAL_ADDRESS": temporal_address, "HOMING_DATABASE_URL": postgres}
    code, line = boot.fails(**there, TEMPORAL_NAMESPACE="nowhere")
    assert line == "Temporal has no namespace nowhere; create it, or set TEMPORAL_NAMESPACE"
    assert code == MISCONFIGURED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_can_be_stopped_while_it_waits(boot: Boot, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """At once and well, although nothing is there yet."""

    async def wait(**_: object) -> None:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    monkeypatch.setattr("runtime.temporal.connect", wait)
    assert worker.main() == 0
