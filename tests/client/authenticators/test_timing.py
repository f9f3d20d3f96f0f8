"""How long an answer takes tells nobody whether there is such an account."""

import statistics
import time

import pytest

from models import failures
from tests.client.authenticators.conftest import Desk

ROUNDS = 150
ALIKE = 0.25  # of the time; what an unknown account costs less would be far more without the secrets of nobody


@pytest.mark.parametrize("code", ["000000", "k3vd-7m0x-2hqp"])
def test_known_and_unknown_accounts_take_as_long(desk: Desk, code: str) -> None:
    """The same queries, the same deciphering, the same hashes. Medians, of tries taken in turn."""
    desk.confirmed("alice")
    took: dict[str, list[float]] = {"alice": [], "bob": [], "nobody": []}
    for _ in range(ROUNDS):
        for user, times in took.items():
            with desk.database.session() as session:
                failures.forget(session, user)
            began = time.perf_counter()
            assert desk.guess(user, code) == "Refused"
            times.append(time.perf_counter() - began)
    medians = [statistics.median(times) for times in took.values()]
    assert max(medians) - min(medians) < ALIKE * min(medians), medians
