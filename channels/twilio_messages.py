"""Twilio's Messages API as SMS and WhatsApp share it: send once, and find what was sent.

Every answer becomes an outcome in one place, `Wire`. That is also where Retry-After is still at hand:
the SDK's own exceptions carry no headers.
"""

import json
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from channels import twilio_errors
from channels.protocol import Accepted, Outgoing

MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
TIMEOUT_SECONDS = 10.0
CONNECTIONS = 20
# Our clock and Twilio's may differ, and Twilio's times are cut to seconds.
SKEW = timedelta(seconds=60)
# As many as fit into one page. Nobody gets a thousand messages from one sender while one send is in doubt.
SEARCH_LIMIT = 1000
# Twilio puts this before each text while an account is on trial.
TRIAL_PREFIX = "Sent from your Twilio trial account - "


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account at Twilio, and where Twilio is if it is not at home."""

    sid: str
    token: str = field(repr=False)
    base_url: str | None = None


class TwilioMessages:
    """A channel over the Messages API; a subclass gives its name and the prefix of its addresses."""

    name: str
    prefix = ""
    can_ask = True

    def __init__(self, account: Account, sender: str, public_url: str | None = None) -> None:
        """`sender` is a number, an alphanumeric sender or the SID of a Messaging Service (MG...)."""
        self._messages = Client(account.sid, account.token, http_client=Wire(account.base_url)).messages
        self._public_url = public_url
        is_service = MESSAGING_SERVICE.fullmatch(sender)
        self._sender = {"messaging_service_sid": sender} if is_service else {"from_": self._address(sender)}

    def send(self, message: Outgoing) -> Accepted:
        """Create the message, with our id in its status callback. Raises ChannelError."""
        to, callback = self._address(message.to), self._status_callback(message.message_id)
        created = self._messages.create(to=to, body=message.text, **self._sender, **callback)
        return Accepted(created.sid)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """The message as Twilio has it, or None. Raises ChannelError when Twilio cannot say.

        All recent messages to the person are read, without a date filter and without trusting the order:
        both go by date_sent, which a queued message, the very one that is looked for, does not have yet.
        """
        # A Messaging Service picks the number itself, so the list is then of all our numbers.
        sender = self._sender if "from_" in self._sender else {}
        listed = self._messages.list(to=self._address(message.to), limit=SEARCH_LIMIT, **sender)
        fitting = (each for each in listed if each.sid not in claimed and _fits(each, message.text, since))
        return next((Accepted(each.sid) for each in fitting), None)

    def _address(self, number: str) -> str:
        return f"{self.prefix}{number.removeprefix(self.prefix)}"

    def _status_callback(self, message_id: str) -> dict[str, str]:
        if not self._public_url:
            return {}
        return {"status_callback": f"{self._public_url.rstrip('/')}/webhooks/twilio/status/{message_id}"}


def _fits(found: MessageInstance, text: str, since: datetime) -> bool:
    if found.date_created is None or found.date_created < since - SKEW:
        return False
    body = (found.body or "").removeprefix(TRIAL_PREFIX)
    return str(found.direction).startswith("outbound") and body.strip() == text.strip()


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
        """Make the call. Raises ChannelError for anything but a message or a list of them."""
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
    return isinstance(body, dict) and (isinstance(body.get("sid"), str) or isinstance(body.get("messages"), list))
