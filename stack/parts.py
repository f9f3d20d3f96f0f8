"""The parts of the stack. To add one: a recipe here, its place in one of the two lists, its port in `ports.py`."""

import sys
from pathlib import Path

from runtime.settings import ROOT
from stack.component import Component, Recipe, answers
from stack.database import postgres
from stack.info import SANDBOX_STATE, StackInfo
from stack.temporal import temporal


def sandbox(info: StackInfo) -> Component:
    """The stand-in for the providers."""
    host, port = info.sandbox_url.removeprefix("http://").split(":")
    webhooks = f"{info.api}/webhooks"
    options = {
        "--host": host,
        "--port": port,
        "--smtp-port": info.mail_server.rpartition(":")[2],
        "--state": str(info.state_dir / SANDBOX_STATE),
        "--twilio-inbound-url": f"{webhooks}/twilio/inbound",
        "--sendgrid-events-url": f"{webhooks}/sendgrid/events",
        "--sendgrid-inbound-url": f"{webhooks}/sendgrid/inbound/{info.demo_keys.inbound_token}",
        "--delivered-after": "0.4",  # nobody wants to wait for a rehearsal
    }
    command = [sys.executable, "-m", "sandbox", *(part for option in options.items() for part in option)]
    return Component("sandbox", command, ready=lambda: answers(f"{info.sandbox_url}/healthz"))


def worker(info: StackInfo) -> Component:
    """Homing's worker."""
    ready_url = f"http://{info.worker_health_address}/readyz"
    command = [sys.executable, str(ROOT / "worker.py")]
    here = Path.cwd()  # what relative paths in the person's settings are relative to
    return Component("worker", command, ready=lambda: answers(ready_url), folder=here, grace=10)


def api(info: StackInfo) -> Component:
    """Homing's HTTP API."""
    ready_url = f"{info.api}/readyz"
    command = [sys.executable, "-m", "api.app"]
    return Component("api", command, ready=lambda: answers(ready_url), grace=10)


# Started together, before `prepare` (migrations, search attributes, journeys) ...
SERVICES: tuple[Recipe, ...] = (postgres, temporal, sandbox)
# ... and after it.
APPLICATIONS: tuple[Recipe, ...] = (worker, api)
