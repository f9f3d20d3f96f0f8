"""YAML read strictly and safely, with the line of every part, so that errors can point into the file.

Only the JSON-like core of YAML 1.2: `true` and `false` are the only booleans (`no` is Norway), `10:30` is text,
keys are unique strings, and there are no anchors, so no file can grow when it is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from domain.shown import shown
from domain.yaml_loader import MAX_CHARACTERS, Refused, compose

__all__ = ["MAX_CHARACTERS", "Path", "Problem", "Source", "read"]

UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold them
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file. Lines count from 1."""

    file: str
    line: int
    message: str
    where: str = ""

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.file}:{self.line}: {self.message}{place}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file's data, the line of each path in it, and what was wrong with its form."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a path or of its nearest known ancestor."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)


def read(text: str, file: str) -> Source:
    """Read one YAML document. Never raises: what is wrong is in `problems`."""
    source = Source(file)
    try:
        node = compose(text)
    except Refused as error:
        source.problems.append(Problem(file, error.line, str(error)))
        return source
    data = _build(node, (), source) if node is not None else None
    return Source(file, data, source.lines, source.problems)


def _build(node: Node, path: Path, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, index), source) for index, item in enumerate(node.value)]
    return _scalar(node, source)


def _mapping(node: MappingNode, path: Path, source: Source) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = _text(key, source) if isinstance(key, ScalarNode) else None
        if name is None:
            source.problems.append(Problem(source.file, line, "a key must be plain text"))
        elif name in built:
            source.problems.append(Problem(source.file, line, f"{shown(name)} is given twice"))
        else:
            source.lines[(*path, name)] = line
            built[name] = _build(value, (*path, name), source)
    return built


def _scalar(node: Node, source: Source) -> Any:
    text = _text(node, source)
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return text == "true"
    if kind in ("int", "float"):
        return int(text) if kind == "int" else float(text)
    return None if kind == "null" else text


def _text(node: Node, source: Source) -> str:
    """What stands there; what cannot be stored is a problem, and replaced so that the rest can be looked at."""
    if found := UNSTORABLE.search(node.value):
        line = node.start_mark.line + 1
        source.problems.append(Problem(source.file, line, f"the character {shown(found[0])} is not allowed"))
    return UNSTORABLE.sub("?", node.value)
