"""The keys of a local stack: made anew at each start, so that those of yesterday open nothing."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from domain.keys import Scope, admits, read_key
from models import keys
from models.database import Database
from stack.plan import plan
from stack.preparation import make_keys


def works(database: Database, text: str) -> bool:
    """Whether the API would let this key in."""
    given = read_key(text)
    assert given is not None
    with database.session() as session:
        return admits(keys.known(session, given.id), given, datetime.now(UTC))


def test_each_start_has_keys_of_its_own(database: Database, state_dir: Path) -> None:
    """An API key that may do everything, a write key, and an end to those before."""
    first, second = (plan(state_dir, 1, ExitStack(), lambda _: None) for _ in range(2))
    make_keys(first, database)
    make_keys(second, database)
    assert [works(database, key) for key in (first.api_key, first.write_key)] == [False, False]
    assert [works(database, key) for key in (second.api_key, second.write_key)] == [True, True]
    with database.session() as session:
        opened = keys.known(session, second.api_key.split("_")[2])
    assert opened is not None
    assert all(opened.opens(scope) for scope in Scope)
