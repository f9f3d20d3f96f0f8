"""Journey files and folders that are missing or wrong are told of by file and line, and nothing is published."""

from pathlib import Path

import pytest

from runtime.settings import ROOT
from tests.cli.conftest import Terminal

BAD_INPUT, NOT_FOUND, MISCONFIGURED = 2, 3, 5


def write(folder: Path, *lines: str) -> str:
    """A journey file."""
    file = folder / "journey.yaml"
    file.write_text("\n".join(lines))
    return str(file)


GOOD = ("journey: hello", "title: Hello", "entry: {event: signed_up}", "topic: test")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((*GOOD, "steps: [{id: a, send: nowhere}]"), "journey.yaml:5: "),
        ((*GOOD, "steps: [{id: a, send: tips, via: fax}]"), "journey.yaml:5: "),
        ((*GOOD, "steps: [{id: a, shout: hello}]"), "journey.yaml:5: "),
        ((*GOOD, "steps: [{id: a, wait: soon}]"), "journey.yaml:5: "),
        (("journey: [",), "journey.yaml:"),
    ],
)
def test_a_journey_with_mistakes_is_not_published(
    terminal: Terminal, tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    """Each mistake has a line, which names the file and its line."""
    said = terminal.run("journeys", "publish", write(tmp_path, *lines))
    assert all(told in line for line in said.err.splitlines())
    assert (said.out, said.code) == ("", BAD_INPUT)
    assert "Nothing is published yet" in terminal.run("journeys", "list").out


def test_missing_files_and_folders_are_named(terminal: Terminal, tmp_path: Path) -> None:
    """With the variable that says where they are."""
    said = terminal.run("journeys", "check", str(tmp_path / "none.yaml"))
    assert ("none.yaml:1: cannot be read" in said.error, said.code) == (True, BAD_INPUT)
    terminal.set(HOMING_JOURNEYS_DIR=str(tmp_path))
    said = terminal.run("journeys", "check")
    assert ("set HOMING_JOURNEYS_DIR" in said.error, said.code) == (True, NOT_FOUND)
    terminal.set(HOMING_TEMPLATES_DIR=str(tmp_path / "none"), HOMING_JOURNEYS_DIR=str(ROOT / "journeys"))
    said = terminal.run("journeys", "check")
    assert ("set HOMING_TEMPLATES_DIR" in said.error, said.code) == (True, MISCONFIGURED)
