"""The SendGrid SDK against the sandbox: it gets what it would get from SendGrid."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from python_http_client.exceptions import (
    BadRequestsError,
    MethodNotAllowedError,
    NotFoundError,
    UnauthorizedError,
)
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Category, CustomArg, Mail, MailSettings, SandBoxMode

from tests.sandbox.conftest import sendgrid_client
from tests.sandbox_server import Sandbox

ALICE = "alice@example.com"
US = "hello@homing.example"


def mail() -> Mail:
    return Mail(US, ALICE, "Welcome", plain_text_content="Hello Alice", html_content="<p>Hello Alice</p>")


def test_an_accepted_mail_is_202_with_an_id_and_no_body(sendgrid: SendGridAPIClient, sandbox: Sandbox) -> None:
    """The answer is the one SendGrid gives, and the mail is kept with all its parts."""
    message = mail()
    message.custom_arg = CustomArg("message_id", "m-1")
    message.category = Category("welcome")
    answer = sendgrid.send(message)
    assert (answer.status_code, answer.body) == (202, b"")
    kept = sandbox.messages(to=ALICE, channel="email")[0]
    assert kept["provider_id"] == answer.headers["X-Message-Id"]
    assert (kept["subject"], kept["text"], kept["html"]) == ("Welcome", "Hello Alice", "<p>Hello Alice</p>")
    assert (kept["from"], kept["custom_args"], kept["categories"]) == (US, {"message_id": "m-1"}, ["welcome"])


def test_sandbox_mode_checks_the_mail_and_keeps_nothing(sendgrid: SendGridAPIClient, sandbox: Sandbox) -> None:
    """SendGrid's own sandbox mode answers 200."""
    message = mail()
    message.mail_settings = MailSettings(sandbox_mode=SandBoxMode(True))
    assert sendgrid.send(message).status_code == 200
    assert sandbox.messages() == []


def test_each_recipient_gets_the_mail(sendgrid: SendGridAPIClient, sandbox: Sandbox) -> None:
    """One request to two people is two messages with one id."""
    sendgrid.send(Mail(US, [ALICE, "bob@example.com"], "Welcome", plain_text_content="Hello"))
    assert [message["to"] for message in sandbox.messages()] == [ALICE, "bob@example.com"]


def changed(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: {key: value for key, value in (document | changes).items() if value is not None}


REFUSALS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = [
    ("personalizations", changed(personalizations=None)),
    ("personalizations", changed(personalizations=[])),
    ("personalizations.0.to", changed(personalizations=[{"to": []}])),
    ("personalizations.0.to.0.email", changed(personalizations=[{"to": [{"email": "alice"}]}])),
    ("personalizations.0", changed(personalizations=[{"to": [{"email": ALICE}, {"email": ALICE}]}])),
    ("from", changed(**{"from": None})),
    ("from.email", changed(**{"from": {"email": "homing"}})),
    ("subject", changed(subject=None)),
    ("content", changed(content=None)),
    ("content.0.value", changed(content=[{"type": "text/plain", "value": ""}])),
    (
        "content",  # HTML before plain text
        changed(content=[{"type": "text/html", "value": "a"}, {"type": "text/plain", "value": "b"}]),
    ),
    ("custom_args.count", changed(custom_args={"count": 1})),
    ("custom_args", changed(custom_args={"long": "x" * 10_001})),
    ("categories", changed(categories=[str(number) for number in range(11)])),
]


@pytest.mark.parametrize(("field", "change"), REFUSALS)
def test_it_refuses_what_sendgrid_refuses(
    sendgrid: SendGridAPIClient,
    sandbox: Sandbox,
    field: str,
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """A refused mail names the field in SendGrid's error shape and is not kept."""
    with pytest.raises(BadRequestsError) as refused:
        sendgrid.send(change(mail().get()))
    errors = json.loads(refused.value.body)["errors"]
    assert [error["field"] for error in errors] == [field]
    assert set(errors[0]) == {"message", "field", "help"}
    assert sandbox.messages() == []


def test_a_wrong_key_is_401(sandbox: Sandbox) -> None:
    """Bad credentials are refused before the mail is looked at."""
    with pytest.raises(UnauthorizedError):
        sendgrid_client(sandbox, "SG.wrong").send(mail())


def test_what_is_not_there_is_404_or_405(sendgrid: SendGridAPIClient) -> None:
    """Other parts of the API are missing, and mail/send takes only POST."""
    with pytest.raises(NotFoundError):
        sendgrid.client.templates.get()
    with pytest.raises(MethodNotAllowedError):
        sendgrid.client.mail.send.get()


@pytest.mark.parametrize(
    ("content_type", "body", "status"), [("application/json", "{", 400), ("text/plain", "{}", 415)]
)
def test_what_is_no_json_is_refused(sandbox: Sandbox, content_type: str, body: str, status: int) -> None:
    """Broken JSON and other types are the caller's mistake, not a crash."""
    headers = {"Authorization": f"Bearer {sandbox.sendgrid_key}", "Content-Type": content_type}
    answer = requests.post(f"{sandbox.url}/v3/mail/send", data=body, headers=headers, timeout=5)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"]
