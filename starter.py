"""Homing's command line, and its client for backend services in Python.

    import starter
    starter.signup(user_id="u-1", email="ana@example.com", locale="pt-BR")
    starter.event("u-1", "first_use")
    starter.signal("u-1", "pause")

Async services use `client.homing.connect`, which keeps its connections.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import typer

from cli import (
    authenticators,
    browsers,
    consents,
    costs,
    journeys,
    keys,
    outbox,
    people,
    providers,
    sealing,
    stack,
    templates,
    why,
)
from cli.common import find_settings, tell
from client.homing import Taken, connect
from client.inputs import Happened, Profile
from domain.errors import HomingError

__all__ = ["event", "main", "signal", "signup"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Homing takes every new user through a durable journey.\n\nExample: starter.py demo",
)
COMMANDS: tuple[Callable[..., None], ...] = (
    stack.demo,
    stack.up,
    stack.migrate,
    people.signup,
    people.event,
    people.signal,
    people.status,
    why.why,
    consents.consents,
    people.people,
    costs.cost,
    browsers.browser,
    providers.providers,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(journeys.app, name="journeys")
app.add_typer(templates.app, name="templates")
app.add_typer(keys.app, name="keys")
app.add_typer(outbox.app, name="outbox")
app.add_typer(authenticators.app, name="authenticators")
keys.app.command("encryption")(sealing.encryption)
keys.app.command("push")(sealing.push)
keys.app.command("reseal")(sealing.reseal_command)


def signup(**person: Any) -> Taken:
    """Sign a person up; the fields are those of `client.inputs.Profile`. Raises HomingError, with what to do."""

    async def work() -> Taken:
        async with connect(find_settings()) as homing:
            return await homing.signup(Profile.of(person))

    return asyncio.run(work())


def event(user_id: str, name: str, **details: Any) -> Taken:
    """Report an event; `details` are properties, message_id and at. Raises HomingError, with what to do."""

    async def work() -> Taken:
        async with connect(find_settings()) as homing:
            return await homing.event(Happened.of({"user_id": user_id, "name": name, **details}))

    return asyncio.run(work())


def signal(user_id: str, order: str, journey: str | None = None, reason: str = "asked") -> list[str]:
    """Pause, resume, skip or exit a person's journeys. Returns the workflows told. Raises HomingError."""

    async def work() -> list[str]:
        async with connect(find_settings()) as homing:
            return await homing.order(user_id, order, journey, reason)

    return asyncio.run(work())


def main() -> int:
    """Run the command line. The exit code is 0, or that of the error; `domain/errors.py` has them."""
    try:
        app()
    except HomingError as error:
        return tell(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
