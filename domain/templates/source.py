"""Reads one template file into pieces of Liquid that know where they stand, noting every problem on the way."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from domain.delivery import ChannelName
from domain.templates import approved, pressing
from domain.templates.piece import Piece
from domain.yaml_source import Problem, Source, read

CHANNELS = tuple(map(str, ChannelName))
REQUIRED = {  # of a channel whose message has several fields; every other has a text and nothing else
    ChannelName.EMAIL: ("subject", "html"),
    ChannelName.PUSH: ("title", "text"),
    ChannelName.IN_APP: ("title", "text"),
}
OPTIONAL = {ChannelName.EMAIL: ("text",), ChannelName.PUSH: ("link",), ChannelName.IN_APP: ("link",)}
LITERAL = re.compile(r"\|[-+0-9]*\s*(#.*)?")  # the end of `html: |`, after which each line is a line of the text

Blocks = dict[str, dict[str, Piece]]  # channel -> field -> piece


def read_blocks(file: str, text: str, problems: list[Problem]) -> Blocks:
    """The pieces of a template file by channel and field; what is wrong with it is added to `problems`."""
    source = read(text, file)
    problems += source.problems
    if source.data is None and not source.problems:
        problems.append(Problem(file, 1, "the file is empty"))
    if source.data is None:
        return {}
    return _Reader(source, text.splitlines(), problems).blocks()


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    lines: list[str]
    problems: list[Problem]

    def blocks(self) -> Blocks:
        return {channel: dict(self._block(channel)) for channel in self._entries((), "the file", CHANNELS)}

    def _block(self, channel: str) -> Iterator[tuple[str, Piece]]:
        required = REQUIRED.get(ChannelName(channel))
        if channel == ChannelName.WHATSAPP and isinstance(self._value((channel,)), dict):
            yield from self._approved(channel)
            return
        if channel == ChannelName.VOICE and isinstance(self._value((channel,)), dict):
            yield from self._call(channel)
            return
        if required is None:
            yield from self._piece("text", (channel,))
            return
        optional = OPTIONAL[ChannelName(channel)]
        if not isinstance(self._value((channel,)), dict):
            wanted = f"{channel} must hold {' and '.join(required)}, and may hold {', '.join(optional)}"
            self._note((channel,), wanted)
            return
        fields = self._entries((channel,), channel, (*required, *optional))
        for field in fields:
            yield from self._piece(field, (channel, field))
        if fields and (missing := [field for field in required if field not in fields]):
            self._note((channel,), f"{channel} needs {' and '.join(missing)}")

    def _approved(self, channel: str) -> Iterator[tuple[str, Piece]]:
        """Words as the provider has approved them, whose {{1}} stand for the variables beside them."""
        if not self._are_there(channel, "text", "variables"):
            return
        for field, piece in self._piece("text", (channel, "text")):
            numbers, problem = approved.numbers(piece.text)
            if problem:
                self._note((channel, "text"), problem)
            for number in self._entries((channel, "variables"), "variables", numbers):
                for _, value in self._piece(number, (channel, "variables", number)):
                    yield approved.FIELD + number, value
            if absent := [number for number in numbers if number not in (self._value((channel, "variables")) or {})]:
                self._note((channel, "variables"), f"variables needs {' and '.join(absent)}")
            yield field, replace(piece, text=approved.as_liquid(piece.text))

    def _call(self, channel: str) -> Iterator[tuple[str, Piece]]:
        """Words with keys to be pressed, each of which stands for a word of its own."""
        if not self._are_there(channel, "text", "keys"):
            return
        yield from self._piece("text", (channel, "text"))
        for key in self._entries((channel, "keys"), "keys", pressing.KEYS):
            for _, word in self._piece(key, (channel, "keys", key)):
                if problem := pressing.problem(word.text):
                    self._note((channel, "keys", key), problem)
                yield pressing.FIELD + key, word

    def _are_there(self, channel: str, *needed: str) -> bool:
        """Whether a block holds all of these, and nothing else."""
        fields = self._entries((channel,), channel, needed)
        if missing := [field for field in needed if field not in fields]:
            self._note((channel,), f"{channel} needs {' and '.join(missing)}")
        return not missing

    def _entries(self, path: tuple[str, ...], where: str, allowed: Collection[str]) -> list[str]:
        """The allowed keys of the mapping at a path."""
        mapping = self._value(path)
        if not isinstance(mapping, dict):
            self._note(path, f"{where} must hold {', '.join(allowed)}")
            return []
        for key in mapping.keys() - allowed:
            self._note((*path, key), f"{where} knows {', '.join(allowed)}, not {key}")
        return [key for key in mapping if key in allowed]

    def _piece(self, field: str, path: tuple[str, ...]) -> Iterator[tuple[str, Piece]]:
        text = self._value(path)
        if text is None or (isinstance(text, str) and not text.strip()):
            self._note(path, f"{' '.join(path)} is empty")
        elif not isinstance(text, str):
            self._note(path, f"{' '.join(path)} must be text; put a number or true in quotes")
        else:
            line = self.source.line(path)
            literal = LITERAL.fullmatch(self.lines[line - 1].partition(":")[2].strip()) is not None
            yield field, Piece(text, self.source.file, line + literal, literal)

    def _value(self, path: tuple[str, ...]) -> Any:
        value = self.source.data
        for key in path:
            value = value[key]
        return value

    def _note(self, path: tuple[str, ...], message: str) -> None:
        self.problems.append(Problem(self.source.file, self.source.line(path), message))
