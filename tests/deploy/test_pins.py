"""requirements/*.txt pin every dependency by hash, for every platform, from no particular registry."""

import re
import tomllib

import pytest

from runtime.settings import ROOT
from tests.deploy.files import PIN, normalised, pins, requirements

FILES = ["run.txt", "dev.txt"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")
COMMENT = re.compile(r" *#(?!.*(?:://| /|\.\.)).*")


@pytest.mark.parametrize("file", FILES)
def test_every_line_is_a_pin_a_hash_or_a_plain_comment(file: str) -> None:
    """So no registry, option or machine's path is named; and the backslash of a pin asks for a hash after it."""
    strange = [line for line in requirements(file) if not any(form.fullmatch(line) for form in (PIN, HASH, COMMENT))]
    assert strange == []


def test_every_dependency_of_the_project_is_pinned() -> None:
    """`make pins` has been run since pyproject.toml changed."""
    assert names(PROJECT["dependencies"]) <= pins("run.txt").keys()
    assert extras() <= pins("dev.txt").keys()


def test_the_image_runs_the_versions_that_the_tests_ran() -> None:
    """Every pin of run.txt is in dev.txt too."""
    assert pins("run.txt").items() <= pins("dev.txt").items()


def test_the_image_gets_no_tools() -> None:
    """What only a developer or the local stack needs stays out of run.txt."""
    assert extras().isdisjoint(pins("run.txt"))


def extras() -> set[str]:
    """The names of all extras' dependencies together."""
    return set().union(*map(names, PROJECT["optional-dependencies"].values()))


def names(dependencies: list[str]) -> set[str]:
    """The name of each, without extras and versions."""
    return {normalised(re.split(r"[\[<>=!~; ]", text)[0]) for text in dependencies}
