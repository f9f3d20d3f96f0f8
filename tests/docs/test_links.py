"""Whoever follows a link of ours gets somewhere."""

import re
from pathlib import Path

import pytest

from runtime.settings import ROOT
from tests.docs.pages import PAGES, Page, names_in_code, page
from tests.test_architecture import ROOMS

MOST_BYTES = 250_000  # of an image; a page of documentation should load on a train
LONGEST_DECISION = 30  # lines
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_links_lead_to_files_and_headings_that_exist(one: Page) -> None:
    """Images too, and what stands after a #."""
    lost = []
    for link in one.links():
        path, _, anchor = link.partition("#")
        target = (one.path.parent / path).resolve() if path else one.path
        if not target.exists() or (anchor and anchor not in page(target.relative_to(ROOT).as_posix()).anchors()):
            lost.append(link)
    assert lost == []


def test_every_page_can_be_reached_from_the_first() -> None:
    """By links alone; a folder that is linked shows what is in it."""
    reached = {ROOT / "README.md"}
    waiting = [page("README.md")]
    by_path = {one.path: one for one in PAGES}
    while waiting:
        here = waiting.pop()
        for link in here.links():
            target = (here.path.parent / link.partition("#")[0]).resolve()
            new = {path for path in by_path if path == target or path.parent == target} - reached
            reached |= new
            waiting += [by_path[path] for path in new]
    assert set(by_path) - reached == set()


def test_images_are_small() -> None:
    """A screenshot of a whole screen is not."""
    sizes = {file.name: file.stat().st_size for file in (ROOT / "docs" / "images").iterdir()}
    assert not {name: size for name, size in sizes.items() if size > MOST_BYTES}


def test_the_map_names_every_folder_and_no_other() -> None:
    """A folder that nobody explains is one that nobody finds."""
    hidden = (".", "__")
    folders = [path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(hidden)]
    named = [name for row in page("README.md").table("folder") for name in names_in_code(row[0])]
    assert sorted(named) == sorted(folders)


def test_the_table_of_rooms_is_the_one_that_imports_are_held_against() -> None:
    """Whoever reads it may rely on it."""
    rows = page("docs/architecture.md").table("room")
    told = {names_in_code(room)[0]: set(names_in_code(may)) for room, _, may in rows}
    assert told == {room: ours for room, (ours, _) in ROOMS.items()}


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_is_one_quotable_line_with_its_context_and_consequences(file: Path) -> None:
    """And short, so that it is read."""
    one = page(f"docs/decisions/{file.name}")
    number = one.path.name[:4]
    assert one.text.startswith(f"# {number}: ")
    assert len(re.findall(r"^> .+$", one.text, re.MULTILINE)) == 1
    assert re.findall(r"^## (.+)$", one.text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(one.text.splitlines()) <= LONGEST_DECISION


def test_decisions_are_numbered_without_gaps() -> None:
    """They are quoted by number."""
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))
