"""What browsers send about notifications: the subscription as they have made it, and what became of a message."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.forms import Given
from domain.push import LONGEST_ENDPOINT

Text = Annotated[str, Field(min_length=1, max_length=200)]
LONGEST_KEY = 88  # 65 bytes in base64
ENDPOINT = "https://fcm.googleapis.com/fcm/send/dJ3xYz:APA91b"
EXAMPLE: JsonDict = {
    "endpoint": ENDPOINT,
    "expirationTime": None,
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


class BrowserForm(Given):
    """What a browser says of itself may grow: what is not known is left aside."""

    model_config = ConfigDict(extra="ignore")


class BrowserKeys(BrowserForm):
    """What messages are encrypted with, in base64url."""

    p256dh: str = Field(min_length=1, max_length=LONGEST_KEY)
    auth: str = Field(min_length=1, max_length=LONGEST_KEY)


class EndpointForm(BrowserForm):
    """A browser, by where it gets its pushes."""

    endpoint: str = Field(max_length=LONGEST_ENDPOINT, examples=[ENDPOINT])


class SubscriptionForm(EndpointForm):
    """`PushSubscription.toJSON()` as the browser gives it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    keys: BrowserKeys
    key: Text | None = Field(None, description="The key that it was subscribed with, as `/v1/push/key` gave it")


class PushReceiptForm(BaseModel):
    """What became of a notification, with the token that came in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Text
    state: Literal["delivered", "clicked"]


class PushKey(BaseModel):
    """The public key that a browser subscribes with: its `applicationServerKey`."""

    key: str
