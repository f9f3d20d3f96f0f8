"""`import starter` in a backend service: the same as the commands, as functions."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path

import pytest

import starter
from domain.errors import BadInput, NotFound
from tests.cli.conftest import Terminal
from tests.cli.test_commands import publish
from tests.sandbox_server import ROOT
from tests.stage import Stage


async def test_functions_do_what_commands_do(live: Terminal, stage: Stage, tmp_path: Path) -> None:
    """Sign up, report, signal."""
    publish(live, tmp_path)
    user = stage.user("ana")
    taken = await asyncio.to_thread(starter.signup, user_id=user, email="ana@example.com")
    assert taken.started == [f"journey/hello/{user}"]
    assert await asyncio.to_thread(starter.signal, user, "pause") == taken.started
    assert not (await asyncio.to_thread(starter.event, user, "page_viewed", properties={"a": 1})).told


async def test_functions_raise_what_commands_tell(live: Terminal) -> None:
    """Errors that say what to do."""
    with pytest.raises(BadInput, match="order: Input should be"):
        await asyncio.to_thread(starter.signal, "u-1", "first-use")
    with pytest.raises(BadInput, match="colour: Extra inputs are not permitted"):
        await asyncio.to_thread(starter.signup, user_id="u-1", colour="red")
    with pytest.raises(NotFound, match="sign them up first"):
        await asyncio.to_thread(starter.event, "u-1", "first_use")


async def test_functions_leave_the_services_own_logging_alone(live: Terminal) -> None:
    """It belongs to whoever imports us."""
    before = logging.getLogger().handlers[:]
    with pytest.raises(NotFound):
        await asyncio.to_thread(starter.event, "u-1", "first_use")
    assert logging.getLogger().handlers == before


def test_the_script_is_run_as_a_person_runs_it(tmp_path: Path) -> None:
    """In a process of its own, from another folder: one line on stderr and the exit code, without a traceback."""
    command = [sys.executable, str(ROOT / "starter.py"), "signup", "ana@example.com"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: user_id: user id an…(15 characters) looks like an e-mail address")
    assert done.stderr.count("\n") == 1
