"""From a journey file's text to a checked journey, or to every problem in it at once, each with its line."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from domain.errors import BadInput
from domain.journey.checking.checks import check
from domain.journey.checking.wording import check_templates
from domain.journey.complaints import translate
from domain.journey.language import Journey
from domain.yaml_source import Problem, Source, read

__all__ = ["Examined", "JourneyProblems", "check_templates", "examine", "load", "parse"]

MOST_TOLD = 50  # lines of an error; whoever made more mistakes has made one of them very often


class JourneyProblems(BadInput):
    """A journey file cannot be used. `problems` holds all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = [f"... and {len(problems) - MOST_TOLD} more problems"] if len(problems) > MOST_TOLD else []
        super().__init__("\n".join([*map(str, problems[:MOST_TOLD]), *more]))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file as far as it could be read, with all that is wrong with it; without a journey something is."""

    source: Source
    journey: Journey | None
    problems: list[Problem]


def parse(text: str, file: str) -> Journey:
    """Read a journey. Raises JourneyProblems with file, line and step of everything that is wrong."""
    return load(text, file)[0]


def load(text: str, file: str) -> tuple[Journey, Source]:
    """Like `parse`, with the source for further checks."""
    examined = examine(text, file)
    if examined.journey is None or examined.problems:
        raise JourneyProblems(examined.problems)
    return examined.journey, examined.source


def examine(text: str, file: str) -> Examined:
    """Like `load`, but what is wrong is told and not raised, so that more can be looked for."""
    source = read(text, file)
    if not isinstance(source.data, dict):
        return Examined(source, None, source.problems or [_no_journey(source)])
    journey, problems = _validate(source)
    return Examined(source, journey, in_order([*problems, *source.problems, *check(source)]))


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Each once, in the order of the file."""
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.line)


def _no_journey(source: Source) -> Problem:
    found = "the file is empty" if source.data is None else "this is no journey"
    return Problem(source.file, 1, f"{found}; begin with `journey: a-name`, then title, entry, topic and steps")


def _validate(source: Source) -> tuple[Journey | None, list[Problem]]:
    try:
        return Journey.model_validate(source.data), []
    except ValidationError as error:
        return None, translate(error, source)
