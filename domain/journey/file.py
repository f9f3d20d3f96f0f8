"""From a journey file's text to a checked journey, or to every problem in it at once, each with its line."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from domain.errors import BadInput
from domain.journey.language import Journey, Send
from domain.journey.program import every_step
from domain.yaml_source import Problem, Source, read

# After these, pydantic puts the chosen kind of step, case or condition into an error's path.
TAGGED_LISTS = {"steps", "do", "else", "on_timeout", "branch", "all", "any"}
TAGGED_FIELDS = {"if", "where", "not"}
SHORT = {"extra_forbidden": "is not known here", "missing": "is missing"}


class JourneyProblems(BadInput):
    """A journey file cannot be used. `problems` holds all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def parse(text: str, file: str) -> Journey:
    """Read a journey. Raises JourneyProblems with file, line and step of everything that is wrong."""
    return load(text, file)[0]


def load(text: str, file: str) -> tuple[Journey, Source]:
    """Like `parse`, with the source for further checks."""
    source = read(text, file)
    if source.problems:
        raise JourneyProblems(source.problems)
    try:
        journey = Journey.model_validate(source.data)
    except ValidationError as error:
        raise JourneyProblems(_translate(error, source)) from error
    problems = [*_doubled_ids(source), *_unknown_steps(journey, source)]
    if problems:
        raise JourneyProblems(problems)
    return journey, source


def check_templates(journey: Journey, source: Source, written: Mapping[str, Iterable[str]]) -> list[Problem]:
    """Problems with the templates a journey names; `written` gives the channels each template has a text for."""
    problems = []
    for step in every_step(journey.steps):
        if isinstance(step, Send) and (message := _template_problem(step, written)):
            problems.append(_at(source, step.id, "send", message))
    return problems


def _template_problem(step: Send, written: Mapping[str, Iterable[str]]) -> str | None:
    if step.send not in written:
        return f"template {step.send!r} does not exist; there are: {', '.join(sorted(written)) or 'none'}"
    missing = [channel for channel in step.via or () if channel not in set(written[step.send])]
    return f"template {step.send!r} has no text for {', '.join(missing)}" if missing else None


def _doubled_ids(source: Source) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for path, step_id in _ids(source.data, ()):
        if step_id in seen:
            problems.append(
                Problem(source.file, source.line(path), f"step id {step_id!r} is used twice", f"step {step_id}")
            )
        seen.add(step_id)
    return problems


def _unknown_steps(journey: Journey, source: Source) -> list[Problem]:
    sends = {step.id for step in every_step(journey.steps) if isinstance(step, Send)}
    return [
        Problem(source.file, source.line(path), f"no `send` step is called {name!r}")
        for path, name in _found(source.data, (), "step")
        if name not in sends
    ]


def _ids(data: Any, path: tuple[str | int, ...]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    return _found(data, path, "id")


def _found(data: Any, path: tuple[str | int, ...], key: str) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Every value of a key, wherever it stands, with its path."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in items:
        if name == key and isinstance(value, str):
            yield (*path, name), value
        yield from _found(value, (*path, name), key)


def _at(source: Source, step_id: str, key: str, message: str) -> Problem:
    path = next(path for path, found in _ids(source.data, ()) if found == step_id)
    return Problem(source.file, source.line((*path[:-1], key)), message, f"step {step_id}")


def _translate(error: ValidationError, source: Source) -> list[Problem]:
    problems = []
    for item in error.errors():
        if item["type"] == "too_short" and item["input"]:
            continue  # its items were wrong, and have been reported
        path = _path(item["loc"], source.data)
        problems.append(Problem(source.file, source.line(path), _message(dict(item)), _step_of(path, source.data)))
    return sorted(problems, key=lambda problem: problem.line)


def _message(item: dict[str, Any]) -> str:
    name = repr(item["loc"][-1]) if item["loc"] else "the file"
    if item["type"] in SHORT:
        return f"{name} {SHORT[item['type']]}"
    if item["type"] in ("step_kind", "case_kind", "condition_kind"):
        return str(item["msg"])
    return f"{name}: {item['msg'].removeprefix('Value error, ')}"


def _path(location: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """An error's location without pydantic's union tags, as far as it exists in the file's data."""
    path: list[str | int] = []
    tag_follows = False
    for part in location:
        if tag_follows or (isinstance(part, int) and isinstance(data, dict)):
            tag_follows = False  # a tag, or the index of a list that the file wrote as a single item
            continue
        if not _has(data, part):
            break
        path.append(part)
        data = data[part]
        tag_follows = part in TAGGED_FIELDS or (isinstance(part, int) and path[-2] in TAGGED_LISTS)
    return tuple(path)


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _step_of(path: tuple[str | int, ...], data: Any) -> str:
    """The innermost step around a path, for people who look for its id."""
    step = ""
    for part in path:
        data = data[part]
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            step = f"step {data['id']}"
    return step
