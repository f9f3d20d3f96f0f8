"""How we talk to Twilio: the account, the HTTP client of its SDK as we need it, and where it reports back to.

Every answer becomes an outcome in one place, `Wire`. That is also where Retry-After is still at hand:
the SDK's own exceptions carry no headers.
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels import twilio_errors

TIMEOUT_SECONDS = 10.0
CONNECTIONS = 20
# Our clock and Twilio's may differ, and Twilio's times are cut to seconds.
SKEW = timedelta(seconds=60)
# As many as fit into one page. Nobody gets a thousand messages from one sender while one send is in doubt.
SEARCH_LIMIT = 1000
LISTS = ("messages", "calls")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account at Twilio, and where Twilio is if it is not at home."""

    sid: str
    token: str = field(repr=False)
    base_url: str | None = None


def client(account: Account) -> Client:
    """The SDK over our wire."""
    return Client(account.sid, account.token, http_client=Wire(account.base_url))


def status_callback(public_url: str | None, message_id: str) -> dict[str, str]:
    """Where Twilio reports what became of a message, with our id; nowhere if nobody can reach us."""
    if not public_url:
        return {}
    return {"status_callback": f"{public_url.rstrip('/')}/webhooks/twilio/status/{message_id}"}


class Wire(TwilioHttpClient):  # type: ignore[misc]
    """The SDK's HTTP client with a timeout, no retries, another address if given, and our errors."""

    def __init__(self, base_url: str | None) -> None:
        # The SDK logs addresses at INFO and urllib3 at DEBUG: only their warnings may reach our logs.
        for noisy in ("twilio.http_client", "urllib3"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        super().__init__(timeout=TIMEOUT_SECONDS)
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0))
        self._base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Make the call. Raises ChannelError for anything but a message, a call or a list of them."""
        try:
            response = super().request(method, self._redirected(url), *args, **kwargs)
        except requests.RequestException as error:
            # Not chained: the words of requests hold the address with the person's number in it.
            raise twilio_errors.from_exception(error) from None
        if not 200 <= response.status_code < 300:
            retry_after = response.headers.get("Retry-After")
            raise twilio_errors.from_answer(response.status_code, response.text, retry_after)
        if not _is_expected(response.text):
            raise twilio_errors.nonsense(response.status_code)
        return response

    def _redirected(self, url: str) -> str:
        if self._base is None:
            return url
        return urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))


def _is_expected(text: str) -> bool:
    try:
        body = json.loads(text)
    except ValueError:
        return False
    if not isinstance(body, dict):
        return False
    return isinstance(body.get("sid"), str) or any(isinstance(body.get(name), list) for name in LISTS)
