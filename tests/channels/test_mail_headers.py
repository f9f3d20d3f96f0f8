"""What SendGrid is told of the way out of a mail, as it stands in the mail."""

from dataclasses import replace

import pytest

from channels.email import Email
from channels.protocol import Channel, Outgoing
from tests.sandbox_server import Sandbox

LINK = "https://homing.example/u/AAAA"
MAIL = Outgoing("m-1", "alice@example.com", "Hello", subject="Hi", html="<p>Hello</p>")


@pytest.mark.parametrize(
    ("unsubscribe", "headers"),
    [
        # Both of RFC 8058, exactly as Gmail and Yahoo ask for them of who sends many mails.
        (LINK, {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}),
        # A transactional mail, or a deployment without links: a header that leads nowhere would be worse than none.
        (None, {}),
    ],
)
def test_a_mail_program_is_told_where_to_unsubscribe(
    channels: dict[str, Channel], sandbox: Sandbox, unsubscribe: str | None, headers: dict[str, str]
) -> None:
    """Every marketing mail has both headers, and no other mail has one."""
    outgoing = Outgoing(MAIL.message_id, MAIL.to, MAIL.text, MAIL.subject, MAIL.html, unsubscribe)
    channels["email"].send(outgoing)
    assert sandbox.messages()[0]["headers"] == headers


@pytest.mark.parametrize("wrap", [True, False])
def test_sendgrid_is_told_whose_links_are_not_to_be_wrapped(wrap: bool) -> None:
    """Where ours count, or nobody's may; what is said of nothing is as the account has it."""
    mail = Email("SG.key", "hello@acme.example")._mail(replace(MAIL, wrap_links=wrap)).get()
    off = {"click_tracking": {"enable": False, "enable_text": False}}
    assert mail.get("tracking_settings") == (None if wrap else off)
