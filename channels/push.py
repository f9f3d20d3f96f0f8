"""Notifications in a person's browsers, by the push services of the browsers (RFC 8030, 8291, 8292).

A person is known by their user id, and each of their browsers gets the message. Its topic and its tag are made of the
message's id: a push that is repeated takes the place of the first one, on its way and on the screen.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import requests
from py_vapid import Vapid02
from pywebpush import WebPusher

from channels import push_errors
from channels.protocol import Accepted, ChannelError, Failure, Outgoing
from channels.public_only import session
from channels.push_errors import Answer
from domain.errors import BadInput, Unreachable
from domain.push import Services, origin, topic

TIMEOUT_SECONDS = (4.0, 8.0)  # to connect, and to wait for the answer: within the time that an attempt has
KEPT_SECONDS = 24 * 60 * 60  # by the push service, while the browser is away; what is older is no news
TOKEN_GOOD_FOR = timedelta(hours=12)  # RFC 8292 allows a day, and clocks differ
LONGEST = 3900  # bytes; push services take 4096 with what encryption adds
LONGEST_ID = 200  # characters that we keep of a provider's id


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a browser gets its pushes, and how they are encrypted for it."""

    id: str
    endpoint: str
    p256dh: str
    auth: str


class Browsers(Protocol):
    """What is known of them; whoever puts the process together has it."""

    def of(self, person: str) -> Sequence[Browser]:
        """Those of a person that were subscribed with our key of today. Raises Unreachable."""
        ...

    def settle(self, used: Collection[str], failed: Collection[str], gone: Collection[str]) -> None:
        """What came of pushing to some; those that are gone are forgotten."""
        ...


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are to push services: a private key in base64url, and where they can complain (mailto: or https:)."""

    private_key: str
    contact: str


class WebPush:
    """One message to all browsers of a person; it is accepted if one push service accepts it."""

    name = "push"
    provider = "web_push"
    can_ask = False
    repeatable = True  # by its topic and its tag

    def __init__(
        self, us: Us, browsers: Browsers, services: Services, receipt: Callable[[str], Mapping[str, str]] | None = None
    ) -> None:
        """`receipt` gives the `url` and the `token` with which a browser reports on a message, by its id."""
        self.sender = us.contact
        self._vapid = Vapid02.from_raw(us.private_key.encode())
        self._browsers, self._services, self._receipt = browsers, services, receipt
        self._session = session()

    def send(self, message: Outgoing) -> Accepted:
        """Push it to each browser, at the same time. Raises ChannelError."""
        payload = self._payload(message)
        try:
            browsers = self._browsers.of(message.to)
        except Unreachable as error:
            raise ChannelError(Failure.TRANSIENT, "unreachable", str(error)) from error
        if not browsers:
            raise push_errors.nobody()
        with ThreadPoolExecutor(len(browsers), "push") as pool:
            answers = list(pool.map(lambda one: self._push(one, message.message_id, payload), browsers))
        self._note(browsers, answers)
        return _summed_up(answers, message.message_id)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """Raises ChannelError: nobody can say, and nobody need be asked."""
        raise ChannelError(Failure.AMBIGUOUS, "cannot_ask", "push services cannot be asked about a message")

    def _payload(self, message: Outgoing) -> bytes:
        receipt = self._receipt(message.message_id) if self._receipt else None
        words = {"title": message.title or "", "text": message.text, "link": message.link, "locale": message.locale}
        content = {"homing": 1, **words, "tag": message.message_id, "receipt": receipt}
        payload = json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False).encode()
        if len(payload) > LONGEST:
            problem = f"a notification has at most {LONGEST} bytes, not {len(payload)}"
            raise ChannelError(Failure.CONFIGURATION, "content_refused", problem)
        return payload

    def _push(self, browser: Browser, message_id: str, payload: bytes) -> Answer:
        try:
            self._services.check(browser.endpoint)
            headers = {**self._headers(message_id), **self._authorization(browser.endpoint)}
            keys = {"p256dh": browser.p256dh, "auth": browser.auth}
            body = WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(payload, "aes128gcm")["body"]
            # Not followed: a redirect could lead anywhere.
            answer = self._session.post(
                browser.endpoint, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except BadInput as error:
            return Answer(error=ChannelError(Failure.CONFIGURATION, "endpoint_refused", str(error)))
        except requests.RequestException as error:
            return Answer(error=push_errors.from_exception(error))
        return push_errors.from_answer(answer.status_code, answer.headers, datetime.now(UTC))

    def _headers(self, message_id: str) -> dict[str, str]:
        return {
            "TTL": str(KEPT_SECONDS),
            "Urgency": "normal",
            "Topic": topic(message_id),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }

    def _authorization(self, endpoint: str) -> dict[str, str]:
        ends = int((datetime.now(UTC) + TOKEN_GOOD_FOR).timestamp())
        signed: dict[str, str] = self._vapid.sign({"aud": origin(endpoint), "exp": ends, "sub": self.sender})
        return signed

    def _note(self, browsers: Sequence[Browser], answers: Sequence[Answer]) -> None:
        pairs = list(zip(browsers, answers, strict=True))
        used = [one.id for one, answer in pairs if answer.accepted]
        gone = [one.id for one, answer in pairs if answer.gone]
        self._browsers.settle(used, [one.id for one, answer in pairs if answer.error], gone)


def _summed_up(answers: Sequence[Answer], message_id: str) -> Accepted:
    """What the answers say of the message. Raises ChannelError for the error that is most likely to pass."""
    for answer in answers:
        if answer.accepted:
            location = answer.location or message_id
            return Accepted(location if len(location) <= LONGEST_ID else message_id)
    errors = [answer.error for answer in answers if answer.error]
    raise min(errors, key=push_errors.hopelessness) if errors else push_errors.nobody()
