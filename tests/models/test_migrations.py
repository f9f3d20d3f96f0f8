"""The schema comes from migrations alone, and is the one that the models describe."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import models.migrations
from domain.errors import Misconfigured, Unreachable
from models.database import Database
from models.migrations import HEAD
from tests.sandbox_server import ROOT

Fresh = Callable[[], str]
MIGRATE = "import sys; from models.database import Database; Database(sys.argv[1]).migrate()"


def config() -> Config:
    """Alembic's view of our migrations."""
    made = Config()
    made.set_main_option("script_location", str(Path(models.migrations.__file__).parent))
    return made


def test_a_migrated_database_is_what_the_models_describe(migrated: Database) -> None:
    """Nobody has changed a model without a migration."""
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_newest_migration_is_the_one_that_programs_ask_for() -> None:
    """HEAD is written by hand, to spare every start the reading of Alembic."""
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


def test_migrations_sort_by_their_names() -> None:
    """So a program can tell a newer schema from an older one."""
    revisions = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_three_processes_that_migrate_at_once_agree(fresh: Fresh) -> None:
    """As when three replicas start together; all succeed, and one did the work."""
    url = fresh()
    processes = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, url], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)
    ]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in processes] == [(b"", 0)] * 3
    Database(url).check_schema()


def test_migrating_again_changes_nothing(fresh: Fresh) -> None:
    """Every deployment runs it."""
    database = Database(fresh())
    database.migrate()
    database.migrate()
    database.check_schema()
    database.close()


def test_every_migration_can_be_taken_back(fresh: Fresh) -> None:
    """Down to nothing and up again."""
    database = Database(fresh())
    database.migrate()
    with database.engine.begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(made, "head")
    database.check_schema()
    database.close()


def test_an_empty_database_says_what_to_run(fresh: Fresh) -> None:
    """Not a missing table somewhere."""
    database = Database(fresh())
    with pytest.raises(Misconfigured, match=r"schema is empty, not \d+; run `starter.py migrate`"):
        database.check_schema()
    database.close()


def test_a_schema_from_the_future_is_left_alone(fresh: Fresh) -> None:
    """A program that was rolled back says so, and `migrate` does not touch what it does not know."""
    database = Database(fresh())
    database.migrate()
    with database.session() as session:
        session.connection().execute(text("update alembic_version set version_num = '9999'"))
    for attempt in (database.check_schema, database.migrate):
        with pytest.raises(Misconfigured, match="9999, which this program does not know"):
            attempt()
    database.close()


def test_a_database_with_other_tables_of_our_names_is_refused(fresh: Fresh) -> None:
    """One line, and nothing half done."""
    database = Database(fresh())
    with database.session() as session:
        session.connection().execute(text("create table people (name text)"))
    with pytest.raises(Misconfigured, match=r"\"people\" already exists.*a database of its own"):
        database.migrate()
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["people"]
    database.close()


def test_migrating_what_does_not_answer_is_unreachable() -> None:
    """As everything else that needs PostgreSQL."""
    with pytest.raises(Unreachable, match="does not answer"):
        Database("postgresql://127.0.0.1:1/homing").migrate()
