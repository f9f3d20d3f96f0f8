"""Contact points to be confirmed in tests of journeys: everything but the code, which nobody would type in."""

import asyncio

from phonenumbers import SUPPORTED_REGIONS

from client.verifying.confirming import look
from client.verifying.party import Rules
from domain.verification.answers import Answer, Wish
from models.database import Database
from testkit.provider import CHANNELS

EVERYWHERE = Rules(CHANNELS, frozenset(SUPPORTED_REGIONS))


class Expected:
    """As `activities.effects.Codes` says, but that no code goes out: a test says when somebody has verified."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, wish: Wish) -> Answer:
        """As the protocol says."""
        return (await asyncio.to_thread(look, self._database, EVERYWHERE, wish)).answer
