"""The worker: runs journeys and their activities. Everything it needs comes from settings.

HOMING_DATABASE_URL=postgresql://... TEMPORAL_ADDRESS=temporal:7233 python worker.py
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.browsers import StoredBrowsers
from activities.code_ledger import CodeLedger, Deployment
from activities.codes import CodeActivities
from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.effects import EffectActivities
from activities.enrollment import EnrollmentActivities
from activities.inboxes import StoredInboxes
from activities.ledger import Ledger
from activities.message_links import receipts_by
from activities.pacing import Pacing, gates
from activities.patience import Patience
from activities.senders import read_rates, register
from activities.windows import Windows
from channels import registry
from channels.in_app import InApp
from channels.protocol import Channel
from channels.push import Us, WebPush
from client.homing import Homing
from client.journeys import Journeys
from client.verifying.building import build_for_journeys
from domain.errors import HomingError, Unreachable
from domain.templates import Templates
from models.database import Database
from models.reserving import Reserving
from runtime import logs, settings, temporal
from runtime.approved_words import check_copies, read_copies
from runtime.health import Check, HealthServer
from runtime.link_keys import make_links, make_shortener
from runtime.mail_rules import check_mail
from runtime.policies import whole_policy
from runtime.pushing import push_setup
from runtime.sealing import Seals
from runtime.settings import Settings
from runtime.stopping import cancel_on_signals
from runtime.template_files import checklist, read_templates
from runtime.vaults import make_vault
from workflows.inputs import SEARCH_ATTRIBUTES
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed
from workflows.verification import VerificationWorkflow

PAUSE_S = 2.0  # between two looks at a database that is not there yet

log = structlog.get_logger()


class Parts:
    """All that can be known to be wrong before anything is waited for. Raises HomingError."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.templates = Templates.parse(read_templates(config.templates_dir), config.default_locale)
        self.policy = whole_policy(config)
        self.vault = make_vault(config.encryption_keys)
        self.links = make_links(config.public_url, config.encryption_keys) if config.public_url else None
        self.shortener = make_shortener(config)
        self.database = Database(config.database_url.get_secret_value(), pool_size=config.activity_threads)
        self.channels = registry.build(config) | self._own_channels()
        self.rates = read_rates(config.rates, self.channels.values())
        check_mail(config, self.channels, self.links)
        self.copies = read_copies(config.whatsapp_templates, config.sandbox_url)
        check_copies(self.templates, self.channels, self.copies)
        self.health = HealthServer(config.health_address) if config.health_address else None
        self.runtime = temporal.core(config.metrics_address)

    def _own_channels(self) -> dict[str, Channel]:
        """Those that are no provider's."""
        own: list[Channel] = [InApp(StoredInboxes(self.database, partial(datetime.now, UTC))), *self._web_push()]
        return {channel.name: channel for channel in own}

    def _web_push(self) -> list[Channel]:
        setup, clock, now = push_setup(self.config), self.config.clock, partial(datetime.now, UTC)
        if setup is None or self.config.encryption_keys is None:
            return []
        seals = Seals(self.config.encryption_keys.get_secret_value())
        browsers = StoredBrowsers(self.database, setup.public_key, seals.opened, lambda: clock.journey(now()))
        us = Us(setup.private_key, setup.contact)
        return [WebPush(us, browsers, setup.services, receipts_by(self.links, now))]

    def worker(self, client: Client) -> Worker:
        """The worker on this connection."""
        config = self.config
        windows = Windows(self.templates, self.copies)
        words = (self.templates, self.channels, config.product, self.policy, self.links, self.shortener, windows)
        composer = Composer(*words)
        reported = registry.reported(self.channels) if config.sendgrid_webhook_key else []
        ledger, patience = Ledger(self.database, composer), Patience.of(reported, config.clock)
        now, threads = partial(datetime.now, UTC), config.activity_threads
        patient, urgent = gates(self.database, now, self.rates, threads, config.clock, self.runtime.metric_meter)
        delivery = DeliveryActivities(ledger, self.channels, now, patience, patient)
        enrollment = EnrollmentActivities(self.database)
        journeys = Journeys(client, config.clock, config.task_queue)
        watched = checklist(config.templates_dir).events
        homing = Homing(self.database, journeys, config.clock, hash_key=config.hash_key, watched=watched)
        effects = EffectActivities(homing, build_for_journeys(config, self.database, client))
        codes = self.codes(homing, urgent)
        return Worker(
            client,
            task_queue=config.task_queue,
            workflows=[JourneyWorkflow, VerificationWorkflow],
            activities=[
                *(delivery.deliver, delivery.give_up, enrollment.open, enrollment.close, effects.act),
                *(codes.send, codes.give_up, codes.fall_back, codes.close),
            ],
            activity_executor=ThreadPoolExecutor(config.activity_threads, thread_name_prefix="activity"),
            max_concurrent_activities=config.activity_threads,
            max_cached_workflows=config.cached_journeys,
            workflow_runner=sandboxed(),
            graceful_shutdown_timeout=timedelta(seconds=config.shutdown_grace_seconds),
        )

    def codes(self, homing: Homing, gate: Pacing) -> CodeActivities:
        """What sends one-time codes."""
        config = self.config
        words = Deployment(config.product, urlsplit(config.product_url).hostname or "", config.public_url)
        ledger = CodeLedger(self.database, self.templates, self.vault, words, self.copies)
        reserving = Reserving(self.vault, config.verifications_per_minute)
        now = partial(datetime.now, UTC)
        return CodeActivities(ledger, self.channels, self.database, reserving, homing, config.clock, now, gate)


