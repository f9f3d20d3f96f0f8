"""The loader behind `yaml_source`: the JSON-like core of YAML 1.2, bounded in size, depth and what it may contain."""

import re
from typing import Any

import yaml
from yaml.nodes import Node

from domain.shown import shown

MAX_CHARACTERS = 256 * 1024
MAX_PARTS = 10_000  # keys, values and list items; reading that many takes about half a second
MAX_DEPTH = 40
# What PyYAML says, and what to do about it.
HINTS = {
    r"found character '\t'": "indent with spaces, not with tabs",
    "cannot start any token": "put the text in quotes",
    "mapping values are not allowed": "check the indentation, or put text with a colon in quotes",
    "expected <block end>": "check the indentation",
    "expected '<document start>'": "check the indentation",
    "could not find expected ':'": "a key and its value are written as `key: value`",
    "end of stream": "a quotation mark is missing",
    "<stream end>": "a closing bracket is missing",
}

UNFINISHED = ("end of stream", "<stream end>", "could not find")  # then the place to look at is where it began


class Refused(Exception):
    """This is no YAML, or YAML that a file of ours may not contain."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _CoreLoader(yaml.SafeLoader):
    """Refuses whatever could make reading long or dangerous before it is built."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own form

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._parts = 0

    def get_event(self) -> Any:
        event = super().get_event()  # type: ignore[no-untyped-call]
        self._parts += 1
        self._depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if reason := self._objection(event):
            raise Refused(event.start_mark.line + 1, reason)
        return event

    def _objection(self, event: yaml.Event) -> str | None:
        if self._depth > MAX_DEPTH:
            return f"nested deeper than {MAX_DEPTH} levels"
        if self._parts > MAX_PARTS:
            return f"more than {MAX_PARTS} keys and values in one file"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return "anchors and aliases are not used here; put text with & or * in quotes"
        return "tags are not used here; put text with ! in quotes" if getattr(event, "tag", None) else None


for _tag, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,15})", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,15}", "-+0123456789"),
    ("null", r"null|~|", "n~\0"),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_form})$"), [*_first, ""])


def compose(text: str) -> Node | None:
    """The nodes of one document, None for an empty one. Raises Refused, and nothing else."""
    if len(text) > MAX_CHARACTERS:
        raise Refused(1, f"the file has {len(text)} characters; {MAX_CHARACTERS} are allowed")
    try:
        loader = _CoreLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refused(line, f"the character {shown(chr(error.character))} is not allowed") from error
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _in_words(error) from error
    except (ValueError, OverflowError) as error:  # from Python, of a number that PyYAML hands on unchecked
        raise Refused(loader.line + 1, "not valid YAML: a number after \\ or % is too large") from error


def _in_words(error: yaml.MarkedYAMLError) -> Refused:
    said = str(error.problem or error.context)
    hint = next((f"; {hint}" for part, hint in HINTS.items() if part in said), "")
    begun = any(sign in said for sign in UNFINISHED)
    mark = (error.context_mark if begun else None) or error.problem_mark
    return Refused(mark.line + 1 if mark else 1, f"not valid YAML: {said}{hint}")
