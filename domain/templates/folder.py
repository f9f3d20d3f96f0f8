"""Turns the files of a templates folder into texts ready to render, or into one error that lists every problem."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain import checklist
from domain.errors import BadInput
from domain.identifiers import SLUG, check_locale
from domain.preferences import topics
from domain.templates import approved
from domain.templates.piece import Piece
from domain.templates.source import read_blocks
from domain.templates.text import Broken, Text
from domain.yaml_source import Problem

LAYOUT = "layouts/email.html.liquid"
PLACE = re.compile(r"(?!layouts/)([^/]+)/([^/]+)\.yaml")

EMPTY = 'is empty for a person of whom nothing is known; the provider refuses that: add | default: "..."'

Words = dict[str, Text]  # the texts of one channel by field
Shelf = dict[str, dict[str, dict[str, Words]]]  # template -> channel -> locale -> words


@dataclass(slots=True)
class Folder:
    """What was found so far; `frame` stands around every mail."""

    shelf: Shelf = field(default_factory=dict)
    frame: Text | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, file: str, source: str) -> None:
        """Take one file by its path inside the folder."""
        if file == LAYOUT:
            self._add_frame(Piece(source, file))
        elif file == topics.FILE:
            topics.read_topics(source, self.problems)
        elif file == checklist.FILE:
            checklist.read_checklist(source, self.problems)
        elif place := PLACE.fullmatch(file):
            self._add_template(file, source, *place.groups())
        else:
            self._note(file, f"is neither a template, <name>/<locale>.yaml, nor {LAYOUT}")

    def _add_frame(self, piece: Piece) -> None:
        self.frame = self._text(piece, escape=True)
        if self.frame and "content" not in self.frame.variables():
            self._note(piece.file, "never prints {{ content }}, so mails would arrive empty")

    def _add_template(self, file: str, source: str, name: str, locale: str) -> None:
        known = self._check_place(file, name, locale)
        channels = self.shelf.setdefault(name, {})
        for channel, pieces in read_blocks(file, source, self.problems).items():
            texts = {key: self._text(piece, escape=key == "html", locale=known) for key, piece in pieces.items()}
            channels.setdefault(channel, {})[locale] = words = {key: text for key, text in texts.items() if text}
            self.problems += [
                pieces[key].problem(f"{key} {EMPTY}") for key in words if approved.is_empty(key, words[key])
            ]

    def _text(self, piece: Piece, *, escape: bool, locale: str | None = None) -> Text | None:
        try:
            return Text(piece, escape=escape, locale=locale)
        except Broken as error:
            self.problems.append(error.problem)
            return None

    def _check_place(self, file: str, name: str, locale: str) -> str | None:
        """Whose words these are, None if nobody can tell."""
        if not SLUG.fullmatch(name):
            self._note(file, f"template name {name!r} must be lower-case letters, digits, _ or -")
        try:
            expected = check_locale(locale)
        except BadInput as error:
            self._note(file, str(error))
            return None
        if locale != expected:
            self._note(file, f"name it {name}/{expected}.yaml")
        return expected

    def _note(self, file: str, message: str) -> None:
        self.problems.append(Problem(file, 1, message))


def look(sources: Mapping[str, str]) -> Folder:
    """The templates in a mapping of relative path to text, as far as they can be read."""
    folder = Folder()
    for file in sorted(sources):
        folder.add(file, sources[file])
    return folder


def read_folder(sources: Mapping[str, str]) -> Folder:
    """The same, if nothing is wrong. Raises BadInput with one line for each problem."""
    folder = look(sources)
    if folder.problems:
        in_order = sorted(folder.problems, key=lambda problem: (problem.file, problem.line, problem.message))
        raise BadInput("\n".join(map(str, in_order)))
    return folder
