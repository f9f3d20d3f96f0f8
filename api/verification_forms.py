"""What is sent to verifications, and what they answer."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from api.forms import Form
from client.inputs import UserId
from client.verifying.inputs import CodeAsked
from client.verifying.views import View


class VerificationAnswer(BaseModel):
    """A verification. It looks the same whether or not there is anybody to get the code."""

    id: str = Field(examples=["5f0c6f7b4c9e4c0d8f4f5b6c7d8e9f00"])
    status: Literal["pending", "approved", "expired", "failed", "canceled"]
    purpose: str
    channel: str = Field(description="By which the code was sent last", examples=["sms"])
    created_at: datetime
    expires_at: datetime
    checks_left: int
    resends_left: int
    resend_after: datetime = Field(description="Before this the code is not sent there again")

    @classmethod
    def of(cls, view: View) -> Self:
        """As it is shown."""
        return cls(**{name: getattr(view, name) for name in cls.model_fields})


class Checked(BaseModel):
    """The code was right, for the first time."""

    status: Literal["approved"] = "approved"


class UnlockForm(Form):
    """Whose wrong codes are forgotten, and why."""

    user_id: UserId | None = None
    to: Annotated[str, Field(max_length=320)] | None = None
    reason: str = Field(max_length=200)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        CodeAsked(user_id=self.user_id, to=self.to)
        return self


class Unlocked(BaseModel):
    """How many wrong codes in a row there were."""

    count: int


class RangeForm(Form):
    """A range of numbers as alarms name it, and why codes may go there again."""

    range: str = Field(pattern=r"^\+\d{2,15}$", examples=["+55119"])
    reason: str = Field(min_length=1, max_length=200)


class Resumed(BaseModel):
    """Whether it was stopped."""

    resumed: bool
