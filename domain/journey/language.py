"""What a journey file says: the journey and its steps, as validated, immutable values."""

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, Tag, model_validator

from domain.contact.terms import Priority, Terms
from domain.delivery import ChannelName
from domain.durations import Duration
from domain.journey.comparisons import Scalar
from domain.journey.conditions import Condition
from domain.journey.fallback import USUALLY, Fallback
from domain.journey.head import Entry, Goal, Manners, Reentry
from domain.journey.names import AttributeName, EventName, Slug, StepId, TemplateName, Title, Topic, ZoneName
from domain.journey.parts import Part, as_tuple, by_kind, tag
from domain.journey.waits import Until
from domain.verification.contacts import CONTACT_OF, Contact
from domain.verification.life import VALID_FOR

PREFERRED = "preferred"


def _via(value: object) -> object:
    if isinstance(value, list) and PREFERRED in value:
        raise ValueError(f"`{PREFERRED}` stands alone, `via: {PREFERRED}`: it is the person's own order of channels")
    return None if value == PREFERRED else as_tuple(value)


def _each_once(channels: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
    if len(set(channels)) < len(channels):
        raise ValueError("names a channel twice; each is tried once")
    return channels


Channels = Annotated[tuple[ChannelName, ...], Field(min_length=1), AfterValidator(_each_once)]
Events = Annotated[tuple[EventName, ...], BeforeValidator(as_tuple)]
HOLDOUT = "holdout"


class _Step(Part):
    id: StepId


class Send(_Step):
    """Deliver one template; on the person's preferred channels unless `via` orders others.

    `transactional` and `priority` are as the journey says, if it says nothing itself.
    """

    send: TemplateName
    via: Annotated[Channels | None, BeforeValidator(_via)] = None
    required: Annotated[bool, Strict()] = False
    transactional: Annotated[bool | None, Strict()] = None
    priority: Priority | None = None
    fallback: Fallback | None = None

    @model_validator(mode="after")
    def _has_a_channel_to_fall_back_to(self) -> Self:
        if self.fallback and self.via and len(self.via) == 1:
            raise ValueError(f"`fallback` needs a channel after {self.via[0]}; name two or more in `via`, or none")
        return self

    @property
    def turns(self) -> int:
        """By how many channels its message may go to one person, one after another."""
        return len(self.via or ()) or USUALLY if self.fallback else 1


class Wait(_Step):
    """Let time pass; `do` is what a date is waited for, and is left out when a past date is to be skipped."""

    wait: Until
    do: tuple["Step", ...] = ()


class Awaited(Part):
    """An event that ends a wait, with what to do then. `where` looks at the event's properties."""

    event: EventName
    where: Condition | None = None
    do: tuple["Step", ...] = ()


class WaitFor(_Step):
    """Wait for the first of some events, at most for `timeout`; `since` says which past events count."""

    wait_for: Annotated[tuple[Awaited, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    timeout: Duration | None = None
    on_timeout: tuple["Step", ...] = ()
    since: Literal["enrollment", "step"] = "enrollment"


class Verify(_Step):
    """Have a contact point confirmed by a one-time code, or a link as well; `do` once it is, or if it is already."""

    verify: Contact
    via: Annotated[Channels | None, BeforeValidator(as_tuple)] = None
    link: Annotated[bool, Strict()] = False
    do: tuple["Step", ...] = ()
    timeout: Duration = VALID_FOR
    on_timeout: tuple["Step", ...] = ()

    @model_validator(mode="after")
    def _channels_lead_there(self) -> Self:
        leading = [str(channel) for channel, contact in CONTACT_OF.items() if contact is self.verify]
        if astray := [channel for channel in self.via or () if channel not in leading]:
            right = f"the code goes to the {self.verify} by {', '.join(leading)}"
            raise ValueError(f"`via` names {', '.join(astray)}; {right}")
        return self


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


class Split(_Step):
    """Divide people by a hash that never changes its mind; the share called `holdout` gets nothing and is measured."""

    split: dict[Slug, Annotated[int, Strict(), Field(ge=1, le=99)]] = Field(min_length=2)
    do: dict[Slug, tuple["Step", ...]]

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if (total := sum(self.split.values())) != 100:
            raise ValueError(f"the shares add up to {total}; they must be 100 together")
        if HOLDOUT in self.do:
            raise ValueError("`holdout` receives nothing, so it has no block under `do`")
        if unknown := set(self.do) - set(self.split):
            raise ValueError(f"`do` names {', '.join(sorted(unknown))}, which is no share of the split")
        if lacking := set(self.split) - set(self.do) - {HOLDOUT}:
            raise ValueError(f"`do` lacks a block for {', '.join(sorted(lacking))}; call a share without one `holdout`")
        return self


class Set(_Step):
    """Change attributes of the person."""

    set: dict[AttributeName, Scalar | None] = Field(min_length=1)


class Emit(_Step):
    """Report an event of the person, as if a backend service had."""

    emit: EventName
    properties: dict[AttributeName, Scalar] = Field(default_factory=dict)


class Enter(_Step):
    """Let the person enter another journey as well; its re-entry rule decides whether that is new."""

    enter: Slug
    key: str | None = Field(None, min_length=1, max_length=128)


class Laps(Part):
    """`{every: 30d, at_most: 12, until: CONDITION}`: from the begin of one lap to that of the next."""

    every: Duration
    at_most: Annotated[int, Strict(), Field(ge=1, le=1000)]
    until: Condition | None = None


class Repeat(_Step):
    """Do the block again and again, always bounded."""

    repeat: Laps
    do: tuple["Step", ...] = Field(min_length=1)


class Exit(_Step):
    """End the journey with a reason."""

    exit: Slug


STEP_KINDS = ("send", "wait", "wait_for", "verify", "branch", "split", "set", "emit", "enter", "repeat", "exit")
Step = Annotated[
    Annotated[Send, Tag(tag("send"))]
    | Annotated[Wait, Tag(tag("wait"))]
    | Annotated[WaitFor, Tag(tag("wait_for"))]
    | Annotated[Verify, Tag(tag("verify"))]
    | Annotated[Branch, Tag(tag("branch"))]
    | Annotated[Split, Tag(tag("split"))]
    | Annotated[Set, Tag(tag("set"))]
    | Annotated[Emit, Tag(tag("emit"))]
    | Annotated[Enter, Tag(tag("enter"))]
    | Annotated[Repeat, Tag(tag("repeat"))]
    | Annotated[Exit, Tag(tag("exit"))],
    by_kind(STEP_KINDS, "step_kind"),
]


class Journey(Manners):
    """One journey file."""

    journey: Slug
    title: Title
    entry: Entry
    reentry: Reentry = "never"
    goal: Goal | None = None
    milestones: dict[Slug, EventName] = Field(default_factory=dict)
    exit_on: Events = ()
    updated_by: Events = ()
    zone: ZoneName | None = None
    topic: Topic
    steps: tuple[Step, ...] = Field(min_length=1)

    def terms(self, step: Send) -> Terms:
        """What holds for the message of a step: its own word first, then the journey's."""
        exempt = self.transactional if step.transactional is None else step.transactional
        return Terms(exempt, self.capped, self.quiet_hours, self.zone, step.priority or self.priority)

    def definition(self) -> dict[str, Any]:
        """The journey as plain JSON, without what is left at its default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def version(self) -> str:
        """The content hash: the same for the same meaning, whatever the file's layout or comments."""
        canonical = json.dumps(self.definition(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]
