"""One sandbox for the whole room, emptied before each test, and the providers' real clients."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from sendgrid import SendGridAPIClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.sandbox_server import Sandbox, sandbox, shared_sandbox

__all__ = ["sandbox", "shared_sandbox"]


class RedirectedClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own HTTP client, pointed at another server."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5)
        self._server = urlsplit(url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        here = urlunsplit(urlsplit(url)._replace(scheme=self._server.scheme, netloc=self._server.netloc))
        return super().request(method, here, *args, **kwargs)


def twilio_client(sandbox: Sandbox, token: str | None = None) -> Client:
    return Client(sandbox.account_sid, token or sandbox.auth_token, http_client=RedirectedClient(sandbox.url))


def sendgrid_client(sandbox: Sandbox, key: str | None = None) -> SendGridAPIClient:
    made = SendGridAPIClient(key or sandbox.sendgrid_key, host=sandbox.url)
    made.client.timeout = 5
    return made


@pytest.fixture
def twilio(sandbox: Sandbox) -> Client:
    return twilio_client(sandbox)


@pytest.fixture
def sendgrid(sandbox: Sandbox) -> SendGridAPIClient:
    return sendgrid_client(sandbox)
