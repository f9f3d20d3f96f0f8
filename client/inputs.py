"""What backend services say of people and events, checked before anything is changed."""

from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.identifiers import check_email, check_locale, check_phone, check_user_id, check_zone

SIGNED_UP = "signed_up"


def _told(check: Any) -> AfterValidator:
    """Use one of our checks, whose errors already say what to do, as a pydantic validator."""

    def validate(value: str) -> str:
        try:
            return str(check(value))
        except BadInput as error:
            raise ValueError(str(error)) from error

    return AfterValidator(validate)


UserId = Annotated[str, _told(check_user_id)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
MessageId = Annotated[str, Field(min_length=1, max_length=200)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read raw values. Raises BadInput that names each field and what is wrong with it."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadInput("; ".join(_line(dict(item)) for item in error.errors())) from error


class Signup(_Input):
    """A new user: who, where, in which language and zone, and how they like to be reached.

    `channels` is the order of preference; left out, it is every channel there is an address for.
    """

    user_id: UserId
    locale: Annotated[str, _told(check_locale)] = "en"
    zone: Annotated[str, _told(check_zone)] = "UTC"
    phone: Annotated[str, _told(check_phone)] | None = None
    email: Annotated[str, _told(check_email)] | None = None
    channels: tuple[ChannelName, ...] = ()
    attributes: dict[str, Any] = Field(default_factory=dict)
    at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _channels_have_addresses(self) -> Self:
        lacking = [channel for channel in self.channels if channel not in self.addresses]
        if lacking:
            raise ValueError(f"channels: {', '.join(lacking)} needs a phone or an e-mail address that is not given")
        return self

    @property
    def addresses(self) -> dict[str, str]:
        """The address on each channel."""
        known = {ChannelName.SMS: self.phone, ChannelName.WHATSAPP: self.phone, ChannelName.EMAIL: self.email}
        return {str(channel): address for channel, address in known.items() if address}

    @property
    def preferred(self) -> list[str]:
        """The channels in the person's order, e-mail first when they have not said."""
        return [*self.channels] or [channel for channel in ("email", "whatsapp", "sms") if channel in self.addresses]


class Happened(_Input):
    """An event of a known person. Give your own `message_id` to make retries harmless; `at` is your clock's time."""

    user_id: UserId
    name: Name
    properties: dict[str, Any] = Field(default_factory=dict)
    message_id: MessageId = Field(default_factory=lambda: uuid4().hex)
    at: AwareDatetime | None = None


def _line(item: dict[str, Any]) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    place = ".".join(str(part) for part in item["loc"])
    return f"{place}: {message}" if place and not message.startswith(place) else message
