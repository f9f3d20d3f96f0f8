"""YAML read strictly and safely, with the line of every part, so that errors can point into the file.

Only the JSON-like core of YAML 1.2: `true` and `false` are the only booleans (`no` is Norway), `10:30` is text,
keys are unique strings, and there are no anchors, so no file can grow when it is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 40
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


class _CoreLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own form


for _tag, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,15})", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,15}", "-+0123456789"),
    ("null", r"null|~|", "n~\0"),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_form})$"), [*_first, ""])


class Refused(ValueError):
    """Valid YAML that a file of ours may not contain."""

    def __init__(self, event: yaml.Event, message: str) -> None:
        super().__init__(message)
        self.line = event.start_mark.line + 1 if event.start_mark else 1


def read(text: str, file: str) -> Source:
    """Read one YAML document. Never raises: what is wrong is in `problems`."""
    source = Source(file)
    try:
        _refuse_excess(text)
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        source.problems.append(Problem(file, line, f"not valid YAML: {error.problem or error.context}"))
        return source
    except (yaml.YAMLError, ValueError) as error:
        line = error.line if isinstance(error, Refused) else 1
        source.problems.append(Problem(file, line, f"not readable: {str(error).splitlines()[0]}"))
        return source
    data = _build(node, (), source) if node is not None else None
    return Source(file, data, source.lines, source.problems)


def _refuse_excess(text: str) -> None:
    """Bound what composing may cost. Raises Refused, or ValueError for the file as a whole."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the file has {len(text)} characters; {MAX_CHARACTERS} are allowed")
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise Refused(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(event, "anchors and aliases are not used here")
        if getattr(event, "tag", None):
            raise Refused(event, "tags are not used here")


def _build(node: Node, path: Path, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, index), source) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, source: Source) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            source.problems.append(Problem(source.file, line, "a key must be plain text"))
        elif key.value in built:
            source.problems.append(Problem(source.file, line, f"{key.value!r} is given twice"))
        else:
            source.lines[(*path, key.value)] = line
            built[key.value] = _build(value, (*path, key.value), source)
    return built


def _scalar(node: Node) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return node.value == "true"
    if kind in ("int", "float"):
        return int(node.value) if kind == "int" else float(node.value)
    return None if kind == "null" else node.value
