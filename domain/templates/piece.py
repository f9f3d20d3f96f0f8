"""A piece of Liquid that knows where it stands, so that whatever is wrong with it can be told by file and line."""

from dataclasses import dataclass

from domain.yaml_source import Problem


@dataclass(frozen=True, slots=True)
class Piece:
    """One Liquid text; `line` is where its first line stands in `file`."""

    text: str
    file: str
    line: int = 1
    literal: bool = True  # whether its lines are lines of the file; YAML joins the lines of quoted and folded text

    def problem(self, message: str, index: int = 0) -> Problem:
        """A problem at a character of this piece."""
        return Problem(self.file, self.line + (self.text.count("\n", 0, index) if self.literal else 0), message)
