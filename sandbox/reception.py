"""Where both providers hand in what they accept: it is kept, and what is to be told of it is planned."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sandbox.answers import Answers
from sandbox.mishaps import Mishaps
from sandbox.reporter import Reporter
from sandbox.store import Message, Store

Accept = Callable[[Sequence[Message]], list[Message]]
Ending = tuple[str, int | None]

# Meta takes anything for a day after the person wrote, and then approved words alone, up to a length. Twilio accepts
# the message all the same, and tells later.
WINDOWED = frozenset({"whatsapp", "messenger"})
WINDOW = timedelta(hours=24)
OUTSIDE: Ending = ("failed", 63016)
LONGEST_COPY = 1024  # characters of approved words with what fills them
TOO_LONG: Ending = ("failed", 63021)


class Reception:
    """For messages of both."""

    def __init__(
        self,
        store: Store,
        answers: Answers,
        mishaps: Mishaps,
        reporter: Reporter,
        wake: Callable[[], None],
        delivered_after: float,
    ) -> None:
        self._store, self._answers, self._mishaps = store, answers, mishaps
        self._reporter, self._wake = reporter, wake
        self._delivered_after = delivered_after

    def accept(self, messages: Sequence[Message]) -> list[Message]:
        """The messages with their ids. They are on file when this returns, so answer only then."""
        kept = self._store.add(*map(self._fated, messages))
        self._reporter.expect(kept)
        self._wake()
        return kept

    def _fated(self, message: Message) -> Message:
        """With what it will end as."""
        refused = self._refused(message) or self._mishaps.ending(message.channel, message.to)
        ending, code = refused or (None, None)
        fate = {"delivered_after": self._delivered_after, "ending": ending, "error_code": code}
        return message.model_copy(update=fate)

    def _refused(self, message: Message) -> Ending | None:
        if message.channel not in WINDOWED:
            return None
        if message.content_sid:
            return TOO_LONG if len(message.text or "") > LONGEST_COPY else None
        written = self._answers.newest(message.channel, message.to)
        return None if written and message.time - written.time < WINDOW else OUTSIDE
