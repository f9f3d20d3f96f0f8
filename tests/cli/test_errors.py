"""Whatever is wrong, a command says it in one line on stderr, ends with the right code, and has changed nothing."""

from datetime import UTC, datetime

import pytest

from domain.journey.file import parse
from models.database import Database
from models.journeys import publish
from tests.cli.conftest import Terminal
from tests.client.journeys import WAITING

BAD_INPUT, NOT_FOUND, UNREACHABLE, MISCONFIGURED = 2, 3, 4, 5
EMAIL = ("--email", "ana@example.com")

WRONG_WORDS = [
    (("signup", "ana@example.com"), "user id an…(15 characters) looks like an e-mail address; use your own opaque id"),
    (("signup", "+5511987654321"), "looks like a phone number; use your own opaque id"),
    (("signup", "u-1", "--phone", "11987654321"), "is not in international format, such as +5511987654321"),
    (("signup", "u-1", "--email", "ana"), "e-mail …(3 characters) is not valid"),
    (("signup", "u-1", *EMAIL, "--zone", "Brasilia"), "time zone 'Brasilia' is not known; use an IANA name"),
    (("signup", "u-1", *EMAIL, "--locale", "brazilian"), "locale 'brazilian' is not known; use a tag such as en"),
    (
        ("signup", "u-1", *EMAIL, "--channel", "fax"),
        "channels.0: Input should be 'sms', 'whatsapp', 'email', 'voice'",
    ),
    (("signup", "u-1", *EMAIL, "--attributes", "{plan: team}"), "--attributes is not JSON (Expecting property name"),
    (("signup", "u-1", *EMAIL, "--attributes", '["team"]'), '--attributes must be a JSON object, such as {"plan": "te'),
    (("signup", "u-1", *EMAIL, "--attributes", '{"a": NaN}'), "the number is too large, or none at all"),
    (
        ("signup", "u-1", *EMAIL, "--attributes", f'{{"a": {"9" * 5000}}}'),
        "--attributes has a number or a nesting beyond",
    ),
    (("signup", "u-1", *EMAIL, "--attributes", "[" * 100_000), "--attributes has a number or a nesting beyond"),
    (("signup", "u-1", *EMAIL, "--attributes", f'{{"a": "{"x" * 100_000}"}}'), "is 100,009 bytes of JSON, of 32,000"),
    (("signup", "u-1", *EMAIL, "--attributes", '{"a": "\\u0000"}'), "attributes: a: holds a NUL or half a character"),
    (("signup", "u-1", *EMAIL, "--attributes", '{"a": "\\ud83d"}'), "attributes: a: holds a NUL or half a character"),
    (("event", "u-1", "first_use", "--at", "yesterday"), "--at: 'yesterday' is not an ISO 8601 time, such as 2026"),
    (("event", "u-1", "first_use", "--at", "2026-03-01T09:00"), "has no time zone; add one, such as Z or +03:00"),
    (("event", "u-1", "first_use", "--at", "0001-01-01T00:00+14:00"), "at: must lie between 1970 and 9000"),
    (("event", "u-1", "x" * 121), "name: String should have at most 120 characters"),
    (("event", "u-1", "\udcff"), "name: Input should be a valid string"),
    (("event", "u-1", "a\nb"), "name: must be one line of plain text"),
    (("event", "u-1", "first_use", "--properties", "42"), "--properties must be a JSON object"),
    (("event", "u-1", "first_use", "--message-id", "x" * 201), "message_id: String should have at most 200 characters"),
    (("event", "ana@example.com", "first_use"), "looks like an e-mail address"),
    (("signal", "u-1", "stop"), "'stop' is no signal; use one of: first-use, upgrade, pause, resume, skip, exit, or"),
    (("signal", "u-1", "first-use", "--journey", "onboarding"), "--journey does not go with first-use"),
    (("signal", "ana@example.com", "pause"), "looks like an e-mail address"),
    (("signal", "u-1", "exit", "--reason", "x" * 201), "reason: String should have at most 200 characters"),
    (("status", "ana@example.com"), "looks like an e-mail address"),
    (("people", "--after", "\udcff"), "must be 1-128 letters"),
]


@pytest.mark.parametrize(("command", "told"), WRONG_WORDS)
def test_wrong_words_are_refused_before_anything_is_asked(
    bare_terminal: Terminal, postgres: str, command: tuple[str, ...], told: str
) -> None:
    """Temporal is not even there."""
    bare_terminal.set(HOMING_DATABASE_URL=postgres, TEMPORAL_ADDRESS="127.0.0.1:1")
    said = bare_terminal.run(*command)
    assert told in said.error
    assert said.code == BAD_INPUT


