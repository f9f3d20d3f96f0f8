"""Verifications put together from settings and connections, for composition roots."""

from temporalio.client import Client

from client.verifying.confirming import Confirming, real_now
from client.verifying.desk import Count, Report, Verifications
from client.verifying.judging import Judging
from client.verifying.opening import Opening
from client.verifying.party import Rules
from client.verifying.telling import Telling
from domain.verification.vault import Vault
from models.database import Database
from models.reserving import Reserving
from runtime.settings import Settings
from runtime.vaults import make_vault


def build(config: Settings, database: Database, temporal: Client, report: Report, count: Count) -> Verifications:
    """All of it. Raises Misconfigured for encryption keys that are none."""
    vault = make_vault(config.encryption_keys)
    opening, telling = _opening(config, database, vault), _telling(config, temporal)
    return Verifications(opening, Judging(database, vault), telling, report, config.clock, count)


def build_for_journeys(config: Settings, database: Database, temporal: Client) -> Confirming:
    """For the worker. Raises Misconfigured for encryption keys that are none."""
    opening = _opening(config, database, make_vault(config.encryption_keys))
    return Confirming(database, opening, _telling(config, temporal), _rules(config), real_now)


def _opening(config: Settings, database: Database, vault: Vault) -> Opening:
    return Opening(database, vault, Reserving(vault, config.verifications_per_minute), _rules(config))


def _rules(config: Settings) -> Rules:
    return Rules(config.verification_channels, config.verification_countries, config.default_locale)


def _telling(config: Settings, temporal: Client) -> Telling:
    return Telling(temporal, config.task_queue, receipts=bool(config.public_url))
