"""docs/testing-journeys.md is not only read: its examples are run, and its tables are held against the kit."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from testkit import Entrance, Provider, Traveller
from tests.docs.pages import names_in_code, page

PAGE = page("docs/testing-journeys.md")


def examples() -> list[Callable[..., None]]:
    """The test functions of all blocks; each block is a module of its own."""
    found = []
    for number, block in enumerate(PAGE.blocks("python")):
        module: dict[str, Any] = {"__name__": f"example{number}"}
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), module)
        found += [value for name, value in module.items() if name.startswith("test_")]
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.__name__)
def test_an_example_passes(request: pytest.FixtureRequest, example: Callable[..., None]) -> None:
    """With the fixtures that it names; `--homing-real` plays it for real."""
    example(**{name: request.getfixturevalue(name) for name in inspect.signature(example).parameters})


def told(header: str) -> set[str]:
    """The names in the first column of the table in a chapter."""
    lines = PAGE.text.partition(f"\n## {header}\n")[2].partition("\n## ")[0].splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    return {name.partition("(")[0].partition("=")[0] for cell in cells for name in names_in_code(cell)}


def public(kind: type) -> set[str]:
    """What authors may use of it."""
    return {name for name in dir(kind) if not name.startswith("_")}


def test_the_tables_tell_of_all_that_there_is() -> None:
    """And of nothing else."""
    settings = set(inspect.signature(Entrance.enter).parameters) - {"self", "more_attributes"}
    assert told("Enter") == settings
    assert told("Let things happen") | told("Look") == public(Traveller) - {"user"}
    assert told("Providers") == public(Provider) - {"answer"}
