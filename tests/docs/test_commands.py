"""What the pages tell people to type works."""

import re
import shlex
from typing import Any

import pytest
import typer.main

import starter
from runtime.settings import ROOT
from tests.deploy.files import documented_variables
from tests.docs.pages import PAGES, Page

STARTER = re.compile(r"\bstarter\.py ([a-z]+(?:[ -][a-z]+)*)")
MAKE = re.compile(r"^make ([a-z]+)\b")
OURS = re.compile(r"\bHOMING_[A-Z_]+[A-Z]\b")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
LINES = [(one.name, line) for one in PAGES for block in one.blocks("console") for line in block.splitlines()]


@pytest.mark.parametrize(("where", "line"), [(where, line) for where, line in LINES if "starter.py" in line])
def test_a_line_with_our_command_is_understood_to_its_last_option(where: str, line: str) -> None:
    """Commands, arguments and options are those of today's program; nothing is run."""
    words = shlex.split(line, comments=True)
    understand(typer.main.get_command(starter.app), words[words.index("starter.py") + 1 :])


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_commands_that_are_named_exist(one: Page) -> None:
    """In a sentence as well."""
    known = typer.main.get_command(starter.app)
    named = [match.split() for text in one.code() for match in STARTER.findall(text)]
    assert [words for words in named if not is_command(known, words)] == []


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_targets_that_are_named_exist(one: Page) -> None:
    """`make` knows each of them."""
    assert {target for text in one.code() for target in MAKE.findall(text)} <= TARGETS


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_variables_that_are_named_exist(one: Page) -> None:
    """Each stands in .env.example, which another test holds against the settings."""
    assert set(OURS.findall(one.text)) <= documented_variables()


def understand(command: Any, words: list[str]) -> None:
    """Parse the words as the program would. Raises what it would complain of."""
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


def is_command(command: Any, words: list[str]) -> bool:
    """Whether these words begin with a command, and with one of its own where it is a group."""
    for word in words:
        if not hasattr(command, "commands"):
            return True
        if word not in command.commands:
            return False
        command = command.commands[word]
    return True
