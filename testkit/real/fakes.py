"""Small real classes that stand in for providers where a test is not about providers."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from temporalio import activity

from channels.protocol import Accepted, ChannelError, Failure, Outgoing
from testkit.provider import Provider

AT_ONCE = timedelta(seconds=1)


class FakeChannel:
    """Accepts everything, unless told what to raise next. `taken` is what the provider has."""

    def __init__(self, name: str, *, can_ask: bool = True, repeatable: bool = False) -> None:
        self.name = name
        self.provider, self.sender, self.repeatable = "fake", f"our {name}", repeatable
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
        self._not_before: dict[str, datetime] = {}  # when a message may be tried again

    def send(self, message: Outgoing) -> Accepted:
        """As the protocol says.

        A server with virtual time tries again too early: each time that a workflow's clock has been moved. Such a try
        is not one of those that the test has counted.
        """
        now = activity.info().started_time
        left = self._not_before.get(message.message_id, now) - now
        if left > AT_ONCE:
            raise ChannelError(Failure.TRANSIENT, "unavailable", "the provider is still busy", left)
        if error := self._provider.answer(self.name):
            self._not_before[message.message_id] = now + (error.retry_after or AT_ONCE)
            raise error
        return super().send(message)
