"""Providers that post to the API, with their own signatures, and an API that knows their keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from requests import Response
from temporalio.client import Client

from models.database import Database
from tests.api.conftest import Api, parts_on, served
from tests.client.post import PHONE
from tests.webhooks.posts import FORM, Pairs, SendGridKey, encoded, sendgrid_body, twilio_signature

PUBLIC = "https://homing.example.com"  # nobody serves it here: what is signed is not what is connected to
TOKEN = "the-accounts-auth-token"
INBOUND = "the-secret-of-the-url"
PRODUCT = "Acme"


@dataclass
class Providers:
    """Twilio's and SendGrid's side of one API."""

    api: Api
    key: SendGridKey = field(default_factory=SendGridKey)

    async def twilio(self, path: str, pairs: Pairs, **more: Any) -> Response:
        """Twilio posts a form. `more` may change the `signature`, the `body` or the `content_type`."""
        target = f"/webhooks/twilio/{path}"
        signature = more.get("signature", twilio_signature(target, pairs, TOKEN, PUBLIC))
        headers = {"Content-Type": more.get("content_type", FORM)}
        headers |= {} if signature is None else {"X-Twilio-Signature": signature}
        return await self.api.call("POST", target, key="", data=more.get("body", encoded(pairs)), headers=headers)

    async def status(self, message_id: str, status: str, **more: str) -> Response:
        """Twilio says what became of a text."""
        sid = f"SM{uuid4().hex}"
        form = {"MessageSid": sid, "MessageStatus": status, "To": PHONE, "ErrorCode": "", **more}
        return await self.twilio(f"status/{message_id}", list(form.items()))

    async def text(self, body: str, sender: str = PHONE, **more: str) -> Response:
        """Somebody writes to our number."""
        form = {"MessageSid": f"SM{uuid4().hex}", "From": sender, "To": "+15005550006", "Body": body, **more}
        return await self.twilio("inbound", list(form.items()))

    async def press(self, key: str, keys: str = "locale=pt-BR&1=call_me&9=stop", **more: str) -> Response:
        """Somebody presses a key during a call of ours."""
        form = {"CallSid": f"CA{uuid4().hex}", "To": PHONE, "From": "+15005550006", "Digits": key, **more}
        return await self.twilio(f"keys?{keys}", list(form.items()))

    async def events(
        self, *events: dict[str, Any], at: datetime | None = None, headers: dict[str, str] | None = None
    ) -> Response:
        """SendGrid posts events; `headers` stand in for its own."""
        body = sendgrid_body(*events)
        usual = {**self.key.headers(body, at or datetime.now(UTC)), "Content-Type": "application/json"}
        signed = usual | (headers or {})
        return await self.api.call("POST", "/webhooks/sendgrid/events", key="", data=body, headers=signed)

    async def mail(self, fields: dict[str, Any], token: str = INBOUND) -> Response:
        """SendGrid posts a mail to us."""
        files = {name: value if isinstance(value, tuple) else (None, value) for name, value in fields.items()}
        return await self.api.call("POST", f"/webhooks/sendgrid/inbound/{token}", key="", files=files)


@asynccontextmanager
async def with_providers(temporal: Client, database: Database, task_queue: str = "nobody") -> AsyncIterator[Providers]:
    """An API behind a public URL, whose providers are these."""
    key = SendGridKey()
    parts = parts_on(temporal, database, task_queue)
    known = {
        "public_url": PUBLIC,
        "twilio_auth_token": SecretStr(TOKEN),
        "sendgrid_webhook_key": key.public,
        "inbound_token": SecretStr(INBOUND),
        "product_name": PRODUCT,
    }
    parts.config = parts.config.model_copy(update=known)
    async with served(parts) as api:
        yield Providers(api, key)
