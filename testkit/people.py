"""The people of a test, checked by the same rules as those whom a backend signs up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from client.inputs import Profile
from client.records import DEFAULT_LOCALE
from domain.contact.consent import ALL_CHANNELS, OptIn, Statement
from domain.delivery import NEED_NO_CONTACT, ChannelName
from domain.errors import BadInput
from domain.identifiers import zone as zone_of
from domain.journey.program import Program
from domain.verification.contacts import CONTACT_OF, Contact

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

PHONE = "+14155550123"
EMAIL = "person@example.com"
MOMENT = timedelta(microseconds=1)
GIVEN_BY = {"push": "push needs browser=True", "messenger": "messenger needs messenger=, an id"}


@dataclass(slots=True)
class Person:
    """Somebody in a test, in one journey or in several.

    `addresses` are by channel, and so is why one `ended` and which are `verified`; everybody has an inbox. `said` is
    what they agreed to and took back, oldest first.
    """

    user: str
    locale: str = DEFAULT_LOCALE
    zone: str | None = None
    channels: tuple[str, ...] = ()
    addresses: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=lambda: set(NEED_NO_CONTACT))
    said: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.addresses = {str(ChannelName.IN_APP): self.user, **self.addresses}

    def get_browser(self) -> None:
        """They have allowed notifications in one."""
        self.addresses = {**self.addresses, str(ChannelName.PUSH): self.user}

    def say(self, topic: str, given: bool, now: datetime, channel: str = ALL_CHANNELS, kind: str = "express") -> None:
        """They agree, or take it back; of two things said at one time the second is the later."""
        if kind not in set(OptIn):
            raise BadInput(f"there is no consent of the kind {kind!r}; there is {', '.join(OptIn)}")
        self.said.append(Statement(topic, channel, given, now + len(self.said) * MOMENT, OptIn(kind)))

    def agree(self, agreed: Sequence[str] | Mapping[str, str], now: datetime) -> None:
        """To topics, each in a way if that is told."""
        for topic, kind in (agreed if isinstance(agreed, Mapping) else dict.fromkeys(agreed, "express")).items():
            self.say(topic, given=True, now=now, kind=kind)

    def learn(self, news: dict[str, Any]) -> None:
        """Take what a sign-up says; what it leaves out stays as it is. Raises BadInput as the client does."""
        given = Profile.of({"user_id": self.user, **{name: plain(value) for name, value in news.items()}})
        addresses = self.addresses | given.addresses
        if lacking := [str(channel) for channel in given.channels if channel not in addresses]:
            missing = ", ".join(GIVEN_BY.get(channel, f"{channel} needs an address") for channel in lacking)
            raise BadInput(f"channels: {missing}; leave phone and email to the kit")
        self.locale = given.locale or self.locale
        self.zone = given.zone or self.zone
        self.channels = tuple(map(str, given.channels)) or self.channels
        for channel in (name for name, address in addresses.items() if address != self.addresses.get(name)):
            self.ended.pop(channel, None)
            self.verified.discard(channel)
        self.addresses = addresses
        self.attributes = {**self.attributes, **given.attributes}

    def verify(self, contact: Contact) -> None:
        """They have shown that it is theirs. Raises BadInput for a contact point that they do not have."""
        channels = {channel for channel in self.addresses if CONTACT_OF.get(ChannelName(channel)) is contact}
        if not channels:
            raise BadInput(f"{self.user} has no {contact} to verify; leave phone and email to the kit")
        self.verified |= channels

    def zone_in(self, program: Program) -> tzinfo:
        """Where the person's clocks stand in this journey: their own zone, then the journey's, then UTC."""
        return zone_of(self.zone or program.journey.zone or "UTC")


def plain(value: Any) -> Any:
    """The value as a backend would send it: instants as ISO 8601 text."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
