"""Where both providers hand in what they accept: it is kept, and what is to be told of it is planned."""

from collections.abc import Callable, Sequence

from sandbox.mishaps import Mishaps
from sandbox.reporter import Reporter
from sandbox.store import Message, Store

Accept = Callable[[Sequence[Message]], list[Message]]


class Reception:
    """For messages of both."""

    def __init__(
        self, store: Store, mishaps: Mishaps, reporter: Reporter, wake: Callable[[], None], delivered_after: float
    ) -> None:
        self._store, self._mishaps, self._reporter, self._wake = store, mishaps, reporter, wake
        self._delivered_after = delivered_after

    def accept(self, messages: Sequence[Message]) -> list[Message]:
        """The messages with their ids. They are on file when this returns, so answer only then."""
        kept = self._store.add(*map(self._fated, messages))
        self._reporter.expect(kept)
        self._wake()
        return kept

    def _fated(self, message: Message) -> Message:
        """With what it will end as."""
        ending, code = self._mishaps.ending(message.channel, message.to) or (None, None)
        fate = {"delivered_after": self._delivered_after, "ending": ending, "error_code": code}
        return message.model_copy(update=fate)
