"""Recipes for stacks in tests: stand-ins for Homing's own processes, and components that misbehave."""

import sys
from pathlib import Path

from stack.component import Component, answers
from stack.info import StackInfo
from stack.started import Started


def app(name: str, address: str) -> Component:
    """A component that answers."""
    command = [sys.executable, "-m", "tests.stack.app", address]
    return Component(name, command, ready=lambda: answers(f"http://{address}/readyz"))


def sandbox(info: StackInfo) -> Component:
    """In the sandbox's place."""
    return app("sandbox", info.sandbox_url.removeprefix("http://"))


def worker(info: StackInfo) -> Component:
    """In the worker's place."""
    return app("worker", info.worker_health_address)


def script(code: str, *, ready: bool = True, patience: float = 60.0) -> Component:
    """A component called `alice` that runs this Python code."""
    return Component("alice", [sys.executable, "-c", code], ready=lambda: ready, patience=patience, grace=1)


def start_in(folder: Path, component: Component) -> Started:
    """Start it with its log in this folder and nothing locked."""
    with (folder / "lock").open("w") as lock:
        return Started(component, {}, folder / f"{component.name}.log", lock.fileno())
