"""E-mail by any mail server: plain SMTP."""

import re
import smtplib
from collections.abc import Collection
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from string import punctuation
from typing import Any
from urllib.parse import quote

from channels import mail_fields
from channels.protocol import Accepted, ChannelError, Failure, Outgoing
from channels.smtp_errors import Step, from_answer, from_exception
from channels.smtp_server import connected, read_server

WAY_OUT = "List-Unsubscribe"
DOT = re.compile(rb"^\.", re.MULTILINE)


class _Policy(EmailPolicy):
    """A field is folded, but for an address of the web: a longer one would be written as words, and lead nowhere."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == WAY_OUT:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


# Every server takes seven bits; not all take eight.
POLICY = _Policy(linesep="\r\n", cte_type="7bit")


class SmtpEmail:
    """A mail with plain text and, if the message has it, HTML. Its Message-ID is made of our id."""

    name = "email"
    provider = "smtp"
    can_ask = False  # a server knows nothing of a mail that it has passed on
    repeatable = False

    def __init__(self, url: str, sender: str) -> None:
        """Raises Misconfigured for a URL or a sender that is none."""
        self._server = read_server(url)
        self.sender = sender
        name, address = mail_fields.sender(sender)
        self._from = Address(name, addr_spec=address)

    def send(self, message: Outgoing) -> Accepted:
        """Hand the mail in. Raises ChannelError."""
        to, mail = mail_fields.recipient(message.to), self._mail(message)
        step = Step.CONNECT
        try:
            with connected(self._server, self._from.domain) as server:
                for step, command in (
                    (Step.SENDER, f"MAIL FROM:<{self._from.addr_spec}>"),
                    (Step.RECIPIENT, f"RCPT TO:<{to}>"),
                    (Step.DATA, "DATA"),
                ):
                    _expect(step, *server.docmd(command))
                step = Step.CONTENT
                server.send(DOT.sub(b"..", mail.as_bytes()) + b".\r\n")
                _expect(step, *server.getreply())
        except smtplib.SMTPAuthenticationError as error:
            raise from_exception(Step.LOGIN, error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise from_exception(step, error) from None
        return Accepted(str(mail["Message-ID"]))

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """Raises ChannelError: nobody can say."""
        raise ChannelError(Failure.AMBIGUOUS, "cannot_ask", "a mail server cannot be asked about a mail")

    def _mail(self, message: Outgoing) -> EmailMessage:
        mail = EmailMessage(policy=POLICY)
        mail["From"] = self._from
        mail["To"] = message.to
        mail["Subject"] = mail_fields.words(message.subject or "")
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{message.message_id}@{self._from.domain}>"
        if message.unsubscribe:  # RFC 8058: the program posts there, and asks nobody
            mail[WAY_OUT] = f"<{quote(message.unsubscribe, safe=punctuation)}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
        return mail


def _expect(step: Step, code: int, text: bytes) -> None:
    if code // 100 != (3 if step is Step.DATA else 2):
        raise from_answer(step, code, text)
