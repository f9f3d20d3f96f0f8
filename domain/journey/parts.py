"""What all pieces of a journey file share, and how a piece is told by the one key that names its kind."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Discriminator


class Part(BaseModel):
    """A piece of a journey file: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_tuple(value: object) -> object:
    """A list of one may be written as its item alone."""
    return (value,) if isinstance(value, str | Mapping | Part) else value


def tag(kind: str) -> str:
    """The name of a kind in pydantic's error paths; no key of a file is taken for it."""
    return f"<{kind}>"


def by_kind(kinds: Sequence[str], error: str) -> Discriminator:
    """Choose by the one of `kinds` that a piece has; without exactly one, an error of this type."""

    def choose(value: object) -> str | None:
        found = kinds_in(value, kinds)
        return tag(found[0]) if len(found) == 1 else None

    return Discriminator(choose, custom_error_type=error, custom_error_message=error)


def kinds_in(value: object, kinds: Sequence[str]) -> list[str]:
    """Which kinds a raw piece or a validated one is of. Kinds that are words of Python end in _ as attributes."""
    if isinstance(value, Mapping):
        return [kind for kind in kinds if kind in value]
    if isinstance(value, Part):
        return [kind for kind in kinds if hasattr(value, kind) or hasattr(value, f"{kind}_")]
    return []


def is_tag(part: object) -> bool:
    """Whether a part of an error's path is a tag."""
    return isinstance(part, str) and part.startswith("<")


def kind_of(found: str) -> str:
    """The kind that a tag stands for."""
    return found.strip("<>")


def members(union: Any) -> dict[str, type[Part]]:
    """The parts of a union that is told by kind, by tag."""
    found = {member.__metadata__[-1].tag: member.__origin__ for member in get_args(get_args(union)[0])}
    return {name: part for name, part in found.items() if issubclass(part, Part)}
