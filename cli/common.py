"""What commands share: settings, also those of a local stack that runs here, and how results and errors are shown."""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from domain.errors import BadInput, HomingError
from models.database import Database
from runtime import logs, settings
from runtime.settings import Folders, Settings

STATE_DIR = Path(".homing")
PIPE_WIDTH = 400
T = TypeVar("T")

console = Console(highlight=False, soft_wrap=True)
# For what people have written, which is no markup; wide enough for a pipe to get each row on one line.
paper = Console(
    markup=False, emoji=False, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH
)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def find_settings() -> Settings:
    """The settings of the environment or, when it names no database, of the local stack that runs here."""
    return settings.load_from(Settings, _environment_of_stack()) if _is_stack() else settings.load(Settings)


def find_folders() -> Folders:
    """The same, of those that need no database."""
    return settings.load_from(Folders, _environment_of_stack()) if _is_stack() else settings.load(Folders)


def _is_stack() -> bool:
    return "HOMING_DATABASE_URL" not in os.environ and (STATE_DIR / "stack.json").exists()


def load_settings() -> Settings:
    """The settings, for a command: its logs go to the terminal."""
    found = find_settings()
    logs.configure(found.log_level, "console")
    return found


def _environment_of_stack() -> dict[str, str]:
    from stack.info import StackInfo  # not part of a production image

    info = StackInfo.read(STATE_DIR)
    if info is None:
        return dict(os.environ)
    errors.print(f"[dim]using the local stack ({STATE_DIR}/stack.json)[/dim]")
    return info.process_environment()


def open_database() -> Database:
    """The database of the settings, with its schema checked."""
    database = Database(load_settings().database_url.get_secret_value())
    database.check_schema()
    return database


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)


def tell(error: HomingError) -> int:
    """Say on stderr what is wrong and return the exit code."""
    errors.print("error:", style="red", end=" ")
    errors.print(str(error), markup=False)
    return error.exit_code


def read_json(text: str | None, option: str) -> dict[str, Any]:
    """A JSON object given on the command line. Raises BadInput naming the option."""
    try:
        value = json.loads(text) if text else {}
    except json.JSONDecodeError as error:
        raise BadInput(f"{option} is not JSON ({error.msg} at character {error.pos})") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{option} has a number or a nesting beyond all measure") from error
    if not isinstance(value, dict):
        raise BadInput(f'{option} must be a JSON object, such as {{"plan": "team"}}')
    return value


def read_instant(text: str | None, option: str) -> datetime | None:
    """An ISO 8601 instant with its zone. Raises BadInput naming the option."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option}: {text!r} is not an ISO 8601 time, such as 2026-03-01T09:00:00+03:00") from error
    if instant.tzinfo is None:
        raise BadInput(f"{option}: {text!r} has no time zone; add one, such as Z or +03:00")
    return instant


def show_time(instant: datetime | None) -> str:
    """For tables."""
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""
