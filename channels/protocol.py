"""What every channel is: it sends one message, and, where its provider can be asked, finds one it sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Failure(StrEnum):
    """What a failed send means for the message, whoever the provider is."""

    PERMANENT = "permanent"  # this address will not take it: try the next channel
    TRANSIENT = "transient"  # not now: try again, after `retry_after` if the provider said so
    AMBIGUOUS = "ambiguous"  # it may have been taken: ask before trying again
    CONFIGURATION = "configuration"  # our mistake, nobody's bounce: alert and hold


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One rendered message. `message_id` is ours, stable over retries; `to` is E.164 or an e-mail address.

    `locale` is that of its words, for a channel that reads them out.
    """

    message_id: str
    to: str
    text: str
    subject: str | None = None
    html: str | None = None
    unsubscribe: str | None = None  # the link by which a mail program unsubscribes with one click
    wrap_links: bool = True  # whether the provider may put links of its own in place of these, to count clicks
    locale: str | None = None
    title: str | None = None  # of a notification, and the link that it opens
    link: str | None = None
    keys: Mapping[str, str] | None = None  # that may be pressed during a call, and what each says
    content_sid: str | None = None  # the provider's approved copy of the text, to be sent in its place,
    content_variables: Mapping[str, str] | None = None  # and what fills it


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message and calls it `provider_id`."""

    provider_id: str


class ChannelError(Exception):
    """A send that did not end in acceptance.

    `reason` is a provider-neutral word for decisions and reports (opted_out, invalid_address, rate_limited ...);
    the message is for engineers and holds the provider's code, never the person's address.
    """

    def __init__(self, failure: Failure, reason: str, detail: str, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.failure = failure
        self.reason = reason
        self.retry_after = retry_after


class Channel(Protocol):
    """One way to reach a person."""

    name: str
    provider: str  # who carries it: twilio, sendgrid
    sender: str  # whom it comes from, and what the provider counts its limits by
    can_ask: bool  # whether `find` can tell what became of an interrupted send
    repeatable: bool  # whether nobody notices a second send of the same message id: then nobody need be asked

    def send(self, message: Outgoing) -> Accepted:
        """Hand the message to the provider. Raises ChannelError for anything but acceptance."""
        ...

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """The message if the provider took it at or after `since` and its id is not in `claimed`, else None.

        Raises ChannelError when the provider cannot answer now: its failure is then about the question and
        says nothing about the message. Only called when `can_ask`.
        """
        ...
