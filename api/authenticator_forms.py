"""What callers send about authenticator apps, and what they get."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.forms import Form
from domain.authenticators.typed import Kind
from models.audit import MAX_REASON

NAME = "Authenticator app"
Short = Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_REASON)]


class EnrolForm(Form):
    """A new app. `account` is what the app shows beside the product's name; it is kept encrypted."""

    name: Short = Field(NAME, description="For the person to tell several apart", examples=["Alice's phone"])
    account: Short | None = Field(None, description="Default: the user id", examples=["alice@example.com"])


class CodeForm(Form):
    """As the person typed it: spaces, dashes, capitals and digits of any script are read through."""

    code: str = Field(max_length=64, examples=["123456", "k3vd-7m0x-2hqp"])


class ReasonForm(Form):
    """Why, for the record: one line, without personal data."""

    reason: Reason = Field(examples=["identity checked by phone, ticket 1234"])


class Pictures(BaseModel):
    """The QR code as data URIs, for the `src` of an image."""

    svg: str = Field(examples=["data:image/svg+xml;base64,..."])
    png: str = Field(examples=["data:image/png;base64,..."])


class Enrolled(BaseModel):
    """A new app, to be confirmed within an hour. The secret is for people who cannot scan; it is shown this once."""

    id: str = Field(examples=["9f86d081884c7d65"])
    name: str
    secret: str = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(examples=["otpauth://totp/Homing:alice%40example.com?secret=JBSWY3DP...&issuer=Homing"])
    qr: Pictures


class Confirmed(BaseModel):
    """Taken into use. With the first app come ten recovery codes, shown this once; otherwise the list is empty."""

    id: str
    recovery_codes: list[str] = Field(examples=[["k3vd-7m0x-2hqp"]])


class Codes(BaseModel):
    """Ten new recovery codes, shown this once. Those before are good no more."""

    recovery_codes: list[str] = Field(examples=[["k3vd-7m0x-2hqp"]])


class ApprovedAnswer(BaseModel):
    """The code was right, now, and for the first time."""

    status: str = Field("approved")
    method: str = Field(examples=["app", "recovery_code"])
    authenticator: str | None = Field(description="Which app it was", examples=["9f86d081884c7d65"])
    recovery_codes_left: int


class AuthenticatorAnswer(BaseModel):
    """One app. Until it is confirmed it opens nothing. Times are real ones."""

    id: str
    name: str
    confirmed: bool
    created_at: datetime
    confirmed_at: datetime | None
    last_used_at: datetime | None


class LockAnswer(BaseModel):
    """No code of this kind is judged for as long; wrong ones have come in a row."""

    kind: Kind
    seconds: int


class AuthenticatorsAnswer(BaseModel):
    """What somebody has; the same emptiness for who has nothing and for who is not known."""

    authenticators: list[AuthenticatorAnswer]
    recovery_codes_left: int
    waits: list[LockAnswer]


class Undone(BaseModel):
    """How many there were: apps that are forgotten, or wrong codes."""

    count: int
