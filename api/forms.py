"""What callers send. Fields are those of `client/inputs.py`; what is said here as well is for people who read."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from client.inputs import At, Email, Locale, MessageId, Messenger, Phone, PlainJson, Zone
from client.plain import plain_text
from domain.contact.consent import OptIn
from domain.delivery import ChannelName
from domain.journey.names import EventName, Title, Topic

MOST_CONSENTS = 100
ALICE: JsonDict = {
    "email": "alice@example.com",
    "phone": "+14155550123",
    "locale": "pt-BR",
    "zone": "America/Sao_Paulo",
    "channels": ["whatsapp", "email"],
    "attributes": {"first_name": "Alice", "plan": "team"},
    "consents": [{"topic": "onboarding", "given": True, "at": "2026-03-01T09:00:00Z", "source": "sign-up form"}],
}
FIRST_USE: JsonDict = {"name": "first_use", "properties": {"feature": "import"}, "message_id": "e-1"}
MOST_OF_A_NAME = 64
Scribe = Annotated[str, Field(max_length=MOST_OF_A_NAME)]
Line = Annotated[str, Field(max_length=200)]


class Given(BaseModel):
    """Whatever is sent to us: its text can be kept."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return plain_text(value) if isinstance(value, str) else value


class Form(Given):
    """Nothing that we do not know is accepted, so that a misspelt field is noticed."""

    model_config = ConfigDict(extra="forbid")


class ConsentForm(Form):
    """What the person agreed to or took back, as they said it. It is kept as proof, and never changed."""

    topic: Topic | Literal["*"] = Field(examples=["onboarding"], description="`*` is all topics")
    channel: ChannelName | None = Field(None, description="One channel; all of them if it is left out")
    given: bool = Field(description="True for a consent, false for one that is taken back")
    at: At | None = Field(None, description="When they said so; default: now")
    source: Line = Field("", description="Where: a form, a call, a page", examples=["sign-up form"])

    kind: OptIn = Field(OptIn.EXPRESS, description="`confirmed` if they confirmed it from the address: double opt-in")
    by: Scribe = Field("", description="Who wrote it down; default: the name of the API key", examples=["sign-up"])

    def statement(self, now: datetime, key: str) -> dict[str, Any]:
        """As a row. Of the future nobody has said anything: it would outdo what they take back until then."""
        about = {"topic": self.topic, "channel": self.channel or "", "given": self.given}
        return about | {"at": min(self.at or now, now), "source": self.source, "kind": self.kind, "by": self.by or key}


class PersonForm(Form):
    """A new user, or news of a known one. What is left out stays as it is; attributes are merged by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [ALICE]})

    email: Email | None = None
    phone: Phone | None = Field(None, description="International format")
    messenger: Messenger | None = Field(None, description="Page-scoped id of Facebook Messenger: digits")
    locale: Locale | None = Field(None, description="BCP 47; `en` for a new user who has none")
    zone: Zone | None = Field(None, description="IANA time zone; UTC for a new user who has none")
    channels: tuple[ChannelName, ...] = Field((), description="How they like to be reached, preferred first")
    attributes: PlainJson = Field(default_factory=dict, description="What journeys and templates may look at")
    consents: tuple[ConsentForm, ...] = Field((), max_length=MOST_CONSENTS)
    created_at: At | None = Field(None, description="Since when they are a user: older than a day starts no journey")
    signup: bool = Field(True, description="False for news of somebody who does not sign up with it")
    at: At | None = Field(None, description="When all this was so; default: now")

    def profile(self) -> dict[str, Any]:
        """What the client takes."""
        return self.model_dump(exclude={"consents"}, exclude_none=True)


class EventForm(Form):
    """Something a person did. Give your own `message_id`, and it may be sent again without harm."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [FIRST_USE]})

    name: EventName
    properties: PlainJson = Field(default_factory=dict)
    message_id: MessageId | None = None
    at: At | None = Field(None, description="When it happened, by your clock; default: now")


class CommandForm(Form):
    """Why, for the record; an exit ends the journey with this reason."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"reason": "moved away"}]})

    reason: Title = "asked"


class VisitorForm(Form):
    """How long the token is good for: as long as a page is likely to be open. The page can ask for another."""

    seconds: int = Field(3600, ge=60, le=86_400)
