"""Everything about a stack that is decided before it starts: its clock, its addresses, its URLs."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from stack import database, ports
from stack.clockfile import clock_of
from stack.hashkey import encryption_keys_of, hash_key_of, vapid_key_of
from stack.info import StackInfo


def plan(state_dir: Path, pace: float | None, claims: ExitStack, say: Callable[[str], None]) -> StackInfo:
    """What a stack on this folder will be, its ports claimed. Raises BadInput for a pace other than the folder's."""
    clock = clock_of(state_dir, pace)
    address = ports.addresses(claims, say)
    return StackInfo(
        state_dir=state_dir,
        pace=clock.pace,
        clock_origin=clock.origin,
        database_url=database.url(state_dir),
        hash_key=hash_key_of(state_dir),
        encryption_keys=encryption_keys_of(state_dir),
        vapid_key=vapid_key_of(state_dir),
        temporal_address=address["Temporal"],
        temporal_ui="http://" + address["Temporal's UI"],
        temporal_http="http://" + address["Temporal's HTTP API"],
        temporal_metrics_address=address["Temporal's metrics"],
        sandbox_url="http://" + address["the sandbox"],
        mail_server=address["the sandbox's mail server"],
        api="http://" + address["the API"],
        worker_health_address=address["the worker's health"],
        worker_metrics_address=address["the worker's metrics"],
    )
