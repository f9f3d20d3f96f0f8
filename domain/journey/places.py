"""Where in a journey file something stands: problems at paths into its raw data, with line and step."""

from domain.journey import raw
from domain.yaml_source import Path, Problem, Source


def problem_at(source: Source, path: Path, message: str) -> Problem:
    """A problem with its line and the innermost step around it, for people who look for the step's id."""
    step, data = "", source.data
    for part in path:
        data = data[part]
        if isinstance(part, int) and isinstance(data, dict) and isinstance(data.get("id"), str):
            step = f"step {data['id'][:64]}"  # of the items of lists only steps have an id
    return Problem(source.file, source.line(path), message, step)


def paths_of_steps(source: Source) -> dict[str, Path]:
    """Where each step stands, by its id, in a file whose ids are right."""
    return {step["id"]: path for path, step in raw.steps(source.data)}
