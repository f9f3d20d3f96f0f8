"""A worker as a process of its own, as in production, and what it leaves behind."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.sandbox_server import ROOT, sandbox, shared_sandbox

__all__ = ["sandbox", "shared_sandbox"]

WITHIN_S = 40.0


@dataclass
class WorkerProcess:
    """`python worker.py` with these settings; its stderr goes to a file."""

    settings: dict[str, str]
    log: Path

    def start(self) -> None:
        """Not ready yet."""
        self.health, self.metrics = free_address(), free_address()
        addresses = {"HOMING_HEALTH_ADDRESS": self.health, "HOMING_METRICS_ADDRESS": self.metrics}
        environment = os.environ | addresses | self.settings
        with self.log.open("wb") as stderr:
            self.process = subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=environment, stderr=stderr)

    def ready(self) -> tuple[int, str]:
        """What it answers to an orchestrator, 0 while it does not."""
        try:
            answer = requests.get(f"http://{self.health}/readyz", timeout=10)
        except requests.ConnectionError:
            return 0, ""
        return answer.status_code, answer.text

    async def until_ready(self, status: int = 200) -> str:
        """Wait for this answer; its text."""
        await until(lambda: self.ready()[0] == status)
        return self.ready()[1]

    def logged(self) -> str:
        """All that it has written to stderr."""
        return self.log.read_text()

    def served_metrics(self) -> str:
        """As Prometheus reads them."""
        return requests.get(f"http://{self.metrics}/metrics", timeout=10).text


async def until(holds: Callable[[], bool]) -> None:
    """Wait in real time, with patience for a busy machine."""
    deadline = asyncio.get_running_loop().time() + WITHIN_S
    while not await asyncio.to_thread(holds):
        assert asyncio.get_running_loop().time() < deadline, "it did not come to hold in time"
        await asyncio.sleep(0.05)


def free_address() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"
