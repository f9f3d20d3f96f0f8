"""One attempt's time with the provider: wait for a turn, then ask about the message or send it.

What the provider has said is known here alone, so PostgreSQL is told until it hears or the attempt has to end.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from temporalio.exceptions import ApplicationError

from activities.attempts import Attempt
from activities.books import Books
from activities.failures import ASK_AFTER, LONGEST_CALL, consequence, try_again
from activities.gate import Gate, Turn, Waits
from activities.tally import count_held, count_message
from channels.protocol import Accepted, Channel, ChannelError, Failure
from domain.errors import Unreachable
from domain.line import Entry

PAUSE_S = 0.5  # between two tries to tell PostgreSQL

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """The journey's time of an attempt, and when it has to end: by then another one may be under way."""

    now: datetime
    ends: datetime
    real_now: Callable[[], datetime]

    def until(self, entry: Entry | None) -> timedelta | None:
        """How long it is until an entry."""
        return max(entry.at - self.real_now(), timedelta(milliseconds=1)) if entry else None

    def write_down(self, what: Callable[[], T]) -> T:
        """Have it written, also by a PostgreSQL that is away for a moment. Raises Unreachable."""
        while True:
            try:
                return what()
            except Unreachable as error:
                if self.real_now() >= self.ends:
                    raise
                log.warning("delivery.unwritten", why=str(error))
                time.sleep(PAUSE_S)


@dataclass(frozen=True, slots=True)
class HandingOver:
    """An attempt and the channel that it goes by."""

    books: Books[Any]
    gate: Gate
    channel: Channel
    attempt: Attempt
    limits: Limits

    def run(self) -> Accepted | None:
        """Accepted if the provider has it; None if it is to be decided anew what comes next.

        Raises ApplicationError to be run again.
        """
        with self._turn() as turn:
            if self.limits.real_now() + LONGEST_CALL > self.limits.ends:
                log.warning("delivery.late", message=self.attempt.message.id)
                raise self._back("Late", "this attempt was held up for too long to begin")
            return self._ask(turn) if self.attempt.in_doubt else self._send(turn)

    @contextmanager
    def _turn(self) -> Iterator[Turn]:
        with ExitStack() as leaving:
            try:
                turn = leaving.enter_context(self.gate.passing(self.channel, self.attempt.slot))
            except Waits as waits:
                log.info("message.waits", message=self.attempt.message.id, channel=self.channel.name, why=str(waits))
                count_held(self.channel.name, str(waits))
                raise self._back("Waits", str(waits), waits.entry) from None
            except Unreachable as error:  # its line could not be read
                log.warning("delivery.waits", why=str(error))
                raise self._back("Unreachable", str(error)) from error
            yield turn

    def _ask(self, turn: Turn) -> Accepted | None:
        message = self.attempt.message
        try:
            known = self.books.claimed(message)
            found = self.channel.find(self.books.outgoing(message), message.reserved_real_at, known)
        except ChannelError as error:
            entry = self.gate.failed(turn, error)
            self._log(error, "message.in_doubt")
            after = error.retry_after or ASK_AFTER
            raise self._back(error.failure, f"asking: {error}", entry, after=after) from error
        if found:  # if not, the send that follows tells whether the provider is back
            self.gate.answered(turn)
        else:  # much may have changed since it was reserved
            self._put_back(replace(self.attempt, in_doubt=False))
        return found

    def _send(self, turn: Turn) -> Accepted | None:
        try:
            accepted = self.channel.send(self.books.outgoing(self.attempt.message))
        except ChannelError as error:
            self._refused(error, self.gate.failed(turn, error))
            return None
        self.gate.answered(turn)
        return accepted

    def _refused(self, error: ChannelError, entry: Entry | None) -> None:
        result, message, limits = consequence(error), self.attempt.message, self.limits
        limits.write_down(lambda: self.books.fail(message, result.state, error, limits.now, entry))
        count_message(message.channel, result.state)
        self._log(error, "message.refused")
        if result.retry:
            raise try_again(error.failure, str(error), limits.until(entry) or result.after) from error

    def _back(
        self, failure: str, detail: str, entry: Entry | None = None, after: timedelta | None = None
    ) -> ApplicationError:
        """Free the message for the attempt that this error asks for."""
        error = try_again(failure, detail, self.limits.until(entry) or after)
        self._put_back(self.attempt, entry)
        return error

    def _put_back(self, attempt: Attempt, entry: Entry | None = None) -> None:
        self.limits.write_down(lambda: self.books.put_back(attempt, entry))

    def _log(self, error: ChannelError, event: str) -> None:
        level = logging.ERROR if error.failure is Failure.CONFIGURATION else logging.WARNING  # errors alert
        log.log(level, event, channel=self.channel.name, reason=error.reason, detail=str(error))
