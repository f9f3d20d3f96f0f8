"""What callers get. Answers to writes hold nothing of a person: they are kept for a day for `Idempotency-Key`."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from client.consents import Change


class Saved(BaseModel):
    """Whether the person is new to us."""

    created: bool


class Heard(BaseModel):
    """Whether the event was new, and the id under which it is known."""

    new: bool
    message_id: str = Field(examples=["e-1"])


class Ordered(BaseModel):
    """The workflows that are told."""

    told: int = Field(description="How many running journeys the command is for", examples=[1])


class AddressAnswer(BaseModel):
    """Where the person is reached on one channel. With `ended_reason` it is used no more."""

    channel: str = Field(examples=["email"])
    address: str = Field(examples=["alice@example.com"])
    ended_reason: str | None = Field(examples=[None])


class ConsentAnswer(BaseModel):
    """The newest statement about a topic on a channel; all channels if none is named."""

    topic: str = Field(examples=["onboarding"])
    channel: str | None
    given: bool
    at: datetime
    source: str = Field(examples=["sign-up form"])
    kind: str = Field(examples=["express"], description="implied, express or confirmed")
    by: str = Field(examples=["backend"], description="Who wrote it down: the person on a page of ours, or a service")


class ConsentChange(BaseModel):
    """One thing that was said or done, which the contact policy heeds from then on."""

    at: datetime
    change: Change = Field(description="A STOP, a bounce and a complaint suppress; a START frees")
    topic: str | None = Field(description="All topics if none is named", examples=["onboarding"])
    channel: str | None = Field(description="All channels if none is named")
    kind: str | None = Field(examples=["express"], description="How it was given: implied, express or confirmed")
    until: datetime | None = Field(description="The end of a pause")
    source: str = Field(examples=["sign-up form"], description="Where it was said, or why nothing goes there")
    by: str = Field(examples=["backend"], description="Who wrote it down: the person, a service, or a provider")


class ConsentChanges(BaseModel):
    """Oldest first; nothing is ever removed."""

    changes: list[ConsentChange]


class PersonAnswer(BaseModel):
    """A person as we know them."""

    user_id: str = Field(examples=["u-1"])
    locale: str = Field(examples=["pt-BR"])
    zone: str | None = Field(examples=["America/Sao_Paulo"])
    channels: list[str] = Field(examples=[["whatsapp", "email"]], description="As the person prefers them")
    learned_channels: list[str] = Field(
        examples=[[]], description="If they have not said: in the order in which they answer"
    )
    attributes: dict[str, Any]
    addresses: list[AddressAnswer]
    consents: list[ConsentAnswer]
    created_at: datetime
    updated_at: datetime


class PersonLine(BaseModel):
    """A person in a list."""

    user_id: str = Field(examples=["u-1"])
    locale: str
    zone: str | None
    running_journeys: int
    messages: int
    last_message_at: datetime | None


class People(BaseModel):
    """A page of people in the order of their ids. Ask again with `cursor` for the next; the last page has none."""

    people: list[PersonLine]
    cursor: str | None


class NextAnswer(BaseModel):
    """A way onward. Without a step the journey ends there."""

    when: str = Field(examples=["after 24 hours without it"])
    step: str | None = Field(examples=["nudge"])
    what: str = Field(examples=["Send first use reminder"])


class PlaceAnswer(BaseModel):
    """Where somebody is. `until` is when the wait ends by itself, if it does. Times are journey times."""

    step: str = Field(examples=["first-use"])
    what: str = Field(examples=["First use?"])
    phase: str = Field(examples=["waiting"])
    since: datetime
    until: datetime | None
    paused_since: datetime | None
    next: list[NextAnswer]


class JourneyAnswer(BaseModel):
    """A journey that the person is or was in. A running one has its place, or the reason why nobody knows it."""

    journey: str = Field(examples=["onboarding"])
    title: str
    version: str
    key: str
    entry: int
    workflow_id: str = Field(examples=["journey/onboarding/u-1"])
    started_at: datetime
    ended_at: datetime | None
    ended_reason: str | None
    place: PlaceAnswer | None = None
    place_unknown: str | None = None


class Journeys(BaseModel):
    """A person's journeys, oldest first."""

    journeys: list[JourneyAnswer]


class SetAsideRow(BaseModel):
    """Something that could not be told to a workflow. Times are real ones."""

    id: int
    user_id: str
    workflow_id: str
    kind: str = Field(examples=["event"])
    attempts: int
    error: str | None
    created_at: datetime
    set_aside_at: datetime | None


class SetAside(BaseModel):
    """A page of rows that were set aside. Ask again with `cursor` for the next; the last page has none."""

    rows: list[SetAsideRow]
    cursor: int | None


class VisitorToken(BaseModel):
    """For one person's browser, in a page of yours. `expires_at` is a real time."""

    token: str = Field(examples=["hv_aZ..."])
    expires_at: datetime
