"""The shape of the mail that SendGrid's v3 mail/send takes, as far as the sandbox looks at it."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StrictStr, model_validator

ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError("Does not contain a valid address.")
    return text


class Address(BaseModel):
    """Somebody's mail address."""

    email: Annotated[StrictStr, AfterValidator(_address)]
    name: str | None = None


class Personalization(BaseModel):
    """One envelope of the mail."""

    to: list[Address] = Field(min_length=1)
    cc: list[Address] = []
    bcc: list[Address] = []
    subject: str | None = None
    headers: dict[str, StrictStr] = {}
    custom_args: dict[str, StrictStr] = {}

    @property
    def recipients(self) -> list[str]:
        """Everybody the envelope goes to."""
        return [address.email for address in (*self.to, *self.cc, *self.bcc)]

    @model_validator(mode="after")
    def _no_duplicates(self) -> Self:
        if len({email.lower() for email in self.recipients}) < len(self.recipients):
            raise ValueError("Each email address should be unique between to, cc, and bcc.")
        return self


class Content(BaseModel):
    """One body of the mail."""

    type: StrictStr = Field(min_length=1)
    value: StrictStr = Field(min_length=1)


class Attachment(BaseModel):
    """A file sent along, in base64."""

    content: StrictStr = Field(min_length=1)
    filename: StrictStr = Field(min_length=1)


class SandboxMode(BaseModel):
    """SendGrid's own sandbox mode: the mail is checked, not sent."""

    enable: StrictBool = False


class MailSettings(BaseModel):
    """Of SendGrid's settings per mail, the one that matters here."""

    sandbox_mode: SandboxMode = SandboxMode()


class Mail(BaseModel):
    """The body of POST /v3/mail/send."""

    personalizations: list[Personalization] = Field(min_length=1, max_length=1000)
    sender: Address = Field(alias="from")
    subject: str | None = None
    content: list[Content] = []
    template_id: str | None = None
    headers: dict[str, StrictStr] = {}
    custom_args: dict[str, StrictStr] = {}
    categories: list[StrictStr] = Field([], max_length=10)
    attachments: list[Attachment] = []
    mail_settings: MailSettings = MailSettings()

    def body(self, kind: str) -> str | None:
        """The content of that type, if there is one."""
        return next((content.value for content in self.content if content.type == kind), None)
