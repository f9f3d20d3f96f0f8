"""One Liquid text, parsed once and rendered many times; every failure names the file and the line."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any
from unicodedata import normalize

from liquid.exceptions import LiquidError

from domain.templates import plurals
from domain.templates.piece import Piece
from domain.templates.sandbox import HTML, PLAIN
from domain.yaml_source import Problem

# To Liquid a missing variable differs from `blank`, so `x != blank` holds for a person without x: "Hi ,".
BLANK_TEST = re.compile(r"\{%(?:(?!%\}|\{%).)*?[!=]=\s*(blank|empty)\b", re.DOTALL)
# Liquid's own parser takes a minute for a piece that is all opened tags; no mail has as many, nor as long ones.
MAX_LENGTH = 200_000
MAX_TAGS = 2_000
MAX_TAG = 5_000
OF_PYTHON = re.compile(r"(\w+): \w+\(\) (takes|got|missing) .*", re.DOTALL)  # how a filter counts its arguments
OPENING = re.compile(r"\{([{%])")


class Broken(Exception):
    """A piece that cannot be parsed or rendered."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Text:
    """A parsed piece, ready to render. Raises Broken for a piece that is wrong or fails for a person without data.

    `locale` is that of its words; without one, as in a layout, plurals are not held against a language.
    """

    def __init__(self, piece: Piece, *, escape: bool, locale: str | None = None) -> None:
        self.piece = piece
        if problem := _too_much(piece):
            raise Broken(problem)
        if found := BLANK_TEST.search(piece.text):
            raise Broken(piece.problem(f"write {{% if x %}} instead of a test for {found[1]}", found.start(1)))
        try:
            self._template = (HTML if escape else PLAIN).from_string(piece.text)
        except (LiquidError, RecursionError) as error:
            raise self._broken(error) from error
        for index, message in plurals.mistakes(self._template, locale) if locale else ():
            raise Broken(piece.problem(message, index))
        self.render({"locale": locale or "en"})

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with these values. Raises Broken at a limit or when a filter cannot work."""
        try:
            # None hides Liquid's own `now` and `today`, which would read the machine's clock.
            filled = self._template.render({"now": None, "today": None, **values})
            return normalize("NFC", filled)  # a name whose é is two signs, as some keyboards make it, doubles an SMS
        except (LiquidError, ArithmeticError, ValueError, RecursionError) as error:
            raise self._broken(error) from None

    def variables(self) -> frozenset[str]:
        """The paths it reads from the context, such as user.attributes.first_name."""
        return frozenset(path for path, _ in self.places())

    def places(self) -> list[tuple[str, int]]:
        """The same, each with the character where it is read."""
        found = self._template.analyze(include_partials=False).globals
        return [(str(variable), variable.span.index) for uses in found.values() for variable in uses]

    def _broken(self, error: Exception) -> Broken:
        if not isinstance(error, LiquidError):
            # Python's own messages may quote a person's data, which must not reach logs or Temporal (nor as a cause).
            return Broken(self.piece.problem(f"cannot work with these values ({type(error).__name__})"))
        index = error.token.start_index if error.token else 0
        message = OF_PYTHON.sub(r"\1: it does not take what stands behind it", str(error.message))
        return Broken(self.piece.problem(message, index if index >= 0 else len(self.piece.text.rstrip())))


def _too_much(piece: Piece) -> Problem | None:
    """What makes a piece more than the parser can take."""
    opened = list(islice(OPENING.finditer(piece.text), MAX_TAGS + 1))
    if len(piece.text) > MAX_LENGTH:
        return piece.problem(f"has {len(piece.text):,} characters; {MAX_LENGTH:,} are allowed")
    if len(opened) > MAX_TAGS:
        return piece.problem(f"has more than {MAX_TAGS:,} tags", opened[-1].start())
    for one in opened:
        end = piece.text.find("}}" if one[1] == "{" else "%}", one.end(), one.end() + MAX_TAG)
        if end < 0 and len(piece.text) - one.end() > MAX_TAG:
            return piece.problem(f"a tag is longer than {MAX_TAG:,} characters", one.start())
    return None
