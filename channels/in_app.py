"""Messages in the customer's own pages. Nobody carries them: they are stored with us, and browsers fetch them."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from channels.protocol import Accepted, ChannelError, Failure, Outgoing
from domain.errors import Unreachable


class Inboxes(Protocol):
    """Where messages are stored; whoever puts the process together has it."""

    def put(self, message_id: str, title: str, text: str, link: str | None) -> bool:
        """Store it once, however often this is called; False if its person is gone. Raises Unreachable."""
        ...

    def has(self, message_id: str) -> bool:
        """Whether it is stored. Raises Unreachable."""
        ...


class InApp:
    """The inbox of a person, who is known by their user id and needs no address."""

    name = "in_app"
    provider = "homing"
    sender = "homing"
    can_ask = True
    repeatable = True  # stored under the message's id

    def __init__(self, inboxes: Inboxes) -> None:
        self._inboxes = inboxes

    def send(self, message: Outgoing) -> Accepted:
        """Store it. Raises ChannelError."""
        title = (message.title or "").strip()
        try:
            stored = self._inboxes.put(message.message_id, title, message.text.strip(), message.link or None)
        except Unreachable as error:
            raise ChannelError(Failure.AMBIGUOUS, "unreachable", str(error)) from error
        if not stored:
            raise ChannelError(Failure.PERMANENT, "unknown_person", "the person was erased")
        return Accepted(message.message_id)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """The message, if it is stored. Raises ChannelError."""
        try:
            return Accepted(message.message_id) if self._inboxes.has(message.message_id) else None
        except Unreachable as error:
            raise ChannelError(Failure.TRANSIENT, "unreachable", str(error)) from error
