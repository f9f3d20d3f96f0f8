"""The stack that is measured: everything of the local one, and a bare worker beside Homing's."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.teller import Teller
from models.database import Database
from stack.component import Component, Recipe
from stack.database import postgres
from stack.info import StackInfo
from stack.parts import api, sandbox, worker
from stack.supervisor import Stack
from stack.temporal import temporal

HOMING = "worker"
API = "api"
BARE = "bare worker"
# A commit waits for the disk, as PostgreSQL's do and those of a Temporal in production: Temporal's server as it comes.
SERVICES = (postgres, partial(temporal, pragmas=()), sandbox)
# Journeys that both workers keep in memory: fewer than in production, so that a thousand sleepers turn them over.
CACHED = 400


@contextmanager
def running_stack(teller: Teller) -> Iterator[Stack]:
    """In a folder that is gone afterwards, in real time."""
    with tempfile.TemporaryDirectory(prefix="homing-bench-", ignore_cleanup_errors=True) as folder:
        _keep_bytecode(Path(folder))
        os.environ["HOMING_CACHED_JOURNEYS"] = str(CACHED)
        parts: dict[str, Sequence[Recipe]] = {"services": SERVICES, "applications": (worker, api, _bare)}
        with Stack(Path(folder) / "stack", pace=1, say=teller.say, prepare=_prepare, **parts) as stack:
            yield stack


def _prepare(info: StackInfo) -> None:
    """The schema only: benchmarks publish their own journeys."""
    database = Database(info.database_url)
    database.migrate()
    database.close()


def _bare(info: StackInfo) -> Component:
    ready = info.state_dir / "bare.ready"
    return Component(BARE, [sys.executable, "-m", "bench.bare_worker", str(ready)], ready=ready.exists)


def _keep_bytecode(folder: Path) -> None:
    """As in production, whose image is compiled: without it the sandbox compiles the workflow for every journey."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
