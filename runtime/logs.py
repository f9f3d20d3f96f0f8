"""Structured logs: one JSON object a line, events named `noun.verb`, no personal data."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.types import EventDict, Processor

# Pydantic quotes what it refuses, and so does PostgreSQL below its first line: people's data, either way.
QUOTED = re.compile(r"(?<=input_value=).*(?=, input_type=)|(?<=^DETAIL:).*|(?<=^CONTEXT:).*", re.MULTILINE)


def without_quotes(_: Any, __: str, event: EventDict) -> EventDict:
    """Take out of a traceback what an error repeats of its input."""
    if "exception" in event:
        event["exception"] = QUOTED.sub("...", event["exception"])
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_quotes,
]
# Below WARNING most of these say what they send and receive: people's addresses, attributes and messages.
CHATTY = ("alembic", "asyncio", "httpx", "python_http_client", "sqlalchemy", "twilio", "urllib3", "uvicorn")


def configure(level: str, form: str) -> None:
    """Send structlog and the standard library's logs, Temporal's and the workflows' among them, the same way."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # At DEBUG it prints every payload.
    logging.getLogger("temporalio").setLevel(max(logging.INFO, logging.getLogger().level))