def test_nobody_is_not_found(terminal: Terminal) -> None:
    """The id may be echoed: it is opaque."""
    said = terminal.run("status", "u-1")
    assert (said.error, said.code) == ("nobody is known by the id u-1", NOT_FOUND)


@pytest.mark.parametrize("name", ["signup", "event", "signal"])
def test_while_temporal_is_away_it_is_stored_and_that_is_told(
    terminal: Terminal, database: Database, name: str
) -> None:
    """With an exit code that says that it was not told yet; what waits is shown."""
    with database.session() as session:
        publish(session, parse(WAITING, "test.yaml"), datetime.now(UTC))
    rest = {"signup": (*EMAIL,), "event": ("first_use",), "signal": ("pause",)}
    for command in dict.fromkeys(["signup", name]):
        said = terminal.run(command, "u-1", *rest[command])
        assert (
            "Temporal at 127.0.0.1:1 (namespace default) does not answer (Connection refused); start it" in said.error
        )
        assert "what was sent is stored; a relay, as the API runs one, will tell it" in said.error
        assert said.code == UNREACHABLE
    waiting = 1 if name == "signup" else 2
    assert terminal.run("outbox", "list").out.startswith(f"{waiting} waiting, the oldest for ")


@pytest.mark.parametrize(
    ("variable", "value", "told", "code"),
    [
        ("HOMING_DATABASE_URL", None, "set HOMING_DATABASE_URL, or run `make demo` for a complete local stack", 5),
        ("HOMING_DATABASE_URL", "homing", "HOMING_DATABASE_URL is not a database address; use postgresql://", 5),
        ("HOMING_DATABASE_URL", "mysql://localhost/homing", "is not a database address", 5),
        ("HOMING_DATABASE_URL", "postgresql://127.0.0.1:1/homing", "does not answer (connection to server at", 4),
        ("HOMING_PACE", "0", "HOMING_PACE: Input should be greater than or equal to 0.001", 5),
        ("HOMING_PACE", "-1", "HOMING_PACE: Input should be greater than or equal to 0.001", 5),
        ("HOMING_PACE", "nan", "HOMING_PACE: Input should be", 5),
        ("HOMING_PACE", "fast", "HOMING_PACE: Input should be a valid number", 5),
        ("HOMING_PACE", "86400", "HOMING_PACE: at pace 86400 since 1970-01-01 it is past the year 8000", 5),
        ("HOMING_CLOCK_ORIGIN", "2026-03-01T09:00", "HOMING_CLOCK_ORIGIN: Input should have timezone info", 5),
        ("HOMING_LOG_LEVEL", "loud", "HOMING_LOG_LEVEL: String should match pattern", 5),
    ],
)
def test_a_wrong_setting_is_named(terminal: Terminal, variable: str, value: str | None, told: str, code: int) -> None:
    """By the variable that sets it."""
    terminal.set(**{variable: value})
    said = terminal.run("people")
    assert told in said.error
    assert said.code == code


def test_a_temporal_address_that_is_none_is_named(terminal: Terminal) -> None:
    """It is nobody's outage."""
    terminal.set(TEMPORAL_ADDRESS="localhost:99999")
    said = terminal.run("event", "u-1", "first_use")
    assert "TEMPORAL_ADDRESS: 'localhost:99999' is not host:port, such as localhost:7233" in said.error
    assert said.code == MISCONFIGURED


def test_an_empty_schema_says_what_to_run(terminal: Terminal, fresh_database: str) -> None:
    """The first command on a new installation."""
    terminal.set(HOMING_DATABASE_URL=fresh_database)
    for command in (("people",), ("status", "u-1"), ("journeys", "list"), ("signup", "u-1", *EMAIL)):
        said = terminal.run(*command)
        assert "the database schema is empty" in said.error
        assert said.error.endswith("run `starter.py migrate`")
        assert said.code == MISCONFIGURED


WRONG_USES = [(), ("nonsense",), ("signup",), ("people", "--limit", "0"), ("people", "--limit", "x")]


@pytest.mark.parametrize("command", WRONG_USES)
def test_a_wrong_use_of_the_command_line_shows_how_to_use_it(bare_terminal: Terminal, command: tuple[str, ...]) -> None:
    """With the code that shells know for it."""
    said = bare_terminal.run(*command)
    assert "Usage: " in said.out + said.err
    assert said.code == BAD_INPUT
