"""The image holds what it runs, and nothing that it must not."""

import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from runtime.settings import ROOT
from tests.deploy.files import normalised, pins, shipped


def test_the_image_can_start_all_of_its_programs(tmp_path: Path) -> None:
    """With only the shipped files and packages, the worker, the commands and the sandbox can be imported."""
    for path in shipped():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
    absent = f"import sys; sys.modules.update(dict.fromkeys({not_in_the_image()!r}))"
    script = f"{absent}; import worker, starter, api.app, sandbox.__main__"
    result = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_nothing_is_shipped_unless_it_is_named() -> None:
    """A secret or a database file that lies in the checkout cannot get into the image."""
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines()
    assert not [path for path in shipped() if path.name.startswith(".") or path == ROOT]


def test_the_image_is_pinned_and_not_root() -> None:
    """Every stage starts from one exact Python, the packages are checked by hash, and the user is nobody special."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert len(set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE))) == 1
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+", dockerfile, re.MULTILINE)
    assert "--require-hashes -r /tmp/run.txt" in dockerfile
    assert re.search(r"^USER [1-9]\d*", dockerfile, re.MULTILINE)


def not_in_the_image() -> list[str]:
    """The modules of packages that are installed here and that run.txt does not pin."""
    runs = pins("run.txt").keys()
    return [module for module, owners in packages_distributions().items() if runs.isdisjoint(map(normalised, owners))]
