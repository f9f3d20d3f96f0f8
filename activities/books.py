"""What the sending protocol asks of a kind of delivery: its transactions."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, TypeVar

from activities.attempts import Attempt, Busy
from activities.orders import Delivered
from channels.protocol import Accepted, ChannelError, Outgoing
from domain.delivery import MessageState
from domain.line import Entry
from models.messages import Message


class Templated(Protocol):
    """What is asked for, as far as all of it is alike."""

    @property
    def template(self) -> str: ...


Order = TypeVar("Order", bound=Templated, contravariant=True)


class Books(Protocol[Order]):
    """The transactions of a kind of delivery; each method is one."""

    def next(self, order: Order, now: datetime, real_now: datetime) -> Attempt | Busy | Delivered:
        """Settle from what is known, or reserve the message that is to be sent next."""
        ...

    def outgoing(self, message: Message) -> Outgoing:
        """The message as its channel takes it; the same each time."""
        ...

    def accept(self, order: Order, message: Message, accepted: Accepted, now: datetime) -> Delivered:
        """The provider has it."""
        ...

    def fail(
        self, message: Message, state: MessageState, error: ChannelError, now: datetime, entry: Entry | None = None
    ) -> None:
        """The channel has not taken it; `entry` is when it comes back, if that is known."""
        ...

    def put_back(self, attempt: Attempt, entry: Entry | None = None) -> None:
        """This attempt leaves the message as it found it, or to wait for its entry."""
        ...

    def forget_hope(self, message: Message, reason: str, now: datetime) -> None:
        """Nobody can tell whether it went out."""
        ...

    def claimed(self, message: Message) -> Collection[str]:
        """Provider ids that belong to other messages to this address."""
        ...
