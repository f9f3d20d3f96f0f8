"""Calls that could be read, and are refused when they are to be stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from api import segment_taking
from api.meters import Meters
from api.parts import Parts
from client.accepted import Accepted
from client.inputs import Happened, Item
from domain.errors import BadInput, Unreachable
from tracking.batches import Reading, Refused


@dataclass
class Choosy:
    """Takes all in one piece, or refuses all of it because of Bob."""

    meters: Meters = field(default_factory=lambda: Meters(lambda: None))
    taken: list[Item] = field(default_factory=list)
    tries: int = 0

    async def take(self, items: Sequence[Item], *, strangers: bool) -> Accepted:
        """As the real one."""
        self.tries += 1
        if any(item.user_id == "eve-1" for item in items):
            raise Unreachable("the database is away")
        if any(item.user_id == "bob-1" for item in items):
            raise BadInput("nothing of Bob's")
        self.taken += items
        return Accepted(len(items), 0)


def calls(*users: str) -> Reading:
    """An event of each, at its place."""
    items: list[Any] = [Happened(user_id=user, name="First Project") for user in users]
    return Reading(items=items, places=list(range(len(items))))


async def take(parts: Choosy, reading: Reading) -> list[Refused]:
    """Take it."""
    return await segment_taking.take(cast(Parts, parts), reading)


async def test_a_call_that_is_refused_stands_alone_in_the_end() -> None:
    """All others are taken, in their order, in few transactions."""
    users = [f"alice-{n}" for n in range(100)]
    users[37] = users[38] = "bob-1"
    parts = Choosy()
    refused = await take(parts, calls(*users))
    assert refused == [Refused(37, "nothing of Bob's"), Refused(38, "nothing of Bob's")]
    assert [item.user_id for item in parts.taken] == [user for user in users if user != "bob-1"]
    assert parts.tries < 30


async def test_what_was_refused_before_is_told_with_it() -> None:
    """In the order of the request."""
    reading = calls("bob-1", "alice-1")
    reading.rejected = [Refused(2, "no call at all")]
    assert [one.index for one in await take(Choosy(), reading)] == [0, 2]


async def test_a_database_that_is_away_is_no_refusal() -> None:
    """The client sends it all again."""
    with pytest.raises(Unreachable):
        await take(Choosy(), calls("alice-1", "eve-1", "bob-1"))
