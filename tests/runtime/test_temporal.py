"""Connecting to Temporal: with patience or without, and never for ever."""

import asyncio
import socket
from uuid import uuid4

import pytest
from temporalio.common import SearchAttributeKey
from temporalio.envconfig import ClientConnectConfig
from temporalio.testing import WorkflowEnvironment

from domain.errors import Misconfigured, Unreachable
from runtime import temporal as temporal_module
from runtime.temporal import connect, ensure_search_attributes, ping, read_config
from tests.client.conftest import Line
from workflows.inputs import SEARCH_ATTRIBUTES


def at(address: str) -> ClientConnectConfig:
    """The least of settings."""
    return ClientConnectConfig(target_host=address, namespace="default")


async def test_without_patience_it_is_tried_once() -> None:
    """A person waits in front of the terminal."""
    waited: list[str] = []
    with pytest.raises(
        Unreachable, match=r"127\.0\.0\.1:1 \(namespace default\) does not answer \(Connection refused\)"
    ):
        await connect(config=at("127.0.0.1:1"), on_wait=waited.append)
    assert waited == []


async def test_with_patience_it_is_tried_again_until_it_is_there(temporal: WorkflowEnvironment) -> None:
    """A worker may start before Temporal does."""
    waited: asyncio.Queue[str] = asyncio.Queue()
    line = Line(str(temporal.client.service_client.config.target_host))
    address = await line.lay()
    line.cut()
    connecting = asyncio.create_task(connect(config=at(address), patience_s=20, on_wait=waited.put_nowait))
    assert "does not answer" in await waited.get()
    await line.lay(port=int(address.rpartition(":")[2]))
    await ping(await connecting)
    line.cut()


async def test_one_that_never_answers_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK itself would wait for half a minute."""
    monkeypatch.setattr(temporal_module, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match=r"does not answer \(no answer in time\)"):
            await connect(config=at(address))


@pytest.mark.parametrize("address", ["localhost:99999", "local host:7233"])
async def test_what_is_no_address_is_a_wrong_setting(address: str) -> None:
    """Waiting would not mend it."""
    with pytest.raises(Misconfigured, match="TEMPORAL_ADDRESS"):
        await connect(config=at(address), patience_s=60)


def test_temporals_own_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard variables; without any, the standard address."""
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")
    assert read_config()["target_host"] == "localhost:7233"
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "homing")
    assert (read_config()["target_host"], read_config()["namespace"]) == ("temporal.example:7233", "homing")
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", "/nowhere.pem")
    with pytest.raises(Misconfigured, match=r"Temporal's settings cannot be read \(.*/nowhere\.pem"):
        read_config()


async def test_search_attributes_are_registered_by_however_many_at_once(temporal: WorkflowEnvironment) -> None:
    """Replicas start together, and again."""
    keys = [*SEARCH_ATTRIBUTES, SearchAttributeKey.for_keyword(f"Test{uuid4().hex}")]
    await asyncio.gather(*(ensure_search_attributes(temporal.client, keys) for _ in range(5)))
    assert await ensure_search_attributes(temporal.client, keys) == []


async def test_a_temporal_that_went_away_is_unreachable(temporal: WorkflowEnvironment) -> None:
    """For the question whether a worker is ready."""
    line = Line(str(temporal.client.service_client.config.target_host))
    client = await connect(config=at(await line.lay()))
    await ping(client)
    line.cut()
    with pytest.raises(Unreachable, match="Temporal does not answer"):
        await ping(client)
