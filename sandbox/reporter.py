"""Plans what the providers tell their customer: of messages by themselves, and of what people do with them."""

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from pydantic import BaseModel

from sandbox import sendgrid_webhooks, twilio_call_webhooks, twilio_webhooks
from sandbox.answers import Answer, Answers
from sandbox.browsers import Notification
from sandbox.kinds import Deed
from sandbox.mishaps import Mishaps, Told
from sandbox.posts import Kind, Post, Posts
from sandbox.store import Message, Store


class Targets(BaseModel):
    """Where webhooks go. Receipts of texts go to the StatusCallback of each."""

    twilio_inbound: str | None = None
    sendgrid_events: str | None = None
    sendgrid_inbound: str | None = None


class Reporter:
    """Of both providers."""

    def __init__(
        self, store: Store, answers: Answers, posts: Posts, mishaps: Mishaps, targets: Targets, account_sid: str
    ) -> None:
        self.targets = targets
        self._store, self._answers, self._posts, self._mishaps = store, answers, posts, mishaps
        self._account_sid = account_sid

    def expect(self, messages: Sequence[Message]) -> None:
        """Messages were accepted."""
        for message in messages:
            self._plan_receipts(message, self._receipts(message))

    def _receipts(self, message: Message) -> list[Told]:
        match message.channel:
            case "email":
                return sendgrid_webhooks.receipts(message)
            case "voice":
                return twilio_call_webhooks.receipts(message, self._account_sid)
            case _:
                return twilio_webhooks.receipts(message, self._account_sid)

    def happened(self, message: Message, deed: Deed, more: dict[str, Any]) -> None:
        """A person did something with a message."""
        match deed:
            case "press":
                told = twilio_call_webhooks.pressed(message, self._account_sid, more["key"])
                self._plan("twilio", message.keys_url, [told], message=message.id)
            case "read":
                self._plan_receipts(message, [twilio_webhooks.receipt(message, self._account_sid, deed)])
            case _:
                self._plan_receipts(message, [sendgrid_webhooks.event(message, deed, **more)])

    def answered(self, answer: Answer) -> None:
        """A person wrote something. Where that is told they have read what was there."""
        replied_to = self._store.get(answer.in_reply_to) if answer.in_reply_to else None
        if answer.channel == "email":
            kind: Kind = "parse"
            url, told = self.targets.sendgrid_inbound, sendgrid_webhooks.answer(answer, replied_to)
        else:
            kind = "twilio"
            url, told = self.targets.twilio_inbound, twilio_webhooks.answer(answer, self._account_sid, replied_to)
        changed = self._mishaps.changed([told], "answers", answer.channel, answer.sender)
        self._plan(kind, url, changed, answer=answer.id)

    def seen_by(self, wake: Callable[[], None]) -> Callable[[Notification, str], None]:
        """What browsers report with: `delivered` when they show a notification, `clicked`."""

        def report(notification: Notification, what: str) -> None:
            receipt = notification.receipt or {}
            told = Told(0.0, what, {"token": receipt.get("token", ""), "state": what}, signed=True)
            changed = self._mishaps.changed([told], "receipts", "push", notification.owner)
            self._plan("push", receipt.get("url"), changed)
            wake()

        return report

    def taken(self, post: Post, text: str) -> None:
        """What the customer's server says to an incoming text is sent to whoever wrote it."""
        answer = next((one for one in self._answers.all() if one.id == post.answer), None)
        if post.kind != "twilio" or answer is None:
            return
        self._store.add(*(_reply(answer, words) for words in _words(text)))

    def _plan_receipts(self, message: Message, told: list[Told]) -> None:
        mail = message.channel == "email"
        url = self.targets.sendgrid_events if mail else message.status_callback
        url = url if message.reported else None
        changed = self._mishaps.changed(told, "receipts", message.channel, message.to) if url else []
        self._plan("events" if mail else "twilio", url, changed, message=message.id)

    def _plan(self, kind: Kind, url: str | None, told: list[Told], **about: int) -> None:
        now = time.time()
        self._posts.add(
            [Post(kind=kind, url=url, due=now + one.after, **_fields(one), **about) for one in told if url is not None]
        )


def _fields(told: Told) -> dict[str, Any]:
    return {"what": told.what, "content": told.content, "signed": told.signed}


def _words(twiml: str) -> list[str]:
    """The messages that TwiML asks to be sent."""
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314  it comes from the customer's own server
    except ElementTree.ParseError:
        return []
    found = ("".join(message.itertext()).strip() for message in root.iter("Message"))
    return [words for words in found if words]


def _reply(answer: Answer, words: str) -> Message:
    return Message(
        channel=answer.channel,
        to=answer.sender,
        sender=answer.to,
        text=words,
        provider_id=f"SM{secrets.token_hex(16)}",
        time=datetime.now(UTC),
    )
