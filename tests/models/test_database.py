"""Sessions: one transaction each, and every way in which PostgreSQL can fail told in our own words."""

import traceback
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, StatementError

from domain.errors import BadInput, Misconfigured, Unreachable
from models import people
from models.database import Database
from models.people import Person

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECRET = "alice@example.com"


def person(**changes: Any) -> Person:
    """Alice."""
    known: dict[str, Any] = {"id": "alice", "locale": "en", "zone": "UTC", "created_at": NOW, "updated_at": NOW}
    return Person(**{**known, "channels": [], "attributes": {"email": SECRET}, **changes})


def count(database: Database) -> int:
    """How many people there are."""
    with database.session() as session:
        return len(people.everyone(session, 10))


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    """All of a transaction, or nothing."""

    def work() -> None:
        with database.session() as session:
            people.save_person(session, person(), ())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert count(database) == 0


def test_a_connection_that_is_cut_in_the_middle_is_unreachable(database: Database) -> None:
    """Also when the transaction had begun well."""

    def work() -> None:
        with database.session() as session, database.session() as other:
            mine = session.connection().scalar(text("select pg_backend_pid()"))
            other.connection().execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
            session.connection().execute(text("select 1"))

    with pytest.raises(Unreachable, match="does not answer"):
        work()
    assert count(database) == 0  # and the next one is served


@pytest.mark.parametrize(("off", "told"), [(0, False), (-1, False), (60, True), (-60, True)])
def test_a_clock_that_is_another_than_that_of_postgresql_is_told(database: Database, off: int, told: bool) -> None:
    """A worker that is ahead would take what its provider has for something older."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=off)

    with pytest.raises(Misconfigured, match="60 s; set both by NTP") if told else nullcontext():
        database.check_clock(now)


def test_a_statement_that_takes_too_long_is_unreachable(database: Database) -> None:
    """A locked table holds nobody for ever."""

    def work() -> None:
        with database.session() as session:
            session.connection().execute(text("set local statement_timeout = 10"))
            session.connection().execute(text("select pg_sleep(5)"))

    with pytest.raises(Unreachable, match="statement timeout"):
        work()


def test_no_free_connection_is_unreachable(postgres: str) -> None:
    """Too much at once passes; it is no error of the program."""
    crowded = Database(postgres, pool_size=1)
    crowded.engine.pool._max_overflow = 0  # type: ignore[attr-defined]
    crowded.engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    with crowded.session(), pytest.raises(Unreachable, match="limit"), crowded.session():
        pass
    crowded.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://homing:secret@127.0.0.1:1/homing", "Connection refused"),
        ("postgresql://homing:secret@no-such-host.invalid/homing", "translate host name"),
        ("postgresql:///homing?host=/nowhere&password=secret", "No such file"),
    ],
)
def test_what_does_not_answer_is_told_with_its_place_and_without_its_password(url: str, why: str) -> None:
    """The reason in PostgreSQL's words, and what to do."""
    with pytest.raises(Unreachable, match=f"{why}.*set HOMING_DATABASE_URL") as raised:
        Database(url).ping()
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    ["", "homing", "localhost:5432/homing", "mysql://host/homing", "sqlite:///homing.db", "postgresql://host:x/y"],
)
def test_what_is_no_address_of_a_postgresql_is_refused_at_once(url: str) -> None:
    """Another database is not tried in the hope that it is one."""
    with pytest.raises(Misconfigured, match="HOMING_DATABASE_URL is not a database address; use postgresql://"):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_scheme_is_taken(postgres: str, scheme: str) -> None:
    """Hosting providers hand out each of them."""
    database = Database(make_url(postgres).set(drivername=scheme).render_as_string(hide_password=False))
    database.ping()
    database.close()


def test_what_postgresql_cannot_keep_is_bad_input_without_quoting_it(database: Database) -> None:
    """The last line of defence behind the checks of inputs."""
    for wrong in ({"id": "a" * 129}, {"attributes": {"email": f"{SECRET}\0"}}):
        with pytest.raises(BadInput, match="PostgreSQL cannot keep this") as raised, database.session() as session:
            people.save_person(session, person(**wrong), ())
        assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_errors_never_show_what_was_to_be_stored(database: Database) -> None:
    """They reach logs and Temporal's history."""
    with pytest.raises(IntegrityError) as raised, database.session() as session:
        people.save_addresses(session, "nobody", {"email": SECRET})
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """PostgreSQL would take it for UTC."""
    with pytest.raises(StatementError, match="has no time zone"), database.session() as session:
        people.save_person(session, person(created_at=datetime(2026, 3, 1, 9)), ())  # noqa: DTZ001
    assert count(database) == 0


def test_times_come_back_in_utc(postgres: str, database: Database) -> None:
    """Whatever the server's own zone is."""
    with database.session() as session:
        session.connection().execute(text("set local timezone = 'Asia/Kathmandu'"))
        people.save_person(session, person(), ())
        session.expire_all()
        found = people.find_person(session, "alice")
        assert found is not None
        assert (found.created_at, found.created_at.tzinfo) == (NOW, UTC)
