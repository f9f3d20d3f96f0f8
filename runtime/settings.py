"""Every setting of Homing as one typed object, read from the environment once, in a composition root."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import (
    AwareDatetime,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain import push
from domain import rates as sending_rates
from domain.clock import EPOCH, Clock
from domain.contact import caps, consent, hours
from domain.contact.policy import Policy
from domain.errors import Misconfigured
from domain.links.scope import Scope
from runtime.setting_kinds import Channels, Countries, MaybeChannels, PushKey, checked_by, known_as

ROOT = Path(__file__).resolve().parent.parent
LAST_YEAR = 8000  # leaves room for waits before Python's calendar ends with 9999


class Folders(BaseSettings):
    """Where journeys and templates lie, and what all messages say alike: what checking and previewing need."""

    model_config = SettingsConfigDict(env_prefix="HOMING_", extra="ignore", populate_by_name=True)

    journeys_dir: Path = ROOT / "journeys"
    templates_dir: Path = ROOT / "templates"
    whatsapp_templates: Path | None = None  # which of our texts WhatsApp has approved, and under which ids
    default_locale: str = "en"
    weekly_messages: int = Field(7, gt=0)
    product_name: str = "Homing"
    product_url: str = "https://example.com"
    postal_address: str | None = None
    public_url: str | None = None
    link_tracking: Scope = Scope.MARKETING  # what has to come whatever people want is measured for nobody
    link_url: str | None = None  # a shorter way to the same API; in its absence the public URL

    @property
    def product(self) -> dict[str, str]:
        """What templates call `product`."""
        return {"name": self.product_name, "url": self.product_url, "address": self.postal_address or ""}


class PolicySettings(Folders):
    """The contact policy, as `domain.contact` reads it: its defaults, and where they come from, are there."""

    quiet_hours: Annotated[str, checked_by(hours.read)] = hours.DEFAULT
    frequency_caps: Annotated[str, checked_by(caps.read)] = caps.DEFAULT
    opt_in: Annotated[str, checked_by(consent.read)] = consent.DEFAULT
    verified_only: MaybeChannels = ()  # on these an unverified address gets nothing but its code

    @property
    def policy(self) -> Policy:
        """The one contact policy of this deployment, without what topics say; `runtime.policies` adds that."""
        return Policy.read(self.quiet_hours, self.frequency_caps, self.opt_in, self.verified_only)


class Settings(PolicySettings):
    """Settings by environment variable (HOMING_...). Temporal's own are its standard TEMPORAL_... and profile file."""

    database_url: SecretStr
    task_queue: str = "homing"
    hash_key: SecretStr | None = Field(None, min_length=16)  # hides the ids of those who were erased; never change it
    encryption_keys: SecretStr | None = None  # Fernet keys, the newest first; what people write and their secrets

    pace: float = Field(1.0, ge=0.001, allow_inf_nan=False)
    clock_origin: AwareDatetime = EPOCH

    sandbox_url: str | None = None
    twilio_account_sid: str | None = Field(None, validation_alias=known_as("TWILIO_ACCOUNT_SID"))
    twilio_auth_token: SecretStr | None = Field(None, validation_alias=known_as("TWILIO_AUTH_TOKEN"))
    sendgrid_api_key: SecretStr | None = Field(None, validation_alias=known_as("SENDGRID_API_KEY"))
    sms_from: str | None = None
    whatsapp_from: str | None = None
    messenger_from: str | None = None
    voice_from: str | None = None
    email_from: str | None = None
    email_provider: str | None = None  # which of sendgrid and smtp, where both are configured
    smtp_url: SecretStr | None = None
    sendgrid_webhook_key: str | None = None  # public: with it SendGrid's events are verified
    inbound_token: SecretStr | None = Field(None, min_length=16)  # the secret in the URL for mails to us

    # Web push: how push services know us, where they can complain, and hosts of theirs that are not known here.
    vapid_private_key: PushKey = None
    vapid_contact: str | None = Field(None, pattern=r"^(mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https://\S+)$|^$")
    push_hosts: Annotated[str, checked_by(push.read_hosts)] = ""

    rates: Annotated[str, checked_by(sending_rates.read)] = sending_rates.DEFAULT  # of senders and providers

    verification_countries: Countries = frozenset()  # whose phone numbers get codes; at first none
    verification_channels: Channels = ("sms", "email", "whatsapp")  # the first that leads there is tried first
    verifications_per_minute: int = Field(600, gt=0)

    api_address: str = "127.0.0.1:8080"
    api_threads: int = Field(20, gt=0, le=200)
    api_rate: float = Field(100.0, gt=0, allow_inf_nan=False)  # requests a second, for each key and process

    api_streams: int = Field(1000, gt=0)  # open pages of each process; each is a connection, and an open file

    activity_threads: int = Field(20, gt=0)
    cached_journeys: int = Field(1000, ge=100)  # as many as Temporal gives to a worker at a time, at least
    health_address: str | None = None
    metrics_address: str | None = None
    boot_patience_seconds: float = Field(60.0, ge=0, allow_inf_nan=False)
    shutdown_grace_seconds: float = Field(30.0, ge=0, allow_inf_nan=False)
    log_level: str = Field("INFO", pattern="(?i)^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: str = Field("json", pattern="^(json|console)$")

    @model_validator(mode="after")
    def _calendar_suffices(self) -> Self:
        if self.pace != 1 and _year(self.clock) > LAST_YEAR:
            message = f"at pace {self.pace:g} since {self.clock_origin:%Y-%m-%d} it is past the year {LAST_YEAR}"
            raise ValueError(f"HOMING_PACE: {message}; set HOMING_CLOCK_ORIGIN to the beginning of the rehearsal")
        return self

    @property
    def clock(self) -> Clock:
        """The one clock of this deployment."""
        return Clock(self.pace, self.clock_origin)


S = TypeVar("S", bound=BaseSettings)


def load(kind: type[S]) -> S:
    """Read the settings. Raises Misconfigured naming each variable that is missing or wrong."""
    try:
        return kind()
    except ValidationError as error:
        raise Misconfigured("; ".join(_explain(item["loc"], item["msg"]) for item in error.errors())) from error


def load_from(kind: type[S], environment: Mapping[str, str]) -> S:
    """Read the settings of another environment, which becomes that of this process, Temporal's settings and all."""
    os.environ.clear()
    os.environ.update(environment)
    return load(kind)


def _year(clock: Clock) -> int:
    try:
        return clock.journey(datetime.now(UTC)).year
    except OverflowError:
        return LAST_YEAR + 1


def _explain(location: tuple[int | str, ...], message: str) -> str:
    if not location:
        return message.removeprefix("Value error, ")
    name = str(location[0])
    variable = name.upper() if name.upper().startswith(("TWILIO_", "SENDGRID_API_")) else f"HOMING_{name.upper()}"
    if message == "Field required":
        return f"set {variable}, or run `make demo` for a complete local stack"
    return f"{variable}: {message.removeprefix('Value error, ')}"
