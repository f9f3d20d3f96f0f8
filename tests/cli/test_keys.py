"""Keys of the API from the command line: made, shown once, listed, rotated, revoked."""

from datetime import UTC, datetime

import pytest

from domain.keys import admits, read_key
from models import keys
from models.database import Database
from tests.cli.conftest import Said, Terminal


def key_in(said: Said) -> str:
    """The key is the whole first line, for scripts."""
    return said.out.splitlines()[0]


def works(database: Database, text: str) -> bool:
    """Whether the API would let this key in."""
    given = read_key(text)
    assert given is not None
    with database.session() as session:
        return admits(keys.known(session, given.id), given, datetime.now(UTC))


def test_a_new_key_is_shown_once_and_works(terminal: Terminal, database: Database) -> None:
    """The list has its id and what it opens, and not its secret."""
    made = terminal.run("keys", "create", "billing backend", "--scope", "people:write", "--scope", "commands")
    assert made.code == 0
    assert works(database, key_in(made))
    assert "the only time" in made.out
    listed = terminal.run("keys", "list").out
    _, _, key_id, secret = key_in(made).split("_")
    assert [part for part in (key_id, "billing backend", "commands, people:write", "never") if part not in listed] == []
    assert secret not in listed


def test_a_write_key_opens_nothing_but_its_source(terminal: Terminal, database: Database) -> None:
    """It has no scopes, and cannot be given any."""
    made = terminal.run("keys", "create", "web shop", "--kind", "write")
    assert key_in(made).startswith("homing_write_")
    assert works(database, key_in(made))
    assert "a write key has none" in terminal.run("keys", "create", "x", "--kind", "write", "--scope", "admin").error


def test_a_rotated_key_works_until_the_overlap_ends(terminal: Terminal, database: Database) -> None:
    """The new one has its name and scopes."""
    old = key_in(terminal.run("keys", "create", "billing", "--scope", "metrics"))
    rotated = terminal.run("keys", "rotate", old.split("_")[2], "--overlap", "2h")
    assert "works for 2h more" in rotated.out
    assert (works(database, old), works(database, key_in(rotated))) == (True, True)
    with database.session() as session:
        rows = keys.everyone(session)
    assert [(row.name, row.scopes) for row in rows] == [("billing", ["metrics"])] * 2
    assert "until" in terminal.run("keys", "list").out


def test_a_revoked_key_works_no_more_and_cannot_be_rotated(terminal: Terminal, database: Database) -> None:
    """It stays in the list, so that its last use can be looked up."""
    text = key_in(terminal.run("keys", "create", "billing"))
    assert terminal.run("keys", "revoke", text.split("_")[2]).code == 0
    assert not works(database, text)
    assert "revoked" in terminal.run("keys", "list").out
    assert "has ended" in terminal.run("keys", "rotate", text.split("_")[2]).error


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("create", ""), 2, "needs a name"),
        (("create", "two\nlines"), 2, "one line"),
        (("create", "x", "--scope", "everything"), 2, "there are: people:read"),
        (("create", "x", "--expires", "soon"), 2, "--expires"),
        (("rotate", "nothing"), 3, "there is no key"),
        (("revoke", "nothing"), 3, "there is no key"),
    ],
)
def test_mistakes_are_told_in_one_line(terminal: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With their exit code."""
    told = terminal.run("keys", *arguments)
    assert told.code == code
    assert said in told.error


def test_without_any_key_it_says_how_to_make_one(terminal: Terminal) -> None:
    """An empty table would help nobody."""
    assert "starter.py keys create" in terminal.run("keys", "list").out
