"""The people of a test, checked by the same rules as those whom a backend signs up."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from client.inputs import Profile
from client.records import DEFAULT_LOCALE
from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.identifiers import zone as zone_of
from domain.journey.program import Program
from domain.verification.contacts import CONTACT_OF, Contact

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

PHONE = "+14155550123"
EMAIL = "person@example.com"


@dataclass(slots=True)
class Person:
    """Somebody in a test, in one journey or in several.

    `addresses` are by channel, and so is why one `ended` and which are `verified`.
    """

    user: str
    locale: str = DEFAULT_LOCALE
    zone: str | None = None
    channels: tuple[str, ...] = ()
    addresses: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)

    def learn(self, news: dict[str, Any]) -> None:
        """Take what a sign-up says; what it leaves out stays as it is. Raises BadInput as the client does."""
        given = Profile.of({"user_id": self.user, **{name: plain(value) for name, value in news.items()}})
        addresses = self.addresses | given.addresses
        if lacking := [str(channel) for channel in given.channels if channel not in addresses]:
            raise BadInput(f"channels: {', '.join(lacking)} needs an address; leave phone and email to the kit")
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
