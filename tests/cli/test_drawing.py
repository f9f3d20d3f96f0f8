"""`journeys draw` and `journeys schema`: a picture lands where one says, and text comes out where it can be piped."""

import json
from pathlib import Path

import pytest

from runtime.settings import ROOT
from tests.cli.conftest import Terminal

ONBOARDING = str(ROOT / "journeys" / "onboarding.yaml")


def test_a_picture_is_written_here_and_named(bare_terminal: Terminal) -> None:
    """By the name of the journey."""
    said = bare_terminal.run("journeys", "draw", "onboarding")
    assert (said.code, said.out) == (0, "wrote onboarding.svg\n")
    assert Path("onboarding.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_folder_for_pictures_is_made(bare_terminal: Terminal) -> None:
    """And both kinds of picture may go there."""
    for form, file in (("svg", "onboarding.svg"), ("mermaid", "onboarding.mmd")):
        said = bare_terminal.run("journeys", "draw", ONBOARDING, "--format", form, "--out", "a/b")
        assert said.out == f"wrote {Path('a/b') / file}\n"
        assert Path("a/b", file).is_file()


def test_mermaid_is_printed(bare_terminal: Terminal) -> None:
    """And nothing else, so that it can be piped."""
    said = bare_terminal.run("journeys", "draw", "onboarding", "--format", "mermaid")
    assert said.out.startswith('---\ntitle: "From sign-up to habit"\n---\nflowchart TD\n')


def test_the_schema_is_printed_or_written(bare_terminal: Terminal) -> None:
    """The same text."""
    printed = bare_terminal.run("journeys", "schema").out
    assert json.loads(printed)["title"] == "Journey"
    assert bare_terminal.run("journeys", "schema", "--out", "s.json").out == "wrote s.json\n"
    assert Path("s.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["nobody"], 3, "there is no file and no journey 'nobody'; journeys are: "),
        (["notes.txt"], 2, "notes.txt:1: this is no journey"),
        (["bytes.yaml"], 2, "bytes.yaml cannot be read as UTF-8 text"),
        ([ONBOARDING, "--out", "notes.txt"], 2, "cannot write notes.txt/onboarding.svg: "),
    ],
)
def test_what_cannot_be_drawn_is_told(bare_terminal: Terminal, arguments: list[str], code: int, error: str) -> None:
    """On one line, with what would be right."""
    Path("notes.txt").write_text("hello", encoding="utf-8")
    Path("bytes.yaml").write_bytes(b"\xff\xfe")
    said = bare_terminal.run("journeys", "draw", *arguments)
    assert (said.code, said.error[: len(error)]) == (code, error)