async def run(config: Settings) -> None:
    """Work until a signal asks to stop; then finish what has begun."""
    parts = Parts(config)
    cancel_on_signals(asyncio.current_task())
    try:
        async with parts.health.serving() if parts.health else nullcontext():
            await _work(parts)
    except asyncio.CancelledError:
        log.info("worker.stopped")
    finally:
        parts.database.close()


async def _search_attributes(client: Client) -> list[str]:
    """Make those that are missing; where that is an administrator's to do, as in Temporal Cloud, say so and work on."""
    try:
        return await temporal.ensure_search_attributes(client, SEARCH_ATTRIBUTES)
    except temporal.NotOurs as error:
        log.warning("search_attributes.unverified", what=str(error))
        return []


async def _work(parts: Parts) -> None:
    patience = parts.config.boot_patience_seconds
    client = await temporal.connect(patience_s=patience, runtime=parts.runtime, on_wait=_say_waiting)
    await _wait_for(parts.database, patience)
    await asyncio.to_thread(register, parts.database, parts.channels.values(), parts.rates)
    missing = await _search_attributes(client)
    worker = parts.worker(client)
    async with worker:
        if parts.health:
            parts.health.checks |= _checks(client, parts.database, worker)
        log.info("worker.started", task_queue=parts.config.task_queue, pace=parts.config.pace, registered=missing)
        await asyncio.Event().wait()  # until a signal, or an end of the worker's own, cancels it


def _say_waiting(why: str) -> None:
    log.warning("worker.waiting", why=why)


async def _wait_for(database: Database, patience_s: float) -> None:
    """PostgreSQL may come up after us."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        try:
            return await asyncio.to_thread(database.check_schema)
        except Unreachable as error:
            if asyncio.get_running_loop().time() + PAUSE_S > deadline:
                raise
            _say_waiting(str(error))
        await asyncio.sleep(PAUSE_S)


def _checks(client: Client, database: Database, worker: Worker) -> dict[str, Check]:
    async def temporal_answers() -> None:
        if not worker.is_running:
            raise Unreachable("the worker does not poll")
        await temporal.ping(client)

    async def database_answers() -> None:
        await asyncio.to_thread(database.ping)

    return {"temporal": temporal_answers, "database": database_answers}


def main() -> int:
    """Exit code 0 after a stop that was asked for; otherwise that of the error, told in one line."""
    try:
        config = settings.load(Settings)
        logs.configure(config.log_level, config.log_format)
        asyncio.run(run(config))
    except HomingError as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  the last word, also when logs are not yet set up
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
