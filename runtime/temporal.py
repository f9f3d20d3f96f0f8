"""Connect to Temporal: any address, profile file, TLS or API key, by the standard TEMPORAL_... settings."""

import asyncio
from collections.abc import Callable, Sequence

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import Misconfigured, Unreachable

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0
MISSING = (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED)


async def connect(
    *,
    patience_s: float = 0,
    runtime: Runtime | None = None,
    on_wait: Callable[[str], None] | None = None,
    config: ClientConnectConfig | None = None,
) -> Client:
    """A client. Tries again for `patience_s` seconds, as at boot; then raises Unreachable with what to do."""
    config = config or read_config()
    deadline = asyncio.get_running_loop().time() + patience_s
    pause = FIRST_PAUSE_S
    while True:
        try:
            return await Client.connect(**config, data_converter=pydantic_data_converter, runtime=runtime)
        except (RuntimeError, RPCError) as error:
            if asyncio.get_running_loop().time() + pause > deadline:
                raise Unreachable(_how_to_reach(config, error)) from error
            if on_wait:
                on_wait(_how_to_reach(config, error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


def read_config() -> ClientConnectConfig:
    """Temporal's own settings, from the environment and the profile file. Raises Misconfigured if unreadable."""
    try:
        config = ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError, OSError) as error:
        raise Misconfigured(
            f"Temporal's settings cannot be read ({error}); check TEMPORAL_... and the profile"
        ) from error
    config.setdefault("target_host", "localhost:7233")
    return config


async def ensure_search_attributes(client: Client, keys: Sequence[SearchAttributeKey[str]]) -> list[str]:
    """Register what is missing and return its names. Raises Misconfigured where that is not ours to do."""
    try:
        found = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = [key.name for key in keys if key.name not in found.custom_attributes]
        if missing:
            kinds = dict.fromkeys(missing, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
            await client.operator_service.add_search_attributes(request)
        return missing
    except RPCError as error:
        if error.status not in MISSING:
            raise
        names = " ".join(f"--name {key.name} --type Keyword" for key in keys)
        message = (
            f"search attributes must be made by an administrator: temporal operator search-attribute create {names}"
        )
        raise Misconfigured(message) from error


def _how_to_reach(config: ClientConnectConfig, error: Exception) -> str:
    place = f"{config.get('target_host')} (namespace {config.get('namespace', 'default')})"
    why = str(error).splitlines()[0][:200]
    return f"Temporal at {place} does not answer ({why}); start it, or set TEMPORAL_ADDRESS"
