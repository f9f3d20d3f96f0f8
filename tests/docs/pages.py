"""The pages of documentation, and the pieces of them that can be held against the code."""

import re
from dataclasses import dataclass
from pathlib import Path

from runtime.settings import ROOT

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Where it lies, for the names of tests."""
        return self.path.relative_to(ROOT).as_posix()

    def blocks(self, language: str) -> list[str]:
        """The fenced blocks in one language."""
        return [text for found, text in FENCED.findall(self.text) if found == language]

    def code(self) -> list[str]:
        """All that is set as code, in blocks by line and in sentences."""
        lines = [line for _, text in FENCED.findall(self.text) for line in text.splitlines()]
        return [*lines, *INLINE.findall(FENCED.sub("", self.text))]

    def links(self) -> list[str]:
        """Where its links and images lead, as far as they stay here."""
        found: list[str] = LINK.findall(FENCED.sub("", self.text))
        return [target for target in found if "://" not in target]

    def anchors(self) -> set[str]:
        """What a link may name after a #, as forges make it of headings."""
        headings = HEADING.findall(FENCED.sub("", self.text))
        return {NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-") for heading in headings}

    def table(self, header: str) -> list[list[str]]:
        """The cells of each row of the table whose first header this is."""
        lines = self.text.splitlines()
        begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
        rows = []
        for line in lines[begin + 2 :]:
            if not line.startswith("|"):
                break
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        return rows


def page(name: str) -> Page:
    """A page by its path."""
    return Page(ROOT / name, (ROOT / name).read_text(encoding="utf-8"))


def names_in_code(text: str) -> list[str]:
    """What stands between single backquotes, without the slash of folders."""
    return [name.rstrip("/") for name in INLINE.findall(text)]


def _found() -> list[Page]:
    files = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "templates" / "README.md"]
    return [page(file.relative_to(ROOT).as_posix()) for file in files]


PAGES = _found()
