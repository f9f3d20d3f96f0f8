"""How long an answer takes tells nobody whether there is such an account: the same work is done for each."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from client.authenticators.checking import Checks
from client.authenticators.vault import Vault
from models import failures
from runtime.sealing import Seals
from tests.client.authenticators.conftest import Desk

ROUNDS, ATTEMPTS = 60, 4
ALIKE = 0.2  # of the time; the test of what is done is the sharp one, this one would notice what that forgets
WRONG = pytest.mark.parametrize("code", ["000000", "k3vd-7m0x-2hqp"])


class CountedSeals(Seals):
    """Counts what it is asked to open."""

    opens = 0

    def opened(self, sealed: str) -> str:
        """As always."""
        self.opens += 1
        return super().opened(sealed)


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """What PostgreSQL is asked meanwhile."""
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(desk.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(desk.database.engine, "before_cursor_execute", note)


@WRONG
def test_the_same_is_asked_and_as_much_deciphered_for_known_and_unknown_accounts(desk: Desk, code: str) -> None:
    """Statement by statement."""
    desk.confirmed("alice")
    seals = CountedSeals(desk.keys)
    desk.checks = Checks(desk.database, Vault(seals))
    work = []
    for user in ("nobody", "nobody", "alice", "bob"):  # the first time the secrets of nobody are made
        with desk.database.session() as session:
            failures.forget(session, user)
        seals.opens = 0
        with statements(desk) as asked:
            assert desk.guess(user, code) == "Refused"
        work.append((seals.opens, asked))
    assert work[0] == work[1] == work[2] == work[3]
    assert work[0][0] == 1


@WRONG
def test_known_and_unknown_accounts_take_as_long(desk: Desk, code: str) -> None:
    """A difference in the work would show each time; the noise of a busy machine does not."""
    desk.confirmed("alice")
    found = []
    for _ in range(ATTEMPTS):
        found.append(typical_times(desk, code))
        if max(found[-1]) - min(found[-1]) < ALIKE * min(found[-1]):
            return
    pytest.fail(f"{found}")


def typical_times(desk: Desk, code: str) -> list[float]:
    """Of known and unknown accounts, tried in turn: the time that a quarter of the answers stay below."""
    took: dict[str, list[float]] = {"alice": [], "bob": [], "nobody": []}
    for _ in range(ROUNDS):
        for user, times in took.items():
            with desk.database.session() as session:
                failures.forget(session, user)
            began = time.perf_counter()
            assert desk.guess(user, code) == "Refused"
            times.append(time.perf_counter() - began)
    return [statistics.quantiles(times)[0] for times in took.values()]
