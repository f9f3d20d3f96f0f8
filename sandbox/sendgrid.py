"""SendGrid's v3 mail/send as its SDK uses it."""

import json
import secrets
import time
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import Fault, Faults, answer
from sandbox.reception import Accept
from sandbox.sendgrid_mail import Mail, Personalization
from sandbox.sendgrid_rules import Error, check
from sandbox.store import Message


class SendGrid:
    """One account at SendGrid."""

    def __init__(self, faults: Faults, accept: Accept, api_key: str) -> None:
        self._faults = faults
        self._take = accept
        self._authorization = f"Bearer {api_key}".encode()

    async def __call__(self, request: Request) -> Response:
        """Answer any request below /v3."""
        if not secrets.compare_digest(request.headers.get("authorization", "").encode(), self._authorization):
            return _error(401, "The provided authorization grant is invalid, expired, or revoked")
        if request.url.path != "/v3/mail/send":
            return _error(404, "not found")
        if request.method != "POST":
            return _error(405, "method not allowed")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _error(415, "Content-Type should be application/json.")
        return await self._send(request)

    async def _send(self, request: Request) -> Response:
        try:
            mail, errors = check(json.loads(await request.body()))
        except ValueError:
            return _error(400, "Bad Request")
        recipient = mail.personalizations[0].to[0].email if mail else None
        fault = self._faults.first("send", "email", recipient)
        return await answer(request, fault, lambda: self._accept(mail, errors), _refuse)

    def _accept(self, mail: Mail | None, errors: list[Error]) -> Response:
        if mail is None:
            return JSONResponse({"errors": errors}, 400)
        if mail.mail_settings.sandbox_mode.enable:
            return Response(status_code=200)
        provider_id = secrets.token_urlsafe(16)
        self._take(_messages(mail, provider_id))
        return Response(status_code=202, headers={"X-Message-Id": provider_id})


def _messages(mail: Mail, provider_id: str) -> list[Message]:
    return [
        _message(mail, envelope, recipient, provider_id)
        for envelope in mail.personalizations
        for recipient in envelope.recipients
    ]


def _message(mail: Mail, envelope: Personalization, recipient: str, provider_id: str) -> Message:
    return Message(
        channel="email",
        to=recipient,
        sender=mail.sender.email,
        subject=envelope.subject or mail.subject,
        text=mail.body("text/plain"),
        html=mail.body("text/html"),
        headers=mail.headers | envelope.headers,
        provider_id=provider_id,
        time=datetime.now(UTC),
        custom_args=mail.custom_args | envelope.custom_args,
        categories=mail.categories,
        attachments=[attachment.filename for attachment in mail.attachments],
    )


def _refuse(fault: Fault) -> Response:
    # SendGrid tells when to come back as a moment, in Unix seconds.
    headers = {}
    if fault.retry_after is not None:
        headers["X-RateLimit-Reset"] = str(int(time.time()) + fault.retry_after)
    return _error(fault.status_code or 500, "The sandbox was told to answer with this error", headers)


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"errors": [{"message": message, "field": None, "help": None}]}, status, headers)
