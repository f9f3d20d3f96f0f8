"""What a journey file says: the journey and its steps, as validated, immutable values."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from domain.delivery import ChannelName
from domain.durations import Duration
from domain.journey.conditions import Condition, Part
from domain.journey.names import EventName, Slug, StepId, TemplateName, Topic


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | Mapping | Part) else value


def _via(value: object) -> object:
    return None if value == "preferred" else _as_tuple(value)


Via = Annotated[Annotated[tuple[ChannelName, ...], Field(min_length=1)] | None, BeforeValidator(_via)]


class _Step(Part):
    id: StepId


class Send(_Step):
    """Deliver one template; on the person's preferred channels unless `via` orders others."""

    send: TemplateName
    via: Via = None
    required: bool = False


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


class Branch(_Step):
    """Take the first case whose condition holds."""

    branch: tuple[
        Annotated[
            Annotated[Case, Tag("if")] | Annotated[Else, Tag("else")],
            Discriminator(
                lambda value: _only(value, ("if", "else")),
                custom_error_type="case_kind",
                custom_error_message="a case is either `if` with `do`, or `else`",
            ),
        ],
        ...,
    ] = Field(min_length=1)


class Exit(_Step):
    """End the journey with a reason."""

    exit: Slug


def _only(value: object, kinds: tuple[str, ...]) -> str | None:
    """The one kind that a raw mapping or a validated part is of, None when it is not exactly one."""
    if isinstance(value, Mapping):
        found = [kind for kind in kinds if kind in value]
    else:
        found = [kind for kind in kinds if hasattr(value, kind) or hasattr(value, f"{kind}_")]
    return found[0] if len(found) == 1 else None


STEP_KINDS = ("send", "wait", "wait_for", "branch", "exit")

Step = Annotated[
    Annotated[Send, Tag("send")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[WaitFor, Tag("wait_for")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[Exit, Tag("exit")],
    Discriminator(
        lambda value: _only(value, STEP_KINDS),
        custom_error_type="step_kind",
        custom_error_message="a step has an id and exactly one of: " + ", ".join(STEP_KINDS),
    ),
]


class Entry(Part):
    """What starts the journey."""

    event: EventName


class Journey(Part):
    """One journey file."""

    journey: Slug
    title: str = Field(min_length=1, max_length=200)
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
