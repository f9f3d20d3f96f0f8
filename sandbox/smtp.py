"""A mail server whose mails appear beside those of SendGrid. It tells nobody what becomes of them."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.faults import Fault, Faults
from sandbox.reception import Accept
from sandbox.sendgrid_mail import ADDRESS
from sandbox.store import Message

CODES = {401: 535, 403: 535, 429: 451, 500: 554, 503: 421}  # faults are told as HTTP statuses or as these
OF_RECIPIENTS = {421, 450, 451, 535, 550, 551, 553}  # all others are answered to the mail itself
SHOWN = ("List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID", "Date", "From")


class MailServer:
    """Mails handed in by SMTP. A refused recipient is refused at once, all else when the mail is there."""

    def __init__(self, faults: Faults, accept: Accept, password: str) -> None:
        self._faults, self._accept, self._password = faults, accept, password
        self._struck: dict[Envelope, Fault] = {}

    @asynccontextmanager
    async def serving(self, listener: socket.socket) -> AsyncIterator[None]:
        """Take mails from this socket."""
        server = await asyncio.get_running_loop().create_server(self._connection, sock=listener)
        try:
            yield
        finally:
            server.close()

    def _connection(self) -> SMTP:
        return SMTP(
            self,
            hostname="sandbox",
            ident="Homing sandbox",
            auth_required=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, given: object) -> AuthResult:
        password = given.password if isinstance(given, LoginPassword) else b""
        return AuthResult(success=secrets.compare_digest(password, self._password.encode()), handled=False)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if not ADDRESS.fullmatch(address):
            return "550 5.1.3 the address is not valid"
        fault = self._faults.first("send", "email", address)
        if fault and not fault.keep and (code := _code(fault)) in OF_RECIPIENTS:
            await asyncio.sleep(fault.delay)
            return _words(code)
        if fault:
            self._struck[envelope] = fault
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, and say so as the fault wants."""
        fault = self._struck.pop(envelope, None)
        if fault is None or fault.accepts:
            mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            self._accept([_message(mail, to) for to in envelope.rcpt_tos])
        await asyncio.sleep(fault.delay if fault else 0)
        if fault and fault.drop:
            cast(asyncio.Transport, server.transport).abort()
        if fault and fault.nonsense:
            return "Welcome to the hotel wireless"
        return _words(_code(fault)) if fault and fault.status_code else "250 2.0.0 ok"


def _code(fault: Fault) -> int:
    return CODES.get(fault.status_code or 0, fault.status_code or 0)


def _words(code: int) -> str:
    kind = f"{code // 100}.1.1" if code in (550, 551, 553) else f"{code // 100}.7.0"
    return f"{code} {kind} The sandbox was told to answer with this"


def _message(mail: EmailMessage, to: str) -> Message:
    return Message(
        channel="email",
        to=to,
        sender=parseaddr(str(mail["From"]))[1],
        subject=str(mail["Subject"]),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        headers={name: str(mail[name]) for name in SHOWN if mail[name]},
        provider_id=str(mail["Message-ID"]),
        time=datetime.now(UTC),
        reported=False,
    )


def _body(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n") if part else None
