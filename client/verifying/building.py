"""Verifications put together from settings and connections, for composition roots."""

from temporalio.client import Client

from client.verifying.desk import Count, Report, Verifications
from client.verifying.judging import Judging
from client.verifying.opening import Opening
from client.verifying.party import Rules
from client.verifying.telling import Telling
from models.database import Database
from models.reserving import Reserving
from runtime.settings import Settings
from runtime.vaults import make_vault


def build(config: Settings, database: Database, temporal: Client, report: Report, count: Count) -> Verifications:
    """All of it. Raises Misconfigured for encryption keys that are none."""
    vault = make_vault(config.encryption_keys)
    rules = Rules(config.verification_channels, config.verification_countries, config.default_locale)
    opening = Opening(database, vault, Reserving(vault, config.verifications_per_minute), rules)
    telling = Telling(temporal, config.task_queue, receipts=bool(config.public_url))
    return Verifications(opening, Judging(database, vault), telling, report, config.clock, count)
