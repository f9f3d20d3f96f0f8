"""Who is in the demo, what each does and when, and what each is expected to get."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from client.inputs import Profile
from domain.durations import Duration
from domain.errors import BadInput


class Does(BaseModel):
    """Something a person does, so long after the demo began."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Duration
    event: str
    properties: dict[str, Any] = {}


class Actor(BaseModel):
    """One line of the scenario. `expects` are `template/channel` in order; `ends` is the reason it ends with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Profile
    does: tuple[Does, ...] = ()
    expects: tuple[str, ...]
    ends: str

    @property
    def id(self) -> str:
        """The person's user id."""
        return self.person.user_id

    def planned(self) -> list[tuple[timedelta, Does, str]]:
        """What they do, when, and the message id that makes it safe to send again."""
        return [(deed.after, deed, f"{self.id}:{deed.event}:{number}") for number, deed in enumerate(self.does)]


def read(file: Path) -> list[Actor]:
    """The people of a JSON Lines file. Raises BadInput with file and line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error
    return [_actor(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _actor(line: str, place: str) -> Actor:
    try:
        return Actor.model_validate_json(line)
    except ValidationError as error:
        problems = "; ".join(_problem(item["loc"], item["msg"]) for item in error.errors())
        raise BadInput(f"{place}: {problems}") from error


def _problem(location: tuple[str | int, ...], message: str) -> str:
    where = ".".join(str(part) for part in location)
    return f"{where}: {message.removeprefix('Value error, ')}" if where else message
