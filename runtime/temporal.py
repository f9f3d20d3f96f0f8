"""Connect to Temporal: any address, profile file, TLS or API key, by the standard TEMPORAL_... settings."""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import Misconfigured, Unreachable
from runtime.addresses import listen, split
from runtime.waiting import until_reached

METRICS = "HOMING_METRICS_ADDRESS"
PATIENCE_S = 5.0  # for one try
QUOTED = re.compile(r'(?:message|error): "([^"]+)"')  # where Rust's errors keep their words
REFUSED = (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED)


async def connect(
    *,
    patience_s: float = 0,
    runtime: Runtime | None = None,
    on_wait: Callable[[str], None] | None = None,
    config: ClientConnectConfig | None = None,
) -> Client:
    """A client. Tries again for `patience_s` seconds, as at boot; then raises Unreachable with what to do."""
    return await until_reached(partial(_try_to_connect, config or read_config(), runtime), patience_s, on_wait)


async def connect_later(runtime: Runtime | None = None) -> Client:
    """A client that connects when it is first used, and again then if it could not. Raises Misconfigured."""
    config = read_config()
    try:
        split(config.get("target_host") or "", "TEMPORAL_ADDRESS")  # later, nobody would be there to be told
    except Misconfigured as error:
        raise Misconfigured(_no_address(config)) from error
    return await _try_to_connect(config, runtime, lazy=True)


async def _try_to_connect(config: ClientConnectConfig, runtime: Runtime | None, *, lazy: bool = False) -> Client:
    try:
        async with asyncio.timeout(PATIENCE_S):  # the SDK itself waits half a minute for one that never answers
            converter = pydantic_data_converter
            return await Client.connect(**config, data_converter=converter, runtime=runtime, lazy=lazy)
    except ValueError as error:
        raise Misconfigured(f"{_no_address(config)} ({error})") from error
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise Unreachable(how_to_reach(config, error)) from error


def _no_address(config: ClientConnectConfig) -> str:
    return f"TEMPORAL_ADDRESS: {config.get('target_host')!r} is not host:port, such as localhost:7233"


def core(metrics_address: str | None) -> Runtime:
    """Temporal's core, with its words in our logs and its metrics where Prometheus looks for them.

    Raises Conflict or Misconfigured for an address that cannot be listened on.
    """
    metrics = None
    if metrics_address:
        listen(*split(metrics_address, METRICS), METRICS).close()  # the core would not say whose port it is
        metrics = PrometheusConfig(bind_address=metrics_address)
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    telemetry = TelemetryConfig(metrics=metrics, logging=replace(LoggingConfig.default, forwarding=forwarding))
    try:
        return Runtime(telemetry=telemetry)
    except (RuntimeError, ValueError) as error:
        message = f"{METRICS}: cannot listen on {metrics_address} ({error}); give an IP address and a port"
        raise Misconfigured(message) from error


async def ping(client: Client) -> None:
    """Raises Unreachable if Temporal does not answer, or says that it does not serve."""
    try:
        well = await client.service_client.check_health(timeout=timedelta(seconds=3))
    except RPCError as error:
        raise Unreachable(f"Temporal does not answer ({error.message})") from error
    if not well:
        raise Unreachable("Temporal answers that it does not serve")


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


class NotOurs(Misconfigured):
    """Something that only an administrator of Temporal may look at or change."""


async def ensure_search_attributes(client: Client, keys: Sequence[SearchAttributeKey[str]]) -> list[str]:
    """Register what is missing and return its names. Raises NotOurs where an administrator has to."""
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
        if error.status is RPCStatusCode.NOT_FOUND:
            message = f"Temporal has no namespace {client.namespace}; create it, or set TEMPORAL_NAMESPACE"
            raise Misconfigured(message) from error
        if error.status not in REFUSED:
            raise Unreachable(f"Temporal does not answer ({error.message}); start this again") from error
        names = " ".join(f"--name {key.name} --type Keyword" for key in keys)
        message = (
            f"search attributes must be made by an administrator: temporal operator search-attribute create {names}"
        )
        raise NotOurs(message) from error


def how_to_reach(config: ClientConnectConfig, error: Exception) -> str:
    place = f"{config.get('target_host')} (namespace {config.get('namespace', 'default')})"
    said = str(error)
    why = (QUOTED.findall(said) or [said or "no answer in time"])[-1].splitlines()[0][:200]
    return f"Temporal at {place} does not answer ({why}); start it, or set TEMPORAL_ADDRESS"
