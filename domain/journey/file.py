"""From a journey file's text to a checked journey, or to every problem in it at once, each with its line."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from domain.errors import BadInput
from domain.journey.checks import check
from domain.journey.complaints import translate
from domain.journey.language import Journey, Send
from domain.journey.places import problem_at, walk
from domain.journey.program import every_step
from domain.yaml_source import Problem, Source, read

MOST_TOLD = 50  # lines of an error; whoever made more mistakes has made one of them very often


class JourneyProblems(BadInput):
    """A journey file cannot be used. `problems` holds all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        more = [f"... and {len(problems) - MOST_TOLD} more problems"] if len(problems) > MOST_TOLD else []
        super().__init__("\n".join([*map(str, problems[:MOST_TOLD]), *more]))
        self.problems = problems


def parse(text: str, file: str) -> Journey:
    """Read a journey. Raises JourneyProblems with file, line and step of everything that is wrong."""
    return load(text, file)[0]


def load(text: str, file: str) -> tuple[Journey, Source]:
    """Like `parse`, with the source for further checks."""
    source = read(text, file)
    if not isinstance(source.data, dict):
        raise JourneyProblems(source.problems or [_no_journey(source)])
    journey, problems = _validate(source)
    problems += [*source.problems, *check(source)]
    if journey is None or problems:
        raise JourneyProblems(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
    return journey, source


def check_templates(journey: Journey, source: Source, written: Mapping[str, Iterable[str]]) -> list[Problem]:
    """Problems with the templates a journey names; `written` gives the channels each template has a text for."""
    places = {value: path[:-1] for path, value in walk(source.data) if path[-1:] == ("id",)}
    return [
        problem_at(source, (*places[step.id], "send"), message)
        for step in every_step(journey.steps)
        if isinstance(step, Send) and (message := _template_problem(step, written))
    ]


def _no_journey(source: Source) -> Problem:
    found = "the file is empty" if source.data is None else "this is no journey"
    return Problem(source.file, 1, f"{found}; begin with `journey: a-name`, then title, entry, topic and steps")


def _validate(source: Source) -> tuple[Journey | None, list[Problem]]:
    try:
        return Journey.model_validate(source.data), []
    except ValidationError as error:
        return None, translate(error, source)


def _template_problem(step: Send, written: Mapping[str, Iterable[str]]) -> str | None:
    if step.send not in written:
        return f"template {step.send!r} does not exist; there are: {', '.join(sorted(written)) or 'none'}"
    missing = [channel for channel in step.via or () if channel not in set(written[step.send])]
    return f"template {step.send!r} has no text for {', '.join(missing)}" if missing else None
