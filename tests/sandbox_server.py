"""A running sandbox for tests: a process of its own on a free port, reached over HTTP like the providers."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.__main__ import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_SENDGRID_KEY

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where the sandbox is and what it lets in."""

    url: str
    process: subprocess.Popen[str]
    account_sid: str = DEMO_ACCOUNT_SID
    auth_token: str = DEMO_AUTH_TOKEN
    sendgrid_key: str = DEMO_SENDGRID_KEY
    mail_server: str = ""  # host:port

    @property
    def smtp_url(self) -> str:
        """Where mails are handed in, with the credentials."""
        return f"smtp://homing:{self.sendgrid_key}@{self.mail_server}"

    def messages(self, **query: Any) -> list[dict[str, Any]]:
        """What it has accepted, oldest first; `to`, `channel`, `since_id` and `limit` narrow it down."""
        answer = requests.get(f"{self.url}/messages", params=query, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def fault(self, **fault: Any) -> None:
        """Switch a fault on, such as `fault(drop="after", times=1)`; sandbox/faults.py has them all."""
        answer = requests.post(f"{self.url}/faults", json=fault, timeout=10)
        assert answer.status_code == 201, answer.text

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are on, with how often each has struck."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/faults", timeout=10).json()
        return found

    def mishap(self, **mishap: Any) -> None:
        """Switch a mishap of webhooks on, such as `mishap(effect="doubled")`; sandbox/mishaps.py has them all."""
        answer = requests.post(f"{self.url}/mishaps", json=mishap, timeout=10)
        assert answer.status_code == 201, answer.text

    def aim(self, **targets: str) -> None:
        """Say where `twilio_inbound`, `sendgrid_events` and `sendgrid_inbound` go; those not named go nowhere."""
        requests.put(f"{self.url}/webhooks", json=targets, timeout=10).raise_for_status()

    def webhook_key(self) -> str:
        """The public key with which SendGrid's events are verified."""
        return str(requests.get(f"{self.url}/webhooks", timeout=10).json()["sendgrid_public_key"])

    def posts(self) -> list[dict[str, Any]]:
        """What there was and is to be posted, in the order in which it was planned."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/posts", timeout=10).json()
        return found

    def answer(self, **written: Any) -> dict[str, Any]:
        """A person writes: `channel`, `sender`, `text`."""
        written["from"] = written.pop("sender")
        answer = requests.post(f"{self.url}/answers", json=written, timeout=10)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def do(self, message_id: int, deed: str, **more: Any) -> None:
        """A person does something with a message: read, open, click, spamreport, unsubscribe."""
        answer = requests.post(f"{self.url}/messages/{message_id}/deeds", json={"deed": deed, **more}, timeout=10)
        assert answer.status_code == 201, answer.text

    def reset(self) -> None:
        """Forget all messages, answers, webhooks, faults and mishaps."""
        for path in ("messages", "faults", "mishaps"):
            requests.delete(f"{self.url}/{path}", timeout=10).raise_for_status()
        self.aim()


@contextmanager
def running_sandbox(state: Path, port: int = 0, delivered_after: float = 2) -> Iterator[Sandbox]:
    """A sandbox that keeps its messages in the file `state`, ended afterwards."""
    options = {
        "--port": str(port),
        "--smtp-port": "0",
        "--state": str(state),
        "--account-sid": DEMO_ACCOUNT_SID,
        "--auth-token": DEMO_AUTH_TOKEN,
        "--sendgrid-key": DEMO_SENDGRID_KEY,
        "--delivered-after": str(delivered_after),
    }
    command = [sys.executable, "-m", "sandbox", *(part for option in options.items() for part in option)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("sandbox: "), "the sandbox did not start; its words are on stderr"
            mails = process.stdout.readline().removeprefix("mails: smtp://").strip()
            yield Sandbox(line.removeprefix("sandbox: ").strip(), process, mail_server=mails)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One process for all tests of a folder, whose conftest.py imports this."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox") / "messages.sqlite") as started:
        yield started


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """The sandbox, with neither messages nor faults."""
    shared_sandbox.reset()
    return shared_sandbox
