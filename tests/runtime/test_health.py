"""What an orchestrator is told."""

import asyncio

import pytest
import requests

from domain.errors import Conflict, Unreachable
from runtime.health import HealthServer
from tests.runtime.conftest import free_address


async def get(address: str, path: str) -> tuple[int, dict[str, str]]:
    """Status and JSON."""
    answer = await asyncio.to_thread(requests.get, f"http://{address}{path}", timeout=5)
    return answer.status_code, answer.json()


async def fine() -> None:
    """A check that passes."""


async def failing() -> None:
    """A check that does not."""
    raise Unreachable("the database is on holiday")


async def test_alive_from_the_first_moment_and_ready_when_all_checks_pass() -> None:
    """With the reasons of those that do not."""
    address = free_address()
    health = HealthServer(address)
    async with health.serving():
        assert await get(address, "/healthz") == (200, {"status": "alive"})
        assert await get(address, "/readyz") == (503, {"status": "failing", "worker": "starting"})
        health.checks |= {"temporal": fine, "database": failing}
        assert await get(address, "/readyz") == (503, {"status": "failing", "database": "the database is on holiday"})
        health.checks["database"] = fine
        assert await get(address, "/readyz") == (200, {"status": "ready"})
    with pytest.raises(requests.ConnectionError):
        await get(address, "/healthz")


async def test_two_cannot_serve_on_one_port() -> None:
    """The second is told before it does anything."""
    address = free_address()
    async with HealthServer(address).serving():
        with pytest.raises(Conflict, match="HOMING_HEALTH_ADDRESS"):
            async with HealthServer(address).serving():
                pass
