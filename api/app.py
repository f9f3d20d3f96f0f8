"""The HTTP API as a process: `python -m api.app`. Everything it needs comes from settings.

It takes input in as long as PostgreSQL answers; that Temporal is away only delays what is told to workflows.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from api import (
    authenticators,
    commands,
    decisions,
    docs,
    events,
    frontend,
    health,
    inbox,
    journeys,
    life,
    links,
    metrics,
    outbox,
    preferences,
    problems,
    push,
    redirects,
    segment,
    sendgrid_webhooks,
    twilio_webhooks,
    users,
    verifications,
    visiting,
)
from api.any_site import AnySite
from api.bodies import Bodies
from api.description import DESCRIPTION, RESPONSES, VERSION, with_problems
from api.doors import Door, Doors
from api.following import Following
from api.gate import Gate
from api.hub import Hub
from api.idempotency import Idempotency
from api.keyring import Keyring
from api.mailroom import Mailroom
from api.meters import Meters
from api.parts import Parts
from api.problems import Problem
from api.rates import Buckets
from api.segment_speech import MOST_BYTES as SEGMENT_BYTES
from api.tracing import Tracing
from client.homing import Homing
from domain.errors import HomingError
from models.database import Database
from runtime import process, temporal
from runtime.pushing import push_setup
from runtime.sealing import Seals
from runtime.settings import Settings

FORM_BYTES = 4_000  # of a form of a few short fields
SWITCHES_BYTES = 64_000  # of a form with two lines for each topic and channel
# Every router, and what it takes. Those with a lock of their own check signatures or write keys, or are for everybody.
DOORS = (
    Door(users.router),
    Door(events.router),
    Door(journeys.router),
    Door(decisions.router),
    Door(commands.router),
    Door(authenticators.router, most_bytes=FORM_BYTES),
    Door(verifications.router, most_bytes=FORM_BYTES),
    Door(visiting.router, most_bytes=FORM_BYTES),
    Door(inbox.router, own_lock=True, any_site=True, most_bytes=FORM_BYTES),
    Door(links.router, own_lock=True, any_type=True, most_bytes=FORM_BYTES),
    Door(preferences.router, own_lock=True, any_type=True, most_bytes=SWITCHES_BYTES),
    Door(push.router, own_lock=True, any_site=True, most_bytes=push.MOST_BYTES),
    Door(redirects.router, own_lock=True, any_type=True, most_bytes=0),
    Door(outbox.router),
    Door(metrics.router),
    Door(segment.router, own_lock=True, any_type=True, most_bytes=SEGMENT_BYTES),
    Door(twilio_webhooks.router, own_lock=True, any_type=True, most_bytes=twilio_webhooks.MOST_BYTES),
    Door(sendgrid_webhooks.router, own_lock=True, any_type=True, most_bytes=sendgrid_webhooks.EVENT_BYTES),
    Door(sendgrid_webhooks.mails, own_lock=True, any_type=True, most_bytes=sendgrid_webhooks.MAIL_BYTES),
    Door(frontend.router, own_lock=True),
    Door(health.router, own_lock=True),
    Door(docs.router, own_lock=True),
)
OPEN_PATHS = ("/openapi.json", *docs.ASSET_PATHS)


def create_app(parts: Parts) -> FastAPI:
    """The app with these parts. Its middleware, from the outside in: trace, any site, gate, body, idempotency."""
    doors = Doors(DOORS, OPEN_PATHS)
    app = FastAPI(
        title="Homing",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=RESPONSES,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={
            Problem: problems.on_problem,
            HomingError: problems.on_our_error,
            RequestValidationError: problems.on_invalid,
            HTTPException: problems.on_http_error,
        },
        middleware=[
            Middleware(Tracing, parts.meters),
            Middleware(AnySite, doors.any_site),
            Middleware(Gate, parts.keyring, parts.buckets, doors.own_lock),
            Middleware(Bodies, doors.limit, doors.any_type),
            Middleware(Idempotency, parts.database),
        ],
    )
    app.state.parts = parts
    app.state.mailroom = Mailroom.of(parts)
    app.state.following = Following.of(app.state.mailroom)
    for door in DOORS:
        app.include_router(door.router)
    docs.mount_assets(app)
    app.openapi = with_problems(app.openapi)  # type: ignore[method-assign]
    return app


async def make_parts(config: Settings) -> Parts:
    """All that can be made without waiting for anybody. Raises HomingError."""
    database = Database(config.database_url.get_secret_value(), pool_size=config.api_threads)
    client = await temporal.connect_later(temporal.core(None))
    push_setup(config)  # complains now, and not at the first browser
    return Parts(
        config=config,
        database=database,
        homing=Homing.of(config, database, client),
        temporal=client,
        keyring=Keyring(database),
        buckets=Buckets(config.api_rate),
        meters=Meters(lambda: outbox.figures(database)),
        hub=Hub(config.api_streams),
        seals=Seals(config.encryption_keys.get_secret_value() if config.encryption_keys else None),
    )


async def run(config: Settings) -> None:
    """Serve until a signal asks to stop; then finish what has begun."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(config.api_threads, "api"))
    parts = await make_parts(config)
    try:
        await life.live(parts, create_app(parts))
    finally:
        parts.database.close()


if __name__ == "__main__":
    sys.exit(process.run("api", run))
