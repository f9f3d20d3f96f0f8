"""Who is in the demo, what each does and when, and what each is expected to get."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict, ValidationError

from client.inputs import Profile
from domain.delivery import ChannelName
from domain.durations import Duration
from domain.errors import BadInput


class Does(BaseModel):
    """Something a person does, so long after the demo began."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Duration
    event: str
    properties: dict[str, Any] = {}


class Writes(BaseModel):
    """An answer to what came last on a channel, as typed on a phone or into a mail program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Duration
    writes: str
    via: ChannelName


class Reads(BaseModel):
    """Something a person does with the newest message on a channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Duration
    reads: Literal["read", "open", "click"]
    via: ChannelName


Deed = Does | Writes | Reads


class Actor(BaseModel):
    """One line of the scenario. `ends` is the reason it ends with.

    `expects` are `template/channel` in order, and `template/channel opened` if more than its delivery is reported.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Profile
    does: tuple[Deed, ...] = ()
    expects: tuple[str, ...]
    ends: str

    @property
    def id(self) -> str:
        """The person's user id."""
        return self.person.user_id

    def planned(self) -> list[tuple[timedelta, Deed, str]]:
        """What they do, when, and the id that makes it safe to send again."""
        return [(deed.after, deed, f"{self.id}:{_name(deed)}:{number}") for number, deed in enumerate(self.does)]

    def address(self, channel: ChannelName) -> str:
        """Where they are reached."""
        return self.person.addresses[channel]


def _name(deed: Deed) -> str:
    match deed:
        case Does():
            return deed.event
        case Writes():
            return "writes"
        case Reads():
            return deed.reads
        case _:
            assert_never(deed)


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
