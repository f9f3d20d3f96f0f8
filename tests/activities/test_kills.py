"""Workers that die with a message at the provider: a real process, a real kill -9, and the next worker."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from activities.attempts import HOLD
from activities.orders import Delivered
from domain.delivery import Outcome
from tests.activities.desk import Desk
from tests.sandbox_server import ROOT, Sandbox

SENT = Delivered(Outcome.SENT, closed=False)
UNKNOWN = Delivered(Outcome.UNKNOWN, closed=False)


@contextmanager
def another_process(desk: Desk, sandbox: Sandbox, postgres: str, channel: str) -> Iterator[subprocess.Popen[bytes]]:
    """An attempt in a process of its own."""
    given = {"database": postgres, "sandbox": sandbox.url, "enrollment": desk.enrollments["alice"], "channel": channel}
    command = [sys.executable, "-m", "tests.activities.one_delivery", json.dumps(given)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_with_the_provider(desk: Desk, sandbox: Sandbox, postgres: str, channel: str) -> None:
    """kill -9 while the process waits for the answer; the provider's fault must make it wait."""
    with another_process(desk, sandbox, postgres, channel) as process:
        deadline = time.monotonic() + 30
        while not asked(sandbox):
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline, "it never called the provider"
            time.sleep(0.02)
        process.kill()


def asked(sandbox: Sandbox) -> bool:
    """Whether the fault has struck."""
    return any(fault["struck"] for fault in sandbox.faults())


KILLS: list[tuple[str, dict[str, Any], Delivered, int]] = [
    ("sms", {"delay": 60}, SENT, 1),  # taken, and the answer never read: found by asking
    ("sms", {"drop": "before", "delay": 60}, SENT, 1),  # never taken: sent by the second attempt
    ("email", {"delay": 60}, UNKNOWN, 1),  # taken, and nobody can be asked
]


@pytest.mark.parametrize("kill", KILLS)
def test_a_worker_that_is_killed_with_the_provider_sends_nothing_twice(
    real_desk: Desk, sandbox: Sandbox, postgres: str, kill: tuple[str, dict[str, Any], Delivered, int]
) -> None:
    """Another worker waits until the dead one's time is over, then asks, and only then sends."""
    channel, fault, outcome, taken = kill
    sandbox.fault(times=1, **fault)
    killed_with_the_provider(real_desk, sandbox, postgres, channel)
    order = real_desk.order(via=(channel,))
    assert real_desk.story() == [(channel, "sending", None)]
    busy = real_desk.refused(order)
    assert busy.type == "Busy"
    assert timedelta(0) < (busy.next_retry_delay or timedelta(0)) <= HOLD
    real_desk.waited = HOLD
    assert real_desk.deliver(order) == outcome
    assert len(sandbox.messages()) == taken
