"""Small real classes that stand in for providers where a test is not about providers."""

from collections.abc import Callable, Collection
from datetime import datetime

from channels.protocol import Accepted, ChannelError, Outgoing
from testkit.provider import Provider


class FakeChannel:
    """Accepts everything, unless told what to raise next. `taken` is what the provider has."""

    def __init__(self, name: str, *, can_ask: bool = True) -> None:
        self.name = name
        self.can_ask = can_ask
        self.taken: list[Outgoing] = []
        self.raises: list[ChannelError | None] = []
        self.takes_anyway = False  # accept the message, and raise all the same
        self.on_send: Callable[[], object] = lambda: None  # what else happens while the provider is busy

    def send(self, message: Outgoing) -> Accepted:
        """As the protocol says."""
        self.on_send()
        error = self.raises.pop(0) if self.raises else None
        if error is None or self.takes_anyway:
            self.taken.append(message)
        if error is not None:
            raise error
        return Accepted(f"{self.name}-{len(self.taken)}")

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """As the protocol says: by what it has taken."""
        for number, taken in enumerate(self.taken, 1):
            if taken.message_id == message.message_id and f"{self.name}-{number}" not in claimed:
                return Accepted(f"{self.name}-{number}")
        return None


class ToldChannel(FakeChannel):
    """Answers as the test's provider was told to. Nobody can be asked, so an interrupted send stays unknown."""

    def __init__(self, name: str, provider: Provider) -> None:
        super().__init__(name, can_ask=False)
        self._provider = provider

    def send(self, message: Outgoing) -> Accepted:
        """As the protocol says."""
        if error := self._provider.answer(self.name):
            raise error
        return super().send(message)
