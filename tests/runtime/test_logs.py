"""One JSON object a line, from whoever logs, and nothing of what people said."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from psycopg2.errors import UniqueViolation
from pydantic import BaseModel

from runtime import logs
from tests.cli.conftest import logging_as_it_was

SECRET = "alice@example.com"


class Strict(BaseModel):
    """Refuses what it is given here."""

    age: int


@contextmanager
def logging_to_json() -> Iterator[None]:
    """As a worker sets it up, at the level that says most."""
    with logging_as_it_was():
        logs.configure("debug", "json")
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_lines_and_those_of_libraries_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """With what is bound at the moment."""
    with logging_to_json(), structlog.contextvars.bound_contextvars(step="hello"):
        structlog.get_logger().info("message.accepted", channel="sms")
        logging.getLogger("some.library").warning("out of %s", "paper")
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["channel"], ours["level"]) == ("message.accepted", "sms", "info")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("out of paper", "some.library", "warning")
    assert ours["step"] == theirs["step"] == "hello"


@pytest.mark.parametrize("name", [*logs.CHATTY, "temporalio.worker", "twilio.http_client"])
def test_libraries_that_print_what_they_send_are_kept_from_it(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Their warnings are still heard."""
    with logging_to_json():
        logging.getLogger(name).debug("to %s", SECRET)
        logging.getLogger(name).warning("no answer")
    assert [line["event"] for line in lines(capsys)] == ["no answer"]


def refused_by_pydantic() -> None:
    """Its words hold the input."""
    Strict.model_validate({"age": SECRET})


def refused_by_postgresql() -> None:
    """Its words hold the row."""
    raise UniqueViolation(f"duplicate key\nDETAIL:  Key (address)=({SECRET}) already exists.\nCONTEXT:  {SECRET}")


@pytest.mark.parametrize("work", [refused_by_pydantic, refused_by_postgresql])
def test_tracebacks_do_not_quote_what_was_refused(capsys: pytest.CaptureFixture[str], work: Any) -> None:
    """The place and the kind of the error are enough."""
    with logging_to_json():
        try:
            work()
        except (ValueError, UniqueViolation):
            logging.getLogger("some.library").exception("it went wrong")
    [line] = lines(capsys)
    assert work.__name__ in line["exception"]
    assert SECRET not in line["exception"]
