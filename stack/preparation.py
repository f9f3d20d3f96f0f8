"""What is done between the services and the applications: schema, search attributes, published journeys, keys."""

import asyncio
from datetime import UTC, datetime

from client.publishing import find_files, publish, read_journeys
from domain.keys import KeyKind, Scope
from domain.templates import Templates
from models import keys
from models.database import Database
from runtime import settings, temporal
from runtime.template_files import read_templates
from stack.info import StackInfo
from workflows.inputs import SEARCH_ATTRIBUTES

KEY_NAME = "local stack"


def prepare(info: StackInfo) -> None:
    """Make a stack's services ready for Homing. Safe to repeat. Raises HomingError with what to mend."""
    folders = settings.load(settings.Folders)
    templates = Templates.parse(read_templates(folders.templates_dir), folders.default_locale)
    journeys = read_journeys(find_files(folders.journeys_dir), templates)
    database = Database(info.database_url)
    database.migrate()
    publish(database, journeys, datetime.now(UTC))
    make_keys(info, database)
    database.close()
    asyncio.run(register(info))


def make_keys(info: StackInfo, database: Database) -> None:
    """New ones at each start, as all credentials of the stack; those of the last start end."""
    now = datetime.now(UTC)
    with database.session() as session:
        keys.revoke_named(session, KEY_NAME, now)
        info.api_key = keys.create(session, KeyKind.API, KEY_NAME, [Scope.ADMIN], now)[1]
        info.write_key = keys.create(session, KeyKind.WRITE, KEY_NAME, [], now)[1]


async def register(info: StackInfo) -> None:
    client = await temporal.connect(config={"target_host": info.temporal_address, "namespace": info.namespace})
    await temporal.ensure_search_attributes(client, SEARCH_ATTRIBUTES)
