"""What backend services ask of verifications, checked before anything is done. Errors never repeat an address."""

from ipaddress import IPv6Address
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyAddress, model_validator

from client.inputs import Locale, UserId
from domain.addresses import fingerprint
from domain.verification.codes import DIGITS, tidy
from domain.verification.contacts import CONTACT_OF, CodeChannel, check_to

PURPOSE = "^[a-z][a-z0-9_-]{0,63}$"
IPV6_HOST_BITS = 64  # a home or a phone has as many addresses of its own


def _contact_point(text: str) -> str:
    return check_to(text)[1]


def _digits(text: str) -> str:
    if len(tidy(text)) != DIGITS:
        raise ValueError(f"give the {DIGITS} digits")
    return tidy(text)


class CodeAsked(BaseModel):
    """A code to a number or mailbox, or to whatever is known of a user. `channels` is the order of trying."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[str, Field(max_length=320), AfterValidator(_contact_point)] | None = Field(
        None, description="A phone number in international format, or an e-mail address", examples=["ana@example.com"]
    )
    user_id: UserId | None = Field(None, description="In place of `to`: where this user is reached")
    channels: tuple[CodeChannel, ...] = Field((), max_length=len(CONTACT_OF))
    purpose: str = Field("login", pattern=PURPOSE, description="What it is for, such as signup")
    locale: Locale | None = None
    link: bool = Field(False, description="Whether messages with room for it carry a link as well")
    ip: IPvAnyAddress | None = Field(None, description="Of the person who asks, to limit how often one address may")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.to is None) == (self.user_id is None):
            raise ValueError("give either `to` or `user_id`")
        return self

    @property
    def account(self) -> str:
        """By what wrong codes are counted: the user, or the fingerprint of the contact point."""
        return self.user_id or fingerprint(*check_to(str(self.to)))

    @property
    def client(self) -> str | None:
        """The fingerprint of the address that asks."""
        return client_of(self.ip)


class CodeGiven(BaseModel):
    """What the person typed; spaces and dashes do not matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(max_length=20), AfterValidator(_digits)] = Field(examples=["123456"])


class SendAgain(BaseModel):
    """The same code again, by the channel of the last send or by another one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: CodeChannel | None = None
    ip: IPvAnyAddress | None = None


def client_of(ip: IPvAnyAddress | None) -> str | None:
    """An internet address as it is counted: of IPv6 the network, of which each person has one."""
    if isinstance(ip, IPv6Address):
        return fingerprint("client", str(int(ip) >> IPV6_HOST_BITS))
    return fingerprint("client", str(ip)) if ip else None
