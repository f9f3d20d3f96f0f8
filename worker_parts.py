"""What a worker is put together from, by its settings. `worker.py` runs it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

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
from activities.senders import read_rates
from activities.windows import Windows
from channels import registry
from channels.in_app import InApp
from channels.protocol import Channel
from channels.push import Us, WebPush
from client.homing import Homing
from client.verifying.building import build_for_journeys
from domain.templates import Templates
from models.database import Database
from models.reserving import Reserving
from runtime import temporal
from runtime.approved_words import check_copies, read_copies
from runtime.health import HealthServer
from runtime.link_keys import make_links, make_shortener
from runtime.mail_rules import check_mail
from runtime.policies import whole_policy
from runtime.pushing import push_setup
from runtime.sealing import Seals
from runtime.settings import Settings
from runtime.template_files import read_templates
from runtime.vaults import make_vault
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed
from workflows.verification import VerificationWorkflow

NOW = partial(datetime.now, UTC)  # the real time


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
        own: list[Channel] = [InApp(StoredInboxes(self.database, NOW)), *self._web_push()]
        return {channel.name: channel for channel in own}

    def _web_push(self) -> list[Channel]:
        setup, clock = push_setup(self.config), self.config.clock
        if setup is None or self.config.encryption_keys is None:
            return []
        seals = Seals(self.config.encryption_keys.get_secret_value())
        browsers = StoredBrowsers(self.database, setup.public_key, seals.opened, lambda: clock.journey(NOW()))
        us = Us(setup.private_key, setup.contact)
        return [WebPush(us, browsers, setup.services, receipts_by(self.links, NOW))]

    def worker(self, client: Client) -> Worker:
        """The worker on this connection."""
        config, threads = self.config, self.config.activity_threads
        patient, urgent = gates(self.database, NOW, self.rates, threads, config.clock, self.runtime.metric_meter)
        homing = Homing.of(config, self.database, client)
        delivery, codes = self._delivery(patient), self._codes(homing, urgent)
        effects = EffectActivities(homing, build_for_journeys(config, self.database, client))
        enrollment = EnrollmentActivities(self.database)
        return Worker(
            client,
            task_queue=config.task_queue,
            workflows=[JourneyWorkflow, VerificationWorkflow],
            activities=[
                *(delivery.deliver, delivery.give_up, enrollment.open, enrollment.close, effects.act),
                *(codes.send, codes.give_up, codes.fall_back, codes.close),
            ],
            activity_executor=ThreadPoolExecutor(threads, thread_name_prefix="activity"),
            max_concurrent_activities=threads,
            max_cached_workflows=config.cached_journeys,
            workflow_runner=sandboxed(),
            graceful_shutdown_timeout=timedelta(seconds=config.shutdown_grace_seconds),
        )

    def _delivery(self, gate: Pacing) -> DeliveryActivities:
        config, windows = self.config, Windows(self.templates, self.copies)
        words = (self.templates, self.channels, config.product, self.policy, self.links, self.shortener, windows)
        reported = registry.reported(self.channels) if config.sendgrid_webhook_key else []
        patience = Patience.of(reported, config.clock)
        return DeliveryActivities(Ledger(self.database, Composer(*words)), self.channels, NOW, patience, gate)

    def _codes(self, homing: Homing, gate: Pacing) -> CodeActivities:
        config = self.config
        words = Deployment(config.product, urlsplit(config.product_url).hostname or "", config.public_url)
        ledger = CodeLedger(self.database, self.templates, self.vault, words, self.copies)
        reserving = Reserving(self.vault, config.verifications_per_minute)
        return CodeActivities(ledger, self.channels, self.database, reserving, homing, config.clock, NOW, gate)
