"""Whoever copies a line of the pages gets an answer."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.keys import KeyKind
from tests.api.conftest import Api
from tests.docs.pages import page

PAGES = ["README.md", "docs/api.md"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize("name", PAGES)
async def test_lines_with_curl_work_one_after_another(api: Api, tmp_path: Path, name: str) -> None:
    """Against the addresses and keys that a local stack writes down."""
    blocks = [block for block in page(name).blocks("console") if "$api" in block or "api=$(" in block]
    assert sum(block.count("curl ") for block in blocks) >= 3
    (tmp_path / ".homing").mkdir()
    stack = {"api": api.url, "api_key": api.key, "write_key": api.new_key(kind=KeyKind.WRITE)}
    (tmp_path / ".homing" / "stack.json").write_text(json.dumps(stack))
    script = "set -euo pipefail\n" + "\n".join(blocks)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = await asyncio.to_thread(run, script, tmp_path, os.environ | {"PATH": path, "no_proxy": "127.0.0.1"})
    assert ran.returncode == 0, ran.stderr
    assert '"journey":"welcome"' in ran.stdout


def run(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """In a shell."""
    command = ["bash", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
