"""One engine, one `session()`, and the schema brought up to date by migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session, create_engine

from domain.errors import Misconfigured, Unreachable

STATEMENT_TIMEOUT_MS = 5_000  # far above any query here; keeps a locked table from holding a delivery for ever
CONNECT_TIMEOUT_S = 3


class Database:
    """The way to PostgreSQL. Make one in a composition root and hand it on."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = _engine(url, pool_size)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. Raises Unreachable if none can begin."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                session.connection()
            except OperationalError as error:
                raise Unreachable(_how_to_reach(self.engine, error)) from error
            yield session
            session.commit()

    def ping(self) -> None:
        """Raises Unreachable if PostgreSQL does not answer."""
        with self.session() as session:
            session.connection().execute(text("select 1"))

    def migrate(self) -> None:
        """Bring the schema up to date. Safe to run from several processes at once."""
        self.ping()
        config = _migrations()
        with self.engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(hashtext('homing.migrate'))"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check_schema(self) -> None:
        """Raises Misconfigured unless the schema is the one this code was written for."""
        with self.session() as session:
            current = MigrationContext.configure(session.connection()).get_current_revision()
        wanted = ScriptDirectory.from_config(_migrations()).get_current_head()
        if current != wanted:
            raise Misconfigured(f"the database schema is {current or 'empty'}, not {wanted}; run `starter.py migrate`")

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _engine(url: str, pool_size: int) -> Engine:
    try:
        return create_engine(
            make_url(url).set(drivername="postgresql+psycopg2"),
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=utc",
                "application_name": "homing",
            },
        )
    except (SQLAlchemyError, ValueError, ImportError) as error:
        message = "HOMING_DATABASE_URL is not a database address; use postgresql://user:password@host:5432/name"
        raise Misconfigured(message) from error


def _how_to_reach(engine: Engine, error: OperationalError) -> str:
    place = engine.url.render_as_string(hide_password=True)
    why = str(error.orig).strip().splitlines()[0]
    return f"PostgreSQL at {place} does not answer ({why}); start it, or set HOMING_DATABASE_URL"
