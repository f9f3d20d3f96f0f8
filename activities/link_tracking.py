"""The links of a message led by way of us, before it is written down; unless its person does not want that."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.contact.consent import OptIn, Statement, needed, objection
from domain.delivery import ChannelName
from domain.links.content import left_alone, shortened
from domain.links.scope import TRACKING
from domain.links.shortening import Numbering, Shortener
from models.links import Link
from models.messages import Message


@dataclass(frozen=True, slots=True)
class Written:
    """A message in words, and its short links, which are kept after it."""

    message: Message
    links: list[Link]


@dataclass(frozen=True, slots=True)
class LinkTracking:
    """Without a `shortener` links stay as they are."""

    shortener: Shortener | None
    opt_ins: Mapping[str, OptIn]

    def apply(self, said: Iterable[Statement], message: Message, untracked: Collection[str]) -> Written:
        """Shorten the links of a message to a person who has said this.

        `untracked` are the texts in it whose links are nobody's to count.
        """
        mail = message.channel == ChannelName.EMAIL
        if not (self.shortener or mail):
            return Written(message, [])
        wished = objection(said, TRACKING, message.channel, needed(self.opt_ins, TRACKING)) is None
        if mail and (self.shortener or not wished):
            # Otherwise SendGrid may wrap ours a second time, or those of somebody who does not want it.
            message.content = {**message.content, "wrap_links": False}
        if not (self.shortener and wished and self.shortener.covers(transactional=message.transactional)):
            return Written(message, [])
        numbering = Numbering(self.shortener, message.id, left_alone(message.content, untracked))
        message.content = shortened(message.content, message.channel, numbering)
        found = enumerate(numbering.found.items(), start=1)
        return Written(message, [_link(message.id, position, *one) for position, one in found])


def _link(message: str, position: int, address: str, link: str) -> Link:
    return Link(id=link, message_id=message, position=position, url=address)
