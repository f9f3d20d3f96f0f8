"""The words of delivery: channels, what becomes of messages, what receipts say of them, and decisions about them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.suppression import Reason


class ChannelName(StrEnum):
    """The channels a journey may name."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"  # a call that reads the message out
    MESSENGER = "messenger"
    PUSH = "push"  # a notification of the person's browsers
    IN_APP = "in_app"  # the inbox in the customer's own pages


# The contact of a person by which a channel reaches them.
CONTACTS: Mapping[ChannelName, str] = {
    ChannelName.SMS: "phone",
    ChannelName.WHATSAPP: "phone",
    ChannelName.VOICE: "phone",
    ChannelName.EMAIL: "email",
    ChannelName.MESSENGER: "messenger",
}
# Everybody has these, or gets them by what their own browser does: a profile gives no contact for them.
NEED_NO_CONTACT = frozenset(ChannelName) - CONTACTS.keys()


class Outcome(StrEnum):
    """What became of a `send` step, when the step ends."""

    SENT = "sent"  # a provider has accepted it
    FAILED = "failed"  # every channel refused it for good, or none took it in time
    SKIPPED = "skipped"  # decided not to send; the decision holds the reason
    UNKNOWN = "unknown"  # it may have gone out and nobody can be asked


class Reported(StrEnum):
    """What receipts say of a message that a provider has taken; each outdoes those before it, in whatever order."""

    DELIVERED = "delivered"
    FAILED = "failed"  # undelivered or bounced after all; some bounce later than they are delivered
    OPENED = "opened"
    CLICKED = "clicked"


class Fate(StrEnum):
    """What became of a `send` step, as conditions ask for it: how it ended, or what receipts have said since."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


REPORTED = frozenset(map(str, Reported))  # the fates that a receipt can tell of
RANK = {reported: rank for rank, reported in enumerate(Reported)}
# A message that was opened was delivered, and one that was clicked was opened.
IMPLIES: Mapping[str | None, frozenset[Fate]] = {
    Reported.DELIVERED: frozenset({Fate.DELIVERED}),
    Reported.FAILED: frozenset({Fate.FAILED}),
    Reported.OPENED: frozenset({Fate.DELIVERED, Fate.OPENED}),
    Reported.CLICKED: frozenset({Fate.DELIVERED, Fate.OPENED, Fate.CLICKED}),
}


class MessageState(StrEnum):
    """The life of one message on one channel."""

    SENDING = "sending"  # reserved; from here until recorded it may or may not be with the provider
    RETRYING = "retrying"  # known not to be with the provider; it will be tried again
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """The answer of a decision."""

    ALLOWED = "allowed"
    HELD = "held"  # not now; it is decided again at a known instant
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of the person on one channel. `ended_reason` tells why nothing goes there any more.

    `suppressed` are the reasons not to write to that address, whoever's it is.
    """

    channel: str
    address: str
    ended_reason: str | None = None
    suppressed: tuple[Reason, ...] = ()
    verified: bool = False  # whether the person has shown that it is theirs


@dataclass(frozen=True, slots=True)
class Decision:
    """One channel's answer, with the rule that gave it and what the rule looked at (never the address itself).

    `until` is when a held message is decided on again.
    """

    channel: str | None
    verdict: Verdict
    rule: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)


def conclude(states: Sequence[str]) -> Outcome | None:
    """What a step's messages say of its outcome, None while it is still open or another channel may be tried."""
    if MessageState.ACCEPTED in states:
        return Outcome.SENT
    return Outcome.UNKNOWN if MessageState.UNKNOWN in states else None


def outdoes(one: Reported, other: Reported | None) -> bool:
    """Whether a receipt tells more than what is known already.

    >>> outdoes(Reported.OPENED, Reported.DELIVERED), outdoes(Reported.DELIVERED, Reported.OPENED)
    (True, False)
    """
    return other is None or RANK[one] > RANK[other]


def became(fate: Fate, ended: str | None, reported: str | None) -> bool:
    """Whether a step has this fate, by how it ended and by the receipt that tells most; `sent` is what it stays.

    >>> became(Fate.DELIVERED, "sent", "clicked"), became(Fate.SENT, "sent", "failed")
    (True, True)
    """
    return fate == ended or fate in IMPLIES.get(reported, ())
