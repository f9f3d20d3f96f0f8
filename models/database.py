"""One engine, one `session()`, and the schema brought up to date by migrations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Engine, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session, create_engine

from domain.errors import BadInput, Misconfigured, Unreachable
from models.migrations import HEAD

STATEMENT_TIMEOUT_MS = 5_000  # far above any query here; keeps a locked table from holding a delivery for ever
CONNECT_TIMEOUT_S = 3
CLOCKS_AGREE = timedelta(seconds=5)  # what NTP allows for, many times over
real_now = partial(datetime.now, UTC)
NOT_AN_ADDRESS = "HOMING_DATABASE_URL is not a database address; use postgresql://user:password@host:5432/name"


class Database:
    """The way to PostgreSQL. Make one in a composition root and hand it on."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = _engine(url, pool_size)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error.

        Raises Unreachable when PostgreSQL goes away, is overloaded or breaks a deadlock: all of it may be repeated.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                session.connection()
                yield session
                session.commit()
        except (OperationalError, InterfaceError, NoConnectionFree) as error:
            raise Unreachable(_how_to_reach(self.engine.url, error)) from error
        except DataError as error:
            # Not chained: PostgreSQL quotes what it refuses, and that may be a person's data.
            raise BadInput(f"PostgreSQL cannot keep this: {_first_line(error)}") from None

    def check_clock(self, now: Callable[[], datetime] = real_now) -> None:
        """Raises Misconfigured if this machine's clock is another than PostgreSQL's, as far as can be told.

        A worker that is minutes ahead takes a message that its provider has for an older one, and sends it again.
        """
        with self.session() as session:
            before, there = now(), session.connection().execute(text("select clock_timestamp()")).scalar_one()
            off = max(before - there, there - now())
        if off > CLOCKS_AGREE:
            seconds = f"{off.total_seconds():.0f} s"
            raise Misconfigured(f"this machine's clock and that of PostgreSQL differ by {seconds}; set both by NTP")

    def ping(self) -> None:
        """Raises Unreachable if PostgreSQL does not answer."""
        with self.session() as session:
            session.connection().execute(text("select 1"))

    def migrate(self) -> None:
        """Bring the schema up to date. Safe to run from several processes at once.

        Raises Misconfigured where the schema cannot become ours: no right to change it, or tables of somebody else.
        """
        from alembic import command  # with all that it imports it would cost every start half a second
        from alembic.config import Config

        self._known_revision()
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        try:
            with self.engine.begin() as connection:
                # Others' migrations are waited for, and an index on a large table takes its time.
                connection.execute(text("set local statement_timeout = 0"))
                connection.execute(text("select pg_advisory_xact_lock(hashtext('homing.migrate'))"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except (OperationalError, InterfaceError) as error:
            raise Unreachable(_how_to_reach(self.engine.url, error)) from error
        except DBAPIError as error:
            message = f"the schema cannot be changed ({_first_line(error)}); give Homing a database of its own"
            raise Misconfigured(message) from error

    def check_schema(self) -> None:
        """Raises Misconfigured unless the schema is the one this code was written for."""
        if (current := self._known_revision()) != HEAD:
            raise Misconfigured(f"the database schema is {current or 'empty'}, not {HEAD}; run `starter.py migrate`")

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _known_revision(self) -> str | None:
        with self.session() as session:
            connection = session.connection()
            exists = connection.scalar(text("select to_regclass('alembic_version') is not null"))
            current: str | None = connection.scalar(text("select version_num from alembic_version")) if exists else None
        if current and current > HEAD:
            message = f"the database schema is {current}, which this program does not know: it knows {HEAD} and older"
            raise Misconfigured(f"{message}; upgrade it, or set HOMING_DATABASE_URL")
        return current


def _engine(url: str, pool_size: int) -> Engine:
    try:
        return create_engine(
            _address(url),
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,
            hide_parameters=True,  # errors reach logs and Temporal's history, and people's data must not
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=utc",
                "application_name": "homing",
            },
        )
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise Misconfigured(NOT_AN_ADDRESS) from error


def _address(url: str) -> URL:
    given = make_url(url)
    if given.get_backend_name() not in ("postgresql", "postgres"):
        raise Misconfigured(NOT_AN_ADDRESS)
    return given.set(drivername="postgresql+psycopg2")


def _how_to_reach(url: URL, error: Exception) -> str:
    where = {name: value for name, value in url.query.items() if name in ("host", "port")}  # never a password
    place = url.set(drivername="postgresql", query=where).render_as_string(hide_password=True)
    return f"PostgreSQL at {place} does not answer ({_first_line(error)}); start it, or set HOMING_DATABASE_URL"


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
