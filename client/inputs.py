"""What backend services say of people and events, checked before anything is changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from client.plain import plain_instant, plain_json, plain_text
from domain.delivery import CONTACTS, ChannelName
from domain.errors import BadInput
from domain.identifiers import (
    USER_ID,
    check_email,
    check_locale,
    check_messenger,
    check_phone,
    check_user_id,
    check_zone,
)
from domain.journey.names import EventName, Title
from domain.machine.stimuli import Order

SIGNED_UP = "signed_up"
NEWCOMER_FOR = timedelta(days=1)  # a user who was created longer ago is imported, and does not sign up


UserId = Annotated[
    str, AfterValidator(check_user_id), WithJsonSchema({"type": "string", "pattern": f"^{USER_ID.pattern}$"})
]
Locale = Annotated[str, AfterValidator(check_locale)]
Zone = Annotated[str, AfterValidator(check_zone)]
Phone = Annotated[str, AfterValidator(check_phone)]
Email = Annotated[str, AfterValidator(check_email)]
Messenger = Annotated[str, AfterValidator(check_messenger)]
MessageId = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain_text)]
PlainJson = Annotated[dict[str, Any], AfterValidator(plain_json)]
At = Annotated[AwareDatetime, AfterValidator(plain_instant)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read raw values. Raises BadInput that names each field and what is wrong with it."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            # Not chained: pydantic quotes what it was given, and that is a person's address.
            raise BadInput("; ".join(_line(dict(item)) for item in error.errors())) from None


class Profile(_Input):
    """A new user, or news of a known one: who, where, in which language and zone, and how they like to be reached.

    What is left out stays as it is; for a new user the locale is then `en`, the zone `UTC`, and no order of channels
    is preferred. `channels` is that order; each needs its address, given now or before.

    It reports `signed_up`, once for ever, unless `signup` is off or the person was `created_at` more than a day
    before: importing old users starts nothing. One for whom nobody has signed up is anonymous, and may be merged into
    another. With a `message_id` of your own, a late copy does not undo what was said since.
    """

    user_id: UserId
    locale: Locale | None = None
    zone: Zone | None = None
    phone: Phone | None = None
    email: Email | None = None
    messenger: Messenger | None = None
    channels: tuple[ChannelName, ...] = ()
    attributes: PlainJson = Field(default_factory=dict)
    at: At | None = None
    created_at: At | None = None
    signup: bool = True
    message_id: MessageId | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """The address on each channel."""
        known = {channel: getattr(self, contact) for channel, contact in CONTACTS.items()}
        return {str(channel): address for channel, address in known.items() if address}

    def signs_up(self, now: datetime) -> bool:
        """Whether this is a sign-up, and not the import of somebody who has been a user for long."""
        return self.signup and (self.created_at is None or (self.at or now) - self.created_at <= NEWCOMER_FOR)


class Happened(_Input):
    """An event of a known person. Give your own `message_id` to make retries harmless; `at` is your clock's time."""

    user_id: UserId
    name: EventName
    properties: PlainJson = Field(default_factory=dict)
    message_id: MessageId = Field(default_factory=lambda: uuid4().hex)
    at: At | None = None


class Merged(_Input):
    """The person of `previous_id`, who was anonymous so far, is `user_id`: their past becomes one.

    From then on, what comes under the previous id counts for the known one.
    """

    previous_id: UserId
    user_id: UserId
    message_id: MessageId = Field(default_factory=lambda: uuid4().hex)
    at: At | None = None


Item = Profile | Happened | Merged


class Asked(_Input):
    """An order to a person's running journeys, or to one of them; `reason` is for the record."""

    user_id: UserId
    order: Order
    journey: Annotated[str, AfterValidator(plain_text)] | None = None
    reason: Title = "asked"


def _line(item: dict[str, Any]) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    place = ".".join(str(part) for part in item["loc"])
    return f"{place}: {message}" if place and not message.startswith(place) else message
