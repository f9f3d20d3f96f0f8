"""The providers of a test: they take every message, unless the test says otherwise."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import repeat

from channels.protocol import ChannelError, Failure
from domain.delivery import ChannelName
from testkit.mistakes import unknown
from testkit.times import read_duration

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

CHANNELS = tuple(map(str, ChannelName))


class Provider:
    """What providers answer, channel by channel; `channel` None is all of them.

    Each call replaces what was said of the channel before.
    """

    def __init__(self) -> None:
        self._plans: dict[str, Iterator[ChannelError]] = {}

    def fails(
        self,
        channel: str | None = None,
        *,
        times: int | None = None,
        permanent: bool = False,
        retry_after: str | timedelta = "10m",
        reason: str | None = None,
    ) -> None:
        """Refuse the next `times` sends, or all: for now, to be tried again after that long, or for good.

        A permanent failure ends the person's address on the channel, as it does in production.
        """
        if permanent:
            error = ChannelError(Failure.PERMANENT, reason or "refused", "the provider refuses this address")
        else:
            after = read_duration(retry_after)
            error = ChannelError(Failure.TRANSIENT, reason or "unavailable", "the provider is busy", after)
        self._plan(channel, error, times)

    def loses(self, channel: str | None = None, *, times: int | None = None) -> None:
        """Hang up in the middle of a send: whether it went out is unknown, and nobody can be asked."""
        self._plan(channel, ChannelError(Failure.AMBIGUOUS, "interrupted", "the provider hung up"), times)

    def works(self, channel: str | None = None) -> None:
        """Take everything again."""
        for name in _named(channel):
            self._plans.pop(name, None)

    def answer(self, channel: str) -> ChannelError | None:
        """What becomes of the send at hand, None when it is taken; an error of its own each time, to be raised."""
        error = next(self._plans.get(channel, iter(())), None)
        return ChannelError(error.failure, error.reason, str(error), error.retry_after) if error else None

    def _plan(self, channel: str | None, error: ChannelError, times: int | None) -> None:
        for name in _named(channel):
            self._plans[name] = repeat(error) if times is None else repeat(error, times)


def _named(channel: str | None) -> Iterable[str]:
    if channel is not None and channel not in CHANNELS:
        raise unknown("channel", channel, CHANNELS)
    return CHANNELS if channel is None else (str(channel),)
