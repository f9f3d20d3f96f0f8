"""E-mail by SendGrid."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    CustomArg,
    From,
    Header,
    Mail,
    MimeType,
    To,
    TrackingSettings,
)

from channels import mail_fields, sendgrid_errors
from channels.protocol import Accepted, ChannelError, Failure, Outgoing

TIMEOUT_SECONDS = 10.0
HOME = "https://api.sendgrid.com"


class Email:
    """A mail with plain text and, if the message has it, HTML."""

    name = "email"
    provider = "sendgrid"
    can_ask = False  # SendGrid's activity feed is another product; the event webhook carries our message id
    repeatable = False

    def __init__(self, api_key: str, sender: str, base_url: str | None = None) -> None:
        """Raises Misconfigured for a sender that is none."""
        name, address = mail_fields.sender(sender)
        self._from = From(address, name or None)
        # At DEBUG the client logs the key and the whole mail: only its warnings may reach our logs.
        logging.getLogger("python_http_client").setLevel(logging.WARNING)
        self._client = SendGridAPIClient(api_key, host=(base_url or HOME).rstrip("/"))
        self._client.client.timeout = TIMEOUT_SECONDS
        self.sender = sender

    def send(self, message: Outgoing) -> Accepted:
        """Post the mail, with our id in its custom arguments. Raises ChannelError.

        Only 202 with an X-Message-Id is acceptance. Anything else that looks like success was not said by
        SendGrid as it is documented, so it is in doubt until the event webhook brings our id.
        """
        try:
            answer = self._client.send(self._mail(message))
        except HTTPError as error:
            raise _error(error.status_code, error.body, error.headers) from None
        except (OSError, HTTPException) as error:
            raise sendgrid_errors.from_exception(error) from None
        provider_id = answer.headers.get("X-Message-Id")
        if answer.status_code != 202 or not provider_id:
            raise _error(answer.status_code, b"", {})
        return Accepted(provider_id)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """Raises ChannelError: nobody can say."""
        raise ChannelError(Failure.AMBIGUOUS, "cannot_ask", "SendGrid cannot be asked about a mail")

    def _mail(self, message: Outgoing) -> Mail:
        subject = mail_fields.words(message.subject) if message.subject else None
        mail = Mail(self._from, To(mail_fields.recipient(message.to)), subject)
        # The order matters: SendGrid refuses HTML before plain text.
        mail.content = [Content(MimeType.text, message.text)]
        if message.html:
            mail.add_content(Content(MimeType.html, message.html))
        if message.unsubscribe:  # RFC 8058: the program posts there, and asks nobody
            mail.header = Header("List-Unsubscribe", f"<{mail_fields.one_line(message.unsubscribe)}>")
            mail.header = Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        if not message.wrap_links:
            mail.tracking_settings = TrackingSettings(ClickTracking(enable=False, enable_text=False))
        mail.custom_arg = CustomArg("message_id", message.message_id)
        return mail


def _error(status: int, body: bytes, headers: Any) -> ChannelError:
    return sendgrid_errors.from_answer(status, body, headers, datetime.now(UTC))
