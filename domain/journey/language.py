"""What a journey file says: the journey and its steps, as validated, immutable values."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict, Tag

from domain.delivery import ChannelName
from domain.durations import Duration
from domain.journey.conditions import Condition
from domain.journey.names import EventName, Slug, StepId, TemplateName, Title, Topic
from domain.journey.parts import Part, by_kind, tag


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | Mapping | Part) else value


def _via(value: object) -> object:
    return None if value == "preferred" else _as_tuple(value)


def _each_once(channels: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
    if len(set(channels)) < len(channels):
        raise ValueError("names a channel twice; each is tried once")
    return channels


Channels = Annotated[tuple[ChannelName, ...], Field(min_length=1), AfterValidator(_each_once)]


class _Step(Part):
    id: StepId


class Send(_Step):
    """Deliver one template; on the person's preferred channels unless `via` orders others."""

    send: TemplateName
    via: Annotated[Channels | None, BeforeValidator(_via)] = None
    required: Annotated[bool, Strict()] = False


class Wait(_Step):
    """Let a duration pass."""

    wait: Duration


class Awaited(Part):
    """An event that ends a wait, with what to do then. `where` looks at the event's properties."""

    event: EventName
    where: Condition | None = None
    do: tuple["Step", ...] = ()


class WaitFor(_Step):
    """Wait for the first of some events, at most for `timeout`; `since` says which past events count."""

    wait_for: Annotated[tuple[Awaited, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    timeout: Duration | None = None
    on_timeout: tuple["Step", ...] = ()
    since: Literal["enrollment", "step"] = "enrollment"


class Case(Part):
    """`if` and `do`."""

    if_: Condition = Field(alias="if")
    do: tuple["Step", ...] = ()


class Else(Part):
    """The way of all others; the last case."""

    else_: tuple["Step", ...] = Field(alias="else")


CASE_KINDS = ("if", "else")
AnyCase = Annotated[
    Annotated[Case, Tag(tag("if"))] | Annotated[Else, Tag(tag("else"))],
    by_kind(CASE_KINDS, "case_kind"),
]


class Branch(_Step):
    """Take the first case whose condition holds."""

    branch: tuple[AnyCase, ...] = Field(min_length=1)


class Exit(_Step):
    """End the journey with a reason."""

    exit: Slug


STEP_KINDS = ("send", "wait", "wait_for", "branch", "exit")
Step = Annotated[
    Annotated[Send, Tag(tag("send"))]
    | Annotated[Wait, Tag(tag("wait"))]
    | Annotated[WaitFor, Tag(tag("wait_for"))]
    | Annotated[Branch, Tag(tag("branch"))]
    | Annotated[Exit, Tag(tag("exit"))],
    by_kind(STEP_KINDS, "step_kind"),
]


class Entry(Part):
    """What starts the journey."""

    event: EventName


class Journey(Part):
    """One journey file."""

    journey: Slug
    title: Title
    entry: Entry
    reentry: Literal["never"] = "never"
    exit_on: Annotated[tuple[EventName, ...], BeforeValidator(_as_tuple)] = ()
    topic: Topic
    steps: tuple[Step, ...] = Field(min_length=1)

    def definition(self) -> dict[str, Any]:
        """The journey as plain JSON, without what is left at its default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def version(self) -> str:
        """The content hash: the same for the same meaning, whatever the file's layout or comments."""
        canonical = json.dumps(self.definition(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]
