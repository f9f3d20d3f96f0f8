"""What the sending protocol asks before and after it calls a provider: whether this is the time for it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels.protocol import Channel, ChannelError
from domain.line import Entry


@dataclass(frozen=True, slots=True)
class Turn:
    """One message's leave to go to the provider of its channel. A `probe` finds out whether it is back."""

    channel: Channel
    probe: bool = False


class Waits(Exception):
    """The message has to come back: at `entry.at` or, without an entry, as its retries have it."""

    def __init__(self, entry: Entry | None = None) -> None:
        super().__init__(str(entry.why) if entry else "crowded")
        self.entry = entry


class Gate(Protocol):
    """Rates, what providers ask for, and what protects them and us when one is down."""

    def passing(self, channel: Channel, slot: datetime | None) -> AbstractContextManager[Turn]:
        """A turn, for as long as the message is with the provider; `slot` is its own, if it has one. Raises Waits."""
        ...

    def failed(self, turn: Turn, error: ChannelError) -> Entry | None:
        """The provider has not taken it; when to come back, if that is not for this message alone to decide."""
        ...

    def answered(self, turn: Turn) -> None:
        """The provider is there."""
        ...


class OpenGate:
    """Everybody passes: for tests of other things."""

    @contextmanager
    def passing(self, channel: Channel, slot: datetime | None) -> Iterator[Turn]:
        """As the protocol says."""
        yield Turn(channel)

    def failed(self, turn: Turn, error: ChannelError) -> Entry | None:
        """As the protocol says."""
        return None

    def answered(self, turn: Turn) -> None:
        """As the protocol says."""
